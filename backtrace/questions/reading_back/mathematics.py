"""Mathematics of a Markdown sheet: names as plain words, numbers, and formulas as functions of complex numbers.

Complex, because a derivative is then one evaluation: f′(x) is the imaginary part of f(x + ih)/h for a tiny h, exact to
the last digit (Squire and Trapp 1998). No derivative is ever written down here.

| on the sheet                              | as a word            |
|-------------------------------------------|----------------------|
| w_{5}, \\mathrm{out}_{h2,1}                | w5, out_h2_1         |
| \\mathrm{net}^{@2}_{o1}, w^{+}_{5}         | net_o1_at2, w5P      |
| \\frac{\\partial E}{\\partial w_{5}}         | slope_E_by_w5        |
| \\hat{m}^{+}_{w_{1}}, (\\Delta w_{2})^{+}   | mhatP_w1, DeltaP_w2  |
"""

from __future__ import annotations

import cmath
import re
from collections.abc import Callable, Hashable, Mapping
from functools import lru_cache
from typing import TypeAlias

from backtrace.errors import InputError
from backtrace.expression.reader import read
from backtrace.expression.tree import Expr

Formula: TypeAlias = Callable[[Mapping[str, complex]], complex]

TINY = 1e-30  # the imaginary step of a derivative
NUMBER = r"-?\d+(?:\.\d+)?(?: \\times 10\^\{-?\d+\})?"
REPLACED = (
    (r"\\(?:Bigl|Bigr|left|right)(?![a-z])", ""),
    (r"\\hat\{(\w)\}", r"\1hat"),
    (r"\(\\Delta w_\{(\d+)\}\)\^\{(\++)\}", r"Delta^{\2}_{w_{\1}}"),
    (r"_\{w_\{(\d+)\}\}", r"_{w\1}"),
    (r"\\tfrac\{1\}\{2\}", "1/2*"),
    (r"\\(?:cdot|,)", "*"),
    (r"\\(ln|tanh|max|min|exp|eta)\b", r"\1"),
    (r"\\sigma\b", "sigmoid"),
    (r"\\lvert\s*(.*?)\s*\\rvert", r"abs(\1)"),
    (r"\\mathrm\{(\w+)\}", r"\1"),
    (r"(\d),(\d)(?=\})", r"\1_\2"),
)
MARKED = re.compile(r"([A-Za-z]+)\^\{(?:@(\d+))?(\+*)\}(_\{\w+\})?")
SLOPE = re.compile(r"\\frac\{\\partial ([^{}]+(?:\{[^{}]*\}[^{}]*)*)\}\{\\partial ([^{}]+(?:\{[^{}]*\}[^{}]*)*)\}")


def value_of(text: str) -> float:
    """A number as it is printed, with a decimal point or a decimal comma."""
    return float(re.sub(r" \\times 10\^\{(-?\d+)\}", r"e\1", text.replace("{,}", ".")))


@lru_cache(maxsize=4096)
def word(latex: str) -> str:
    """A name, or a formula with its names, as plain text."""
    text = SLOPE.sub(lambda found: f"slope_{word(found[1])}_by_{word(found[2])}", latex.replace("{,}", "."))
    for pattern, new in REPLACED:
        text = re.sub(pattern, new, text)
    text = MARKED.sub(_marked, text)
    text = re.sub(r"\b([itw])_\{(\d+)\}", r"\1\2", text)
    text = re.sub(r"_\{(\w+)\}", r"_\1", text)
    for head, before, between in ((r"\frac{", "((", ")/("), ("e^{", "exp(", ""), (r"\sqrt{", "sqrt(", "")):
        while (start := _place(text, head)) >= 0:
            inner, end = _braced(text, start + len(head))
            if between:
                below, end = _braced(text, end + 1)
                inner = f"{inner}{between}{below})"
            text = f"{text[:start]}{before}{inner}){text[end:]}"
    text = re.sub(r"\^\{([^{}]+)\}", r"^(\1)", text)
    return text.replace(";", ",").replace("{?}", "blank").strip()


def _place(text: str, head: str) -> int:
    """Where the head stands as a word of its own; -1: nowhere."""
    found = re.search(rf"(?<![A-Za-z]){re.escape(head)}", text)
    return found.start() if found else -1


def _marked(found: re.Match[str]) -> str:
    """A name whose sample and updates stand before its index: w^{+}_{1} is w1P, m^{+}_{w1} is mP_w1."""
    letter, sample, updates, index = found.groups()
    marks = (f"_at{sample}" if sample else "") + "P" * len(updates)
    if index and index.startswith("_{w"):
        return letter + marks + index
    if letter in ("i", "t", "w") and index:
        return letter + index[2:-1] + marks
    return letter + (f"_{index[2:-1]}" if index else "") + marks


def _braced(text: str, start: int) -> tuple[str, int]:
    """What stands in a brace that is open at the start, and where it goes on behind it."""
    depth = 1
    for place in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if not depth:
            return text[start:place], place + 1
    raise InputError("a brace is not closed")


@lru_cache(maxsize=4096)
def formula(latex: str) -> Formula:
    """A formula of the sheet as a function of its names; InputError where it is none."""
    return made(read(word(latex), lambda name: name), str)


def made(e: Expr, name: Callable[[Hashable], str]) -> Formula:
    """A tree as a function of names; `name` says how a quantity of the tree is called on the sheet."""
    op, args = e
    if op == "number":
        literal = float(args[0])
        return lambda at: literal
    if op == "symbol":
        known = name(args[0])
        return lambda at: at[known]
    parts = [made(part, name) for part in (args[1:] if op == "call" else args)]
    if op == "call":
        function = FUNCTIONS.get(args[0])
        if function is None:
            raise InputError(f"the function {args[0]} is not read")
        return lambda at: function(*[part(at) for part in parts])
    if op == "neg":
        return lambda at: -parts[0](at)
    if op == "div":
        return lambda at: parts[0](at) / parts[1](at)
    if op == "power":
        return lambda at: parts[0](at) ** _whole(parts[1](at))
    if op == "add":
        return lambda at: sum(part(at) for part in parts)
    if op == "mul":
        return lambda at: _product([part(at) for part in parts])
    raise InputError(f"a formula with {op} is not read")


def _whole(exponent: complex) -> complex:
    """A whole exponent as an int, so that a negative base keeps its tiny imaginary part."""
    real = exponent.real
    return int(real) if exponent.imag == 0 and real == int(real) else exponent


def _product(factors: list[complex]) -> complex:
    found: complex = 1.0
    for factor in factors:
        found *= factor
    return found


# Each function of a real number, carried on to numbers that are real but for a tiny imaginary part.
FUNCTIONS: Mapping[str, Callable[..., complex]] = {
    "exp": cmath.exp,
    "ln": cmath.log,
    "sqrt": cmath.sqrt,
    "tanh": cmath.tanh,
    "sigmoid": lambda x: 1 / (1 + cmath.exp(-x)),
    "relu": lambda x: x if x.real > 0 else 0.0,
    "step": lambda x: 1.0 if x.real > 0 else 0.0,
    "sign": lambda x: float((x.real > 0) - (x.real < 0)),
    "abs": lambda x: x if x.real > 0 else -x,
    # At a corner the constant wins: relu′(0) = 0.
    "max": lambda a, b: a if a.real >= b.real else b,
    "min": lambda a, b: a if a.real <= b.real else b,
}


def slope(f: Callable[[complex], complex], x: float) -> float:
    """f′(x)."""
    return f(complex(x, TINY)).imag / TINY
