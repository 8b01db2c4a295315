"""Answers that are quantities of a network, judged against all other answers of the same exercise: whoever goes on
correctly from a wrong answer is not wrong again.

The items of an exercise have one network; their answers, and typed work beside them, are one submission.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from backtrace.check.checking import check, given_numbers, lines_for, overall, reading, with_cuts
from backtrace.check.figures import Figures
from backtrace.check.marking.answers import LONGEST, held_to, with_point
from backtrace.check.marking.instances import Asked
from backtrace.check.marking.written import Written
from backtrace.check.merging import merged
from backtrace.check.numerals import numeral
from backtrace.check.records import NUMBER, Line, LineReport, Note, Numeral, Part, Report, Submission
from backtrace.check.submission.reading import read_submission
from backtrace.errors import BacktraceError, InputError
from backtrace.expression.tree import number
from backtrace.network.quantity import Key
from backtrace.network.reading import read_network
from backtrace.network.records import Network
from backtrace.notation.loading import DEFAULT
from backtrace.notation.profile import Profile
from backtrace.questions.joining import one_network
from backtrace.questions.records import Answer, Numeric

# Conventions that one answer alone does not show.
OTHER = ("other_loss", "other_reduction")


class Joint(NamedTuple):
    """The parts of an exercise that are quantities of one network."""

    exercise: int
    network: Network
    parts: tuple[Asked, ...]


class Found(NamedTuple):
    """What the checker says. reports: by label; notes: on the whole of it; aside: of typed lines, (line of the hand-in,
    report)."""

    reports: dict[str, LineReport]
    notes: tuple[Note, ...] = ()
    aside: tuple[tuple[int, LineReport], ...] = ()


def joint_exercises(parts: Sequence[Asked]) -> Iterator[Joint]:
    """The exercises with a network; where the items of one differ in it, each network for itself."""
    for exercise in dict.fromkeys(part.exercise for part in parts if part.network):
        own = [part for part in parts if part.exercise == exercise and part.network]
        texts = dict.fromkeys(part.network for part in own)
        networks = [network_of(text) for text in texts]
        one = one_network(networks)
        together = (
            [(one, own)]
            if one is not None
            else [
                (network, [part for part in own if part.network == text])
                for network, text in zip(networks, texts, strict=True)
            ]
        )
        for network, members in together:
            if network.numeric:
                yield Joint(exercise, network, quantities_of(network, members))


@lru_cache(maxsize=16)
def network_of(text: str) -> Network:
    """The network of an item; raises InputError."""
    return read_network(text, "the network of an exercise", "exercise")


def quantities_of(network: Network, parts: Sequence[Asked]) -> tuple[Asked, ...]:
    """The parts whose answer is the number of a quantity as the engine works it out: of what else an exercise may mean
    by a name, its own answer is the only judge."""
    asked = [(part, part.key, part.answer) for part in parts if part.key and isinstance(part.answer, Numeric)]
    right = right_numbers(network, [key for _, key, _ in asked])
    return tuple(part for part, key, answer in asked if key in right and answer.low <= right[key] <= answer.high)


def right_numbers(network: Network, keys: Sequence[Key]) -> dict[Key, float]:
    """The right number of each quantity that has one."""
    figures = Figures(network, lines_for(network, keys), given_numbers(network), {}, 3, lambda key: False)
    found: dict[Key, float] = {}
    for key in keys:
        try:
            found[key] = figures.true(key)
        except (BacktraceError, KeyError):
            continue
    return found


def judged_together(joint: Joint, hand_in: Written, work: bool, profile: Profile | None) -> Found:
    """The answers to an exercise as one submission. work: whether the typed lines without a label belong to it."""
    answered = [part for part in joint.parts if part.label in hand_in.answers]
    own = [one for one in hand_in.work if one[0] == joint.exercise or (work and not one[0])]
    places, lines = [place for _, place, _ in own], [line for _, _, line in own]
    if not answered and not lines:
        return Found({})
    try:
        submission = plain_numbers(answered, hand_in, profile) if not lines else None
        if submission is None:
            text = "\n".join([f"{part.name} = {hand_in.answers[part.label].text}" for part in answered] + lines)
            submission = read_submission(text, joint.network, profile)
        held = tuple(_held(line, answered) for line in submission.lines)
        report = checked(submission._replace(lines=held), joint.network, answered)
    except InputError as error:
        return Found({}, (Note("not_checked", (error.what,)),))
    reports: dict[str, LineReport] = {}
    aside: list[tuple[int, LineReport]] = []
    for one in report.lines:
        at = one.line.line
        if at <= len(answered):
            reports[answered[at - 1].label] = one
            continue
        aside.append((places[at - 1 - len(answered)], one))
    return Found(_with_work(reports, aside, joint), report.notes, tuple(aside))


def checked(submission: Submission, network: Network, answered: Sequence[Asked]) -> Report:
    """What the checker finds. Another loss, or another way to reduce it, is no convention on a sheet that states its
    own, unless several answers agree on it: one alone is a mistake."""
    report = check(submission, network)
    if not any(note.id in OTHER for note in report.notes):
        return report
    agree = [one for one in report.lines if one.credited and one.line.line <= len(answered) and one.given is not None]
    outside = [one for one in agree if not _accepts(answered[one.line.line - 1].answer, one.given)]
    if len(outside) > 1:
        return report
    plain = with_cuts(reading(submission.lines, network, submission.sign))
    reports = merged(plain.reports)
    return Report(submission, reports, (*submission.notes, *overall(reports)))


def _accepts(answer: Answer, given: Numeral | None) -> bool:
    return isinstance(answer, Numeric) and given is not None and answer.low <= given.value <= answer.high


def plain_numbers(answered: Sequence[Asked], hand_in: Written, profile: Profile | None) -> Submission | None:
    """The answers as a submission where each is a plain number; None where one has to be read."""
    lines = []
    for place, part in enumerate(answered, 1):
        text = with_point(hand_in.answers[part.label].text)
        found = numeral(text) if len(text) <= LONGEST else None
        if found is None:
            return None
        own = Part(text, NUMBER, number(found.value, text), found)
        lines.append(Line(place, f"{part.name} = {text}", part.name, part.key, (own,)))
    return Submission(tuple(lines), profile.name if profile else DEFAULT)


def _held(line: Line, answered: Sequence[Asked]) -> Line:
    """The line with its number held to the digits asked for."""
    if line.line > len(answered) or not line.parts or line.parts[-1].number is None:
        return line
    answer, last = answered[line.line - 1].answer, line.parts[-1]
    assert isinstance(answer, Numeric) and last.number is not None
    return line._replace(parts=(*line.parts[:-1], last._replace(number=held_to(last.number, answer.digits))))


def _with_work(
    reports: Mapping[str, LineReport], aside: Sequence[tuple[int, LineReport]], joint: Joint
) -> dict[str, LineReport]:
    """The reports of the labels; a part without an answer of its own takes the last typed line about its quantity."""
    found = dict(reports)
    lines = lines_for(joint.network, [part.key for part in joint.parts if part.key is not None])
    typed = {lines.canonical(one.line.key): one for _, one in aside if one.line.key is not None}
    for part in joint.parts:
        if part.label not in reports and part.key is not None and lines.canonical(part.key) in typed:
            found[part.label] = typed[lines.canonical(part.key)]
    return found
