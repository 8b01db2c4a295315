"""Networks for the tests of the notation: built from records, since names depend on the structure alone."""

from __future__ import annotations

from hypothesis import strategies as st

from backtrace.network.activations import activation
from backtrace.network.losses import loss_named
from backtrace.network.records import Layer, Network

SIGMOID = activation("sigmoid")
SOFTMAX = activation("softmax")
LOSS = loss_named("half_squared_error")


def network(
    *sizes: int, samples: int = 1, softmax: bool = False, numbering: str = "by_target", **last: object
) -> Network:
    """A network of the given sizes; `last` are fields of its last layer."""
    layers = [Layer(units, SIGMOID) for units in sizes[1:-1]]
    layers.append(Layer(sizes[-1], SOFTMAX if softmax else SIGMOID, **last))  # type: ignore[arg-type]
    rows = tuple((0.5,) * sizes[0] for _ in range(samples))
    targets = tuple((0.5,) * sizes[-1] for _ in range(samples))
    return Network("example", sizes[0], tuple(layers), LOSS, inputs=rows, targets=targets, numbering=numbering)


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """1 to 4 layers of width 1 to 12, with shared, absent and tied parameters, own names and several samples."""
    sizes = draw(st.lists(st.integers(1, 12), min_size=2, max_size=5))
    layers: list[Layer] = []
    for number, units in enumerate(sizes[1:], 1):
        tied = [other for other in range(1, number) if sizes[other - 1 : other + 1] == [units, sizes[number - 1]]]
        tied_to = draw(st.sampled_from([0, *tied]))
        names = tuple(f"u{number}x{unit}" for unit in range(1, units + 1)) if draw(st.booleans()) else ()
        layers.append(
            Layer(
                units,
                SIGMOID,
                has_bias=draw(st.booleans()),
                shared_bias=draw(st.booleans()),
                unit_names=names,
                tied_to=tied_to,
                transposed=bool(tied_to),
            )
        )
    samples = draw(st.integers(1, 3))
    return Network(
        "random",
        sizes[0],
        tuple(layers),
        LOSS,
        inputs=((0.5,) * sizes[0],) * samples,
        targets=((0.5,) * sizes[-1],) * samples,
        numbering=draw(st.sampled_from(["by_target", "by_source"])),
    )
