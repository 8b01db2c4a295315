"""What stands where on a sheet: numbers of exercises, letters of parts, and the points of each part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from backtrace.questions.records import Instance, Part

# The steps in which points are divided, in hundredths of a point: halves, else quarters, tenths, and so on.
STEPS = (50, 25, 10, 5, 1)


class Exercise(NamedTuple):
    """What an item of the sheet file became, with its points. joined: it is asked together with the one before it, as
    one exercise about one network."""

    instance: Instance
    points: float
    joined: bool = False


class Labelled(NamedTuple):
    """A part of a variant with its label: "1a", or "3" where the exercise has one part. exercise: its number; points:
    the part's share."""

    label: str
    exercise: int
    instance: Instance
    part: Part
    points: float


def letter(index: int) -> str:
    """a, b, …, z, aa, ab, …"""
    return (letter(index // 26 - 1) if index >= 26 else "") + chr(ord("a") + index % 26)


def asked_together(exercises: Sequence[Exercise]) -> Iterator[tuple[Exercise, ...]]:
    """The items that make up each exercise of the sheet."""
    group: list[Exercise] = []
    for exercise in exercises:
        if group and not exercise.joined:
            yield tuple(group)
            group = []
        group.append(exercise)
    if group:
        yield tuple(group)


def labelled(exercises: Sequence[Exercise]) -> list[Labelled]:
    """Every part in order."""
    return [one for item in labelled_by_item(exercises) for one in item]


def labelled_by_item(exercises: Sequence[Exercise]) -> list[list[Labelled]]:
    """The parts of every item."""
    found: list[list[Labelled]] = []
    for number, group in enumerate(asked_together(exercises), 1):
        alone = sum(len(exercise.instance.parts) for exercise in group) == 1
        before = 0
        for instance, points, _ in group:
            worth = divided(points, [part.share for part in instance.parts])
            labels = (f"{number}{'' if alone else letter(before + n)}" for n in range(len(instance.parts)))
            parts = zip(labels, instance.parts, worth, strict=True)
            found.append([Labelled(label, number, instance, part, share) for label, part, share in parts])
            before += len(instance.parts)
    return found


def divided(points: float, shares: Sequence[float]) -> list[float]:
    """The points of each part, in proportion to the shares and exact in sum: in halves of a point where no part goes
    without, else in the first of the STEPS that will do; without rounding where none does."""
    return list(_divided(points, tuple(shares)))


@lru_cache(maxsize=256)
def _divided(points: float, shares: tuple[float, ...]) -> tuple[float, ...]:
    total = sum(shares) or 1.0
    hundredths = round(100 * points)
    exact = abs(hundredths - 100 * points) < 1e-9
    step = next((s for s in STEPS if exact and hundredths % s == 0 and hundredths >= s * len(shares)), 0)
    if not step:
        return tuple([points * share / total for share in shares])
    wanted = [hundredths / step * share / total for share in shares]
    given = [1] * len(shares)
    for _ in range(hundredths // step - len(shares)):
        # The part that lacks most; of several the last, which builds on those before it.
        given[max(range(len(shares)), key=lambda n: (round(wanted[n] - given[n], 9), n))] += 1
    return tuple([count * step / 100 for count in given])
