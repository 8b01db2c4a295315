"""What is counted: the sizes of a layer or a network by name, as numbers or letters, and the right count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from backtrace.errors import InputError
from backtrace.expression.tree import ONE, TWO, ZERO, Expr, add, div, mul, number, sub, symbol

Size = int | str
GATES = {"rnn_parameters": 1, "lstm_parameters": 4, "gru_parameters": 3}
# What each count takes, by the words of a network file; those in brackets may be left out.
NEEDS = {
    "conv_parameters": ("kernel_size", "in_channels", "out_channels"),
    "size": ("size", "kernel_size", "padding", "stride"),
    "pool_parameters": ("kernel_size", "channels"),
    "flat": ("size", "channels"),
    "rnn_parameters": ("input_size", "hidden_size"),
    "lstm_parameters": ("input_size", "hidden_size"),
    "gru_parameters": ("input_size", "hidden_size"),
}
DEFAULTS = {"padding": 0, "stride": 1}


class Count:
    """The sizes of dense layers, from the input on, or those of one other layer by their names."""

    def __init__(self, what: str, sizes: Sequence[Size] | Mapping[str, Size], batch: Size | None, samples: Size | None):
        self.what = what
        self.batch = None if batch is None else written(batch)
        self.samples = None if samples is None else written(samples)
        self.gates = GATES.get(what, 1)
        self.named: dict[str, Expr] = {}
        self.sizes: list[Expr] = []
        if isinstance(sizes, Mapping):
            given = {**DEFAULTS, **{name: size for name, size in sizes.items() if isinstance(size, int | str)}}
            self.named = {name: written(size) for name, size in given.items()}
        else:
            self.sizes = [written(size) for size in sizes]
        missing = [name for name in NEEDS.get(what, ()) if name not in self.named]
        if missing or (what not in NEEDS and what not in ("parameters", "updates")):
            raise InputError(
                f"a count of {what} needs {', '.join(missing)}" if missing else f"there is no count '{what}'",
                hint="there is: " + ", ".join(("parameters", "updates", *NEEDS)),
            )
        if what == "parameters" and len(self.sizes) < 2:
            raise InputError("a network to count has at least two sizes", hint="for example (3, 4, 2)")

    def __getitem__(self, name: str) -> Expr:
        return self.named[name]

    def __contains__(self, name: str) -> bool:
        return name in self.named

    @property
    def layers(self) -> list[Expr]:
        """The right count of each dense layer: weights and biases."""
        return [mul(add(a, ONE), b) for a, b in pairwise(self.sizes)]

    @staticmethod
    def number(value: int) -> Expr:
        """A whole number."""
        return number(value)

    @property
    def right(self) -> Expr:
        """The right count; for sizes and updates before rounding."""
        what = self.what
        if what == "parameters":
            return add(*self.layers)
        if what == "updates":
            if self.samples is None or self.batch is None:
                raise InputError("updates are counted from the number of samples and the size of a batch")
            return div(self.samples, self.batch)
        if what == "conv_parameters":
            k, c, f = self["kernel_size"], self["in_channels"], self["out_channels"]
            return add(mul(k, k, c, f), f)
        if what == "size":
            whole = add(self["size"], mul(TWO, self["padding"]))
            return add(div(sub(whole, self["kernel_size"]), self["stride"]), ONE)
        if what == "pool_parameters":
            return ZERO
        if what == "flat":
            return mul(self["size"], self["size"], self["channels"])
        n, m = self["input_size"], self["hidden_size"]
        once = add(mul(m, n), mul(m, m), mul(self.named.get("biases", ONE), m))
        return once if self.gates == 1 else mul(number(self.gates), once)


def written(size: Size) -> Expr:
    """A size as it is written: a number, or a letter."""
    return symbol(size) if isinstance(size, str) else number(size)
