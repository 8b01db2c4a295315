"""What identifies an exercise: its structure, numbers and answers in one canonical line."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from backtrace.engine.scalar import numbers_in_row
from backtrace.engine.structure import Structure, structure_of
from backtrace.expression.kept import for_the_last
from backtrace.expression.tree import Expr
from backtrace.expression.tree import Given as Typed
from backtrace.network.quantity import Key, neutral
from backtrace.network.records import Network
from backtrace.questions.records import Numeric, Part


def note_of(
    kind: str, network: Network | None, extra: Sequence[object], parts: Sequence[Part], names: Sequence[str] = ()
) -> str:
    """What identifies an exercise: its kind, the network's structure and numbers, what is asked and the answers. names:
    of the parts, where they are known."""
    words = [kind]
    if network is not None:
        words.append(_of_network(network))
    words += [str(one) for one in extra]
    for name, part in zip(names or [noted(part.name) for part in parts], parts, strict=True):
        answer = part.answer
        words.append(
            f"{name}={answer.value!r}@{answer.digits}" if isinstance(answer, Numeric) else f"{name}={answer!r}"
        )
    return " ".join(words)


def noted(name: Key | Expr | None) -> str:
    """The name of a part in a note."""
    return "" if name is None or isinstance(name, Expr) else _neutral(name)


@for_the_last
def _of_network(network: Network) -> str:
    structure = structure_of(network)
    words = [*structure.kept("note", lambda: _about(structure))]
    if network.numeric:
        names: list[str] = structure.kept("names in notes", lambda: [neutral(key) for key in structure.leaves])
        words += [f"{name}={spelt(x)}" for name, x in zip(names, numbers_in_row(network), strict=True)]
    if network.optimizer.learning_rate is not None:
        words.append(f"eta={spelt(network.optimizer.learning_rate)}")
    return " ".join([*words, network.optimizer.type])


def _about(structure: Structure) -> list[str]:
    """What is the same for all networks of a structure."""
    network = structure.network
    sizes = "-".join(str(network.size(n)) for n in range(len(network.layers) + 1))
    activations = ",".join(layer.activation.name for layer in network.layers)
    return [sizes, activations, network.loss.name]


@lru_cache(maxsize=1024)
def _neutral(key: Key) -> str:
    return neutral(key)


def spelt(value: float) -> str:
    """A number as typed, else in full."""
    return value.text if isinstance(value, Typed) else repr(float(value))
