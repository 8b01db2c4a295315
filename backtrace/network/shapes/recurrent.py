"""Recurrent layers: simple, GRU, LSTM; several on top of each other, in one direction or in both."""

from __future__ import annotations

from functools import partial

from backtrace.network.shapes.records import Array, Key, Kind, Made
from backtrace.network.shapes.settings import Settings


def recurrent(settings: Settings, gates: int) -> Made:
    """PyTorch's RNN, GRU and LSTM, batch first. Weights lie side by side by gate, in×(gates·hidden).

    bias_vectors = 2 is PyTorch's convention (one for the input, one for the state before), 1 that of the papers: Cho
    and others 2014 (GRU), Hochreiter, Schmidhuber 1997 (LSTM).
    """
    length, features = settings.axes(2, meaning="a sequence [length, features]", hint="[data] input_shape = [10, 8]")
    found = settings.agreed("input_size", features, "features")
    hidden, both = settings.whole("hidden_size"), settings.flag("bidirectional")
    vectors = settings.whole("bias_vectors")
    if vectors > 2:
        raise settings.refusal("bias_vectors", "bias_vectors must be 1 or 2", "PyTorch has two, textbooks have one")
    if not settings.flag("bias"):
        vectors = 0
    levels = settings.whole("num_layers")
    if levels > MOST_LEVELS:
        raise settings.refusal("num_layers", f"num_layers must lie between 1 and {MOST_LEVELS}")
    arrays: list[Array] = []
    for level in range(levels):
        below = found if level == 0 else hidden * (1 + both)
        for direction in ("", "_reverse")[: 1 + both]:
            for part, size in (("ih", below), ("hh", hidden)):
                name = f"weight_{part}_l{level}{direction}"
                arrays.append(Array(name, (size, gates * hidden), factors=product(gates, size, hidden), matrix=True))
            for part in ("ih", "hh")[:vectors]:
                arrays.append(
                    Array(f"bias_{part}_l{level}{direction}", (gates * hidden,), "biases", product(gates, hidden))
                )
    width = hidden * (1 + both)
    lines = (("features", f"2 × {hidden} = {width}"),) if both else ()
    return Made((length, width) if settings.word("output") == "sequence" else (width,), tuple(arrays), lines)


def product(gates: int, *sizes: int) -> tuple[int, ...]:
    """The factors of a count; a single gate is not written."""
    return sizes if gates == 1 else (gates, *sizes)


MOST_LEVELS = 100
KEYS = (
    Key("input_size", "whole", "features of the input; they follow from the layer before"),
    Key("hidden_size", "whole", "numbers of the state"),
    Key("num_layers", "whole", "so many on top of each other", 1),
    Key("bias", "boolean", "with biases", True),
    Key("bias_vectors", "whole", "2 as in PyTorch (input and state each have one), 1 as in textbooks", 2),
    Key("bidirectional", "boolean", "a second one reads from the end; outputs lie side by side", False),
    Key("output", "choice", "the state at every place, or the last alone", "sequence", choices=("sequence", "last")),
)
KINDS = (
    Kind("rnn", "simple recurrent layer", KEYS, partial(recurrent, gates=1), torch="RNN"),
    Kind("gru", "gated recurrent unit, 3 gates", KEYS, partial(recurrent, gates=3), torch="GRU"),
    Kind("lstm", "long short-term memory, 4 gates", KEYS, partial(recurrent, gates=4), torch="LSTM"),
)
