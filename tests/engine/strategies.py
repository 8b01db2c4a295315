"""Networks for the tests: shapes, activations, losses, ties and settings are drawn, the numbers from a drawn seed."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from hypothesis import strategies as st

from backtrace.network.activations import ACTIVATIONS, Activation, activation
from backtrace.network.losses import LOSSES
from backtrace.network.made import with_tied
from backtrace.network.records import Layer, Network, Optimizer
from backtrace.network.regularization import FORMS, Regularization

CUSTOM = (
    "1.7159*tanh(2*x/3)",
    "x*sigmoid(x)",
    "ln(1+exp(x))",
    "max(0.01*x, x)",
    "x/(1+abs(x))",
    "x^3/(1+x^2)",
    "sqrt(1+x^2)",
    "(exp(x)-exp(-x))/(exp(x)+exp(-x))",
    "sin(x) - x/2",
)
BETWEEN_0_AND_1 = ("1/(1+exp(-2*x))",)
EVERY = (*(name for name, a in ACTIVATIONS.items() if a.differentiable), *CUSTOM, *BETWEEN_0_AND_1)
LAST = {
    "softmax_cross_entropy": ("identity",),
    "mean_binary_cross_entropy": ("sigmoid", *BETWEEN_0_AND_1),
    "binary_cross_entropy": ("sigmoid", *BETWEEN_0_AND_1),
    "cross_entropy": ("softmax", "softmax", "sigmoid", *BETWEEN_0_AND_1),
}
# Smooth everywhere, so that SymPy's derivatives need no case distinction.
SMOOTH = (
    *("identity", "sigmoid", "tanh", "softmax", "softplus", "silu", "gelu", "gelu_tanh", "scaled_tanh"),
    *("1.7159*tanh(2*x/3)", "ln(1+exp(x))", "sqrt(1+x^2)"),
)
STRENGTHS = st.sampled_from([None, 0.01, 0.3])
REGULARIZATIONS = st.one_of(
    st.just(Regularization()),
    st.builds(
        Regularization,
        l2=STRENGTHS,
        l1=STRENGTHS,
        form=st.sampled_from(sorted(FORMS)),
        biases=st.booleans(),
    ).filter(lambda found: bool(found.norms)),
)
CORNERS = ("relu", "leaky_relu", "elu", "max(0.01*x, x)", "x/(1+abs(x))")  # all at 0


@st.composite
def networks(
    draw: st.DrawFn,
    layers: int = 4,
    width: int = 5,
    samples: int = 4,
    activations: Sequence[str] = EVERY,
    losses: Sequence[str] = tuple(LOSSES),
    orders: Sequence[str] = ("simultaneous", "output_first"),
    ties: bool = True,
    regularized: bool = True,
) -> Network:
    """A network with numbers: up to so many layers, units per layer and samples."""
    sizes = draw(_sizes(layers, width))
    fitting = [name for name in losses if sizes[-1] > 1 or LOSSES[name].targets != "one_hot"]
    loss = LOSSES[draw(st.sampled_from(fitting or ["squared_error"]))]
    kinds = [draw(st.sampled_from(activations)) for _ in sizes[2:]]
    kinds.append(draw(st.sampled_from([a for a in LAST.get(loss.name, activations) if a in activations])))
    rng = Random(draw(st.integers(0, 2**32)))
    found: list[Layer] = []
    for number, kind in enumerate(kinds, 1):
        found.append(_layer(draw, rng, sizes, number, activation(kind), ties))
    tied = any(layer.tied_to for layer in found)
    count = draw(st.integers(1, samples))
    return Network(
        "drawn",
        sizes[0],
        with_tied(found),
        loss,
        reduction=draw(st.sampled_from(["mean", "sum"])),
        optimizer=Optimizer(
            learning_rate=draw(st.sampled_from([0.5, 0.01])),
            update_biases=draw(st.booleans()),
            order="simultaneous" if tied else draw(st.sampled_from(orders)),
        ),
        inputs=tuple(_numbers(rng, sizes[0], 2.0) for _ in range(count)),
        targets=tuple(_targets(rng, sizes[-1], loss.targets) for _ in range(count)),
        regularization=draw(REGULARIZATIONS) if regularized else Regularization(),
    )


@st.composite
def _sizes(draw: st.DrawFn, layers: int, width: int) -> list[int]:
    """Sizes from the input on: free, or all alike, or the same from both ends, so that layers can be tied."""
    count = draw(st.integers(1, layers))
    shape = draw(st.sampled_from(["free", "alike", "mirrored"]))
    if shape == "alike":
        return [draw(st.integers(1, width))] * (count + 1)
    sizes = draw(st.lists(st.integers(1, width), min_size=count + 1, max_size=count + 1))
    if shape == "mirrored":
        return [sizes[min(i, count - i)] for i in range(count + 1)]
    return sizes


def _layer(draw: st.DrawFn, rng: Random, sizes: list[int], number: int, kind: Activation, ties: bool) -> Layer:
    units, below = sizes[number], sizes[number - 1]
    biases = draw(st.sampled_from(["own", "own", "shared", "none"]))
    layer = Layer(
        units,
        kind,
        weights=tuple(_numbers(rng, below, 1.5) for _ in range(units)),
        bias=None if biases == "none" else _numbers(rng, 1 if biases == "shared" else units, 1.0),
        has_bias=biases != "none",
        shared_bias=biases == "shared",
    )
    owners = [(other, False) for other in range(1, number) if sizes[other - 1 : other + 1] == [below, units]]
    owners += [(other, True) for other in range(1, number) if sizes[other - 1 : other + 1] == [units, below]]
    if ties and owners and draw(st.booleans()):
        owner, transposed = draw(st.sampled_from(owners))
        return layer._replace(weights=None, tied_to=owner, transposed=transposed)
    return layer


def _numbers(rng: Random, count: int, most: float) -> tuple[float, ...]:
    return tuple(0.0 if rng.random() < 0.03 else round(rng.uniform(-most, most), 4) for _ in range(count))


def _targets(rng: Random, count: int, kind: str) -> tuple[float, ...]:
    if kind == "any":
        return tuple(round(rng.uniform(-1.0, 1.5), 4) for _ in range(count))
    if kind == "unit":
        return tuple(rng.choice([0.0, 1.0, 0.25]) for _ in range(count))
    if kind == "sign":
        return tuple(rng.choice([-1.0, 1.0]) for _ in range(count))
    if kind == "one_hot" or rng.random() < 0.5:
        right = rng.randrange(count)
        return tuple(float(k == right) for k in range(count))
    shares = [rng.randint(0, 4) for _ in range(count)]
    shares[0] += 1
    return tuple(share / sum(shares) for share in shares)
