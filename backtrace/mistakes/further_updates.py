"""Mistakes in a second update by gradient descent: what the first one has left is not used where it should be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from backtrace.mistakes.records import Mistake


class Second(NamedTuple):
    """A second update of a parameter: its value at the start and after the first update, the gradients of both updates,
    and the rate."""

    start: float
    first: float
    first_gradient: float
    gradient: float
    rate: float


def _first_gradient(case: Second) -> Iterator[float]:
    yield case.first - case.rate * case.first_gradient


def _from_the_start(case: Second) -> Iterator[float]:
    yield case.start - case.rate * case.gradient


def _not_made(case: Second) -> Iterator[float]:
    yield case.first


WHERE = "a parameter after its second update"

FIRST_GRADIENT = Mistake(
    "second_update.first_gradient",
    "the first gradient again",
    "The gradient of the first update is used again in the second.",
    "stale_or_updated_value",
    WHERE,
    (
        "At which weights was the gradient of this step taken?",
        "After an update the forward and the backward pass have to be done anew.",
    ),
    at=("second_update",),
    make=_first_gradient,
    reads=True,
)

MISTAKES = (
    FIRST_GRADIENT,
    Mistake(
        "second_update.from_the_start",
        "from the first value again",
        "The second step is made from the value at the start.",
        "stale_or_updated_value",
        WHERE,
        (
            "Where does the second step begin?",
            "Each update goes on from what the one before has left.",
        ),
        at=("second_update",),
        make=_from_the_start,
        reads=True,
    ),
    Mistake(
        "second_update.not_made",
        "only one step",
        "The value after the first update is given for that after the second.",
        "stale_or_updated_value",
        WHERE,
        (
            "How many updates have been made by then?",
            "The second update changes the weight as well.",
        ),
        at=("second_update",),
        make=_not_made,
        reads=True,
    ),
)


def made_of(case: Second) -> tuple[list[str], list[float]]:
    """The mistakes, and what each makes of the second update."""
    found = [(mistake.id, value) for mistake in MISTAKES for value in mistake.make(case) if isinstance(value, float)]
    return [id for id, _ in found], [value for _, value in found]
