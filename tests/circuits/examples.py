"""Circuits for the tests, and what other programs say of them: the text is given to Python, never to our reader."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import autograd
import autograd.numpy as np
from autograd.extend import defvjp, primitive
from hypothesis import strategies as st

from backtrace.api.circuits import Circuit, circuit

NEURON = "net = w0*x0 + w1*x1 + w2; f = 1/(1 + exp(-net))"
NEURON_AT = "w0=2, x0=-1, w1=-3, x1=-2, w2=-3"
PRODUCT, PRODUCT_AT = "q = x + y; f = q*z", "x=-2, y=5, z=-4"
DIRECT, DIRECT_AT = "q = x + y; r = q*x; f = r^2 - x*q", "x=0.5, y=-1.25"

EXAMPLES = {
    "product": (PRODUCT, PRODUCT_AT),
    "neuron": (NEURON, NEURON_AT),
    "direct": (DIRECT, DIRECT_AT),
    "one line": ("f = (x + y)*z", PRODUCT_AT),
    "repeated": ("a = x*x; f = a*a/x + 3*a", "x=1.5"),
    "long": ("a = tanh(x); b = a + y; c = sqrt(b); d = ln(c); e1 = d*2; g = e1 - y; h = g^3; f = exp(-h)", "x=1, y=2"),
    "names": ("alpha_2 = net_h1*x1 + x_1; f = alpha_2/alpha + d1*term", "net_h1=1, x1=2, x_1=3, alpha=4, d1=5, term=6"),
    "routes": ("f = x*y; g = x - y; h = f*g + abs(f)", "x=3, y=0.7"),
    "max": ("a = max(x, y) + min(x, 2); f = a*relu(x - y)", "x=3, y=2.5"),
    "corner": ("a = max(x, y) + abs(z); f = a*relu(x - y)", "x=3, y=3, z=0"),
    "constants": ("a = 2*3*x + ln(2) - 1/4; f = 2^a/3", "x=0.3"),
    "alias": ("q = x; f = q*y; g = f", "x=2, y=1/3"),
}

erf = primitive(math.erf)
defvjp(erf, lambda y, u: lambda g: g * 2 / math.sqrt(math.pi) * np.exp(-u * u))

ENVIRONMENT: Mapping[str, Any] = {
    "exp": np.exp,
    "ln": np.log,
    "sqrt": np.sqrt,
    "tanh": np.tanh,
    "sigmoid": lambda u: 1 / (1 + np.exp(-u)),
    "erf": erf,
    "relu": lambda u: np.maximum(0.0, u),
    "step": lambda u: np.where(u > 0, 1.0, 0.0),
    "threshold": lambda u: np.where(u > 0, 1.0, 0.0),
    "sign": np.sign,
    "abs": np.abs,
    "max": np.maximum,
    "min": np.minimum,
    "sin": np.sin,
    "cos": np.cos,
    "sinh": np.sinh,
    "cosh": np.cosh,
}


class Made(NamedTuple):
    """Lines in the order in which they can be computed, and the point."""

    lines: tuple[tuple[str, str], ...]
    point: dict[str, float]

    @property
    def text(self) -> str:
        """What a person types."""
        return "\n".join(f"{name} = {formula}" for name, formula in self.lines)

    def read(self) -> Circuit:
        """The circuit as the package has it."""
        return circuit(self.text, at=self.point)


def by_autograd(made: Made) -> tuple[float, dict[str, float]]:
    """The output and its gradient by every leaf."""
    names = list(made.point)

    def output(*leaves: Any) -> Any:
        known = dict(zip(names, leaves, strict=True))
        for name, formula in made.lines:
            known[name] = eval(formula.replace("^", "**"), {**ENVIRONMENT}, known)  # noqa: S307 (our own text)
        return known[made.lines[-1][0]]

    at = [made.point[name] for name in names]
    slopes = [float(autograd.grad(output, place)(*at)) for place in range(len(names))]
    return float(output(*at)), dict(zip(names, slopes, strict=True))


LEAVES = ("x", "y", "z_1")
# Odd fractions of a thousandth: no leaf meets another, 0, or a literal number.
NUMBERS = st.integers(-1500, 1500).map(lambda thousandths: (thousandths * 100 + 37) / 100_000)
BOUNDED = (
    "tanh({})",
    "sigmoid({})",
    "sin({})",
    "cos({})",
    "erf({})",
    "ln(1 + ({})^2)",
    "sqrt(2 + ({})^2)",
    "exp(tanh({}))",
)
CORNERS = ("abs({} + 0.377)", "relu({} - 0.211)", "max({}, 0.133)", "min({1}, 2.717 + {0})", "max({0}, {1} - 0.519)")
SIMPLE = (
    "{0} + {1}",
    "{0} - ({1})",
    "({0})*({1})",
    "-({0})",
    "({0})/(1.5 + ({1})^2)",
    "({0})^2",
    "2^tanh({0})",
    "3*({0})",
)


@st.composite
def formulas(draw: st.DrawFn, names: tuple[str, ...]) -> str:
    """A formula in some of the names, bounded so that nothing overflows."""
    first = draw(st.sampled_from(names))
    for _ in range(draw(st.integers(1, 4))):
        shape = draw(st.sampled_from((*BOUNDED, *CORNERS, *SIMPLE)))
        first = shape.format(first, draw(st.sampled_from(names)))
    return first


@st.composite
def made_circuits(draw: st.DrawFn) -> Made:
    """Up to five lines; the last one uses every line that nothing else does."""
    lines: list[tuple[str, str]] = []
    for number in range(draw(st.integers(0, 4))):
        known = (*LEAVES, *(name for name, _ in lines))
        lines.append((f"q{number}", draw(formulas(known))))
    known = (*LEAVES, *(name for name, _ in lines))
    last = draw(formulas(known))
    idle = [name for name, _ in lines if not any(name in formula for _, formula in lines) and name not in last]
    lines.append(("out", " + ".join([f"tanh({last})", *(f"0.7*tanh({name})" for name in idle)])))
    used = [
        leaf for leaf in LEAVES if any(leaf in formula.replace("max", "").replace("exp", "") for _, formula in lines)
    ]
    return Made(tuple(lines), {leaf: draw(NUMBERS) for leaf in used})
