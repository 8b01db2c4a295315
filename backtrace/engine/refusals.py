"""What an engine says when it cannot go on; the engines share the words and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite

from backtrace.errors import InputError
from backtrace.expression.functions import EvaluationError
from backtrace.network.quantity import Derivative, Key, neutral
from backtrace.network.records import Network


def too_large(key: Key) -> EvaluationError:
    """What to say about a quantity that is not finite."""
    return EvaluationError(
        f"{neutral(key)} is too large for a number", hint="smaller inputs, weights or steps keep it finite"
    )


def undefined(key: Key, error: EvaluationError, what: str = "") -> EvaluationError:
    """The same error with the name of the quantity whose formula (or `what` of it) has no value."""
    return EvaluationError(f"{what}{neutral(key)}: {error.what}", hint=error.hint)


def refuse_not_finite(values: Iterable[float], keys: Iterable[Key]) -> None:
    """Raises EvaluationError for the first number that is not finite; `keys` name them in the same order.

    Wires are passed over: the net they lead to is not finite either, and has the better known name.
    """
    for value, key in zip(values, keys, strict=True):
        if not isfinite(value) and not is_wire(key):
            raise too_large(key)


def is_wire(key: Key) -> bool:
    """Whether the key is a single wire, or a derivative by one."""
    return (key.by if isinstance(key, Derivative) else key).kind == "wire"


def refuse_tied(network: Network) -> None:
    """With tied weights "the layer above is updated first" has no meaning: the gradient is complete only at the end."""
    if any(layer.tied_to for layer in network.layers):
        raise InputError(
            "order = output_first has no meaning with tied weights",
            hint="a tied weight's gradient needs all its layers",
        )


def refuse_no_slope(network: Network, first: int = 1, last: int | None = None) -> None:
    """Refuses gradients through the layers `first` to `last` (by default all) where one has no derivative."""
    for number, layer in enumerate(network.layers, 1):
        if first <= number <= (last or len(network.layers)) and not layer.activation.differentiable:
            name = layer.activation.name
            raise InputError(
                f"layer {number}: {name} has no derivative to learn by: it is flat on both sides of 0 and jumps there, "
                "so that no gradient passes through it",
                hint="a perceptron learns by a rule of its own (backtrace trace perceptron); sigmoid is a threshold "
                f"made smooth (--set layer{number}.activation=sigmoid)",
            )


def refuse_symbolic(network: Network) -> None:
    """A run needs numbers."""
    if not network.numeric:
        raise InputError(
            f"{network.name} has no numbers to run with",
            hint="--batch 1 --seed 1 makes numbers up; a file can say data and weights",
        )
