"""How good the checker is: simulated students hand in, and what it finds is counted.

`tests/check` holds the figures on ten networks, `benchmarks/checking.py` prints them for two hundred.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from random import Random
from typing import NamedTuple

from backtrace.check.checking import check
from backtrace.check.records import WRONG, LineReport, Report
from backtrace.check.students.student import Student, calculated, hand_in
from backtrace.check.students.working import Entry
from backtrace.errors import InputError
from backtrace.mistakes.applied import every_slip, same
from backtrace.mistakes.records import Slip
from backtrace.network.quantity import Key, neutral
from backtrace.network.records import Network
from backtrace.questions.sampling import pick, shuffled

# How far a guess lies from the right number at most, as a factor; it may have either sign.
GUESSED = 10.0
# A mistake whose number is made of rounding alone (two terms that cancel) is not planted.
NOISE = 0.05


class Plant(NamedTuple):
    """A mistake that a student makes. alike: others whose number is written alike, so that nobody could tell."""

    key: Key
    slip: Slip
    alike: tuple[str, ...]


def honest(networks: Sequence[Network], students: Iterable[Student]) -> tuple[Counter[str], list[LineReport]]:
    """The verdicts of honest work, and the lines that were called wrong."""
    found: Counter[str] = Counter()
    wrong: list[LineReport] = []
    for n, network in enumerate(networks):
        for m, student in enumerate(students):
            report = check(hand_in(network, student, Random(100 * n + m)), network)
            found.update(one.verdict for one in report.lines)
            wrong += [one for one in report.lines if one.verdict == WRONG]
    return found, wrong


def plants(network: Network, student: Student, draw: Random, most: int) -> Iterator[tuple[Plant, dict[Key, Entry]]]:
    """Mistakes that this student could make and that can be seen at so many digits, with the honest work."""
    entries = calculated(network, student)
    keys = shuffled(draw, list(entries))
    for key in keys[:most]:
        own = {k: entry.used for k, entry in entries.items() if k != key}
        try:
            slips, exact = every_slip(network, key, own), every_slip(network, key)
        except (InputError, KeyError):
            continue
        if len(slips) != len(exact):
            continue
        seen = [
            s
            for s, e in zip(slips, exact, strict=True)
            if student.written(s.value) != entries[key].paper and abs(s.value - e.value) <= NOISE * abs(e.value)
        ]
        if seen:
            slip = pick(draw, seen)
            paper = student.written(slip.value)
            alike = [s.mistake.id for s in slips if student.written(s.value) == paper or same(s.value, slip.value)]
            yield Plant(key, slip, tuple(sorted({*alike} - {slip.mistake.id}))), entries


def one_mistake(
    networks: Sequence[Network], students: Iterable[Student], most: int
) -> tuple[Counter[str], list[tuple[Plant, Report]]]:
    """What is found of a single mistake with honest work after it, and the trials that went amiss."""
    found: Counter[str] = Counter()
    amiss: list[tuple[Plant, Report]] = []
    for n, network in enumerate(networks):
        for m, student in enumerate(students):
            for plant, _ in plants(network, student, Random(1000 * n + m), most):
                report = check(hand_in(network, student, Random(n), {plant.key: plant.slip}, [plant.key]), network)
                outcome = outcome_of(plant, report)
                found.update(outcome)
                if not {"first", "cause"} <= outcome or "later" in outcome:
                    amiss.append((plant, report))
    return found, amiss


def outcome_of(plant: Plant, report: Report) -> set[str]:
    """What happened to a planted mistake: "first" of the lines flagged, its "cause" found, the "only" one among those
    that could be told apart ("separable"); "later" lines were flagged as well."""
    flagged = [one for one in report.lines if one.verdict == WRONG]
    found = {"planted"}
    if not plant.alike:
        found.add("separable")
    if not flagged or neutral(flagged[0].line.key) != neutral(plant.key):  # type: ignore[arg-type]
        return found
    found.add("first")
    if len(flagged) > 1:
        found.add("later")
    ids = causes_of(flagged[0])
    if plant.slip.mistake.id in ids:
        found.add("cause")
        if ids == {plant.slip.mistake.id} and not plant.alike:
            found.add("only")
    return found


def causes_of(line: LineReport) -> set[str]:
    """The mistakes that explain a line."""
    return {match.mistake.id for match in line.matches}


def by_chance(networks: Sequence[Network], student: Student, most: int) -> tuple[Counter[str], Counter[str]]:
    """How often a number drawn at random, in place of the right one, is wrong, and is explained by some mistake; and
    by which."""
    found: Counter[str] = Counter()
    causes: Counter[str] = Counter()
    for n, network in enumerate(networks):
        draw = Random(n)
        entries = calculated(network, student)
        for key in shuffled(draw, list(entries))[:most]:
            size = (entries[key].paper or 1.0) * GUESSED ** (2 * draw.random() - 1)
            guess = student.written(size if draw.random() < 0.5 else -size)
            report = check(hand_in(network, student, Random(n), {key: guess}, [key]), network)
            line = next(one for one in report.lines if one.line.key == key)
            if line.verdict != WRONG:
                continue
            found["wrong"] += 1
            found["explained"] += bool(line.matches)
            causes.update(causes_of(line))
    return found, causes


def two_mistakes(networks: Sequence[Network], student: Student, most: int) -> Counter[str]:
    """How often both of two mistakes are found, and the causes of both; other lines that are flagged."""
    found: Counter[str] = Counter()
    for n, network in enumerate(networks):
        draw = Random(n)
        for _ in range(most):
            drawn = [plant for plant, _ in plants(network, student, draw, 2)]
            if len(drawn) < 2:
                continue
            wrong = {plant.key: plant.slip for plant in drawn}
            report = check(hand_in(network, student, Random(n), wrong, list(wrong)), network)
            if not wrong.keys() <= {one.line.key for one in report.lines}:
                continue  # after one of them nobody could work the other out
            flagged = {one.line.key: one for one in report.lines if one.verdict == WRONG}
            both = flagged.keys() >= wrong.keys()
            found["planted"] += 1
            found["both"] += both
            found["causes"] += both and all(wrong[k].mistake.id in causes_of(flagged[k]) for k in wrong)
            found["others"] += bool(flagged.keys() - wrong.keys())
    return found
