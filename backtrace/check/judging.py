"""The verdict of every line, against the person's own other lines.

A line takes the worst of its parts: is its formula the quantity (at random points), do the numbers put in lead to what
follows from the lines before, does its last number follow from what stands before it, and is that number within what
rounding allows. Whoever follows correctly from a wrong line is not wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from backtrace.check.effort import TO_EXPLAIN, TooMuchWork
from backtrace.check.figures import FLOAT, Figure, Figures
from backtrace.check.lines import Lines
from backtrace.check.numerals import TOO_FEW
from backtrace.check.own_numbers import OwnNumbers, last_number
from backtrace.check.reasons import Reasons, is_own
from backtrace.check.records import (
    FOLLOW_THROUGH,
    NOT_FROM_OWN,
    NOT_JUDGED,
    RIGHT,
    ROUNDED_EARLY,
    ROUNDING_SLIP,
    UNREADABLE,
    WRONG,
    Line,
    LineReport,
    Match,
    Note,
    Numeral,
)
from backtrace.errors import InputError
from backtrace.network.quantity import Key
from backtrace.network.records import Network

# Verdicts that taint what is built on them.
TAINTED = (WRONG, FOLLOW_THROUGH, ROUNDING_SLIP)
OFF = (WRONG, ROUNDING_SLIP)
TRIVIAL = "trivial_follow_through"
# Mistakes are looked for in so many lines; where there are more, the first ones are worth talking about.
MOST_EXPLAINED = 100
# What a closed interval forgives to floats.
CLOSED = 1 + 1e-9


class Reading:
    """One way to read a submission. network: the exercise's, or the same under another convention; given: its numbers;
    sign: −1 where the person's δ is minus ours; scale: 2 for a person who cuts off; before: another reading of the same
    lines."""

    def __init__(
        self,
        written: Sequence[Line],
        network: Network,
        lines: Lines,
        given: Mapping[Key, float],
        sign: int = 1,
        scale: float = 1.0,
        before: Reading | None = None,
    ) -> None:
        self.written, self.network, self.lines, self.given = written, network, lines, given
        self.sign, self.scale = sign, scale
        known: OwnNumbers | None = before.numbers if before is not None else None
        self.numbers: OwnNumbers = OwnNumbers(written, network, lines, given, sign, scale, known)
        self.reasons = Reasons(self.numbers)
        # How many of the lines that are off have been asked for mistakes.
        self.explained = 0

    @cached_property
    def reports(self) -> list[LineReport]:
        """The report of every line, in their order, with the mistakes that explain it."""
        found = list(self.verdicts)
        self.numbers.effort.left = TO_EXPLAIN
        for place in self.off[:MOST_EXPLAINED]:
            try:
                found[place] = self._explained(place, found[place])
            except TooMuchWork:
                break
            self.explained += 1
        return found

    @cached_property
    def verdicts(self) -> list[LineReport]:
        """The same before anybody asks for mistakes."""
        found: dict[int, LineReport] = {}
        for place in self._order():
            found[place] = self._report(place, found)
        return [found[place] for place in range(len(self.written))]

    @cached_property
    def off(self) -> tuple[int, ...]:
        """The places of the lines that are wrong, or nearly so."""
        return tuple(n for n, one in enumerate(self.verdicts) if one.verdict in OFF)

    def is_off(self, place: int) -> bool:
        """The same of one line, without the others."""
        return self._report(place, {}).verdict in OFF

    def _order(self) -> list[int]:
        """The lines so that what others are built on comes first; those without a quantity at the end."""
        last = 10**9
        levels = [last if key is None else self.lines.level(key) for key in self.numbers.keys]
        return sorted(range(len(self.written)), key=lambda n: (levels[n], n))

    # One line

    def _report(self, place: int, before: Mapping[int, LineReport]) -> LineReport:
        line, key = self.written[place], self.numbers.keys[place]
        if line.error is not None:
            return LineReport(line, UNREADABLE)
        try:
            return self._without_quantity(place) if key is None or is_own(key) else self._of_either(place, key, before)
        except KeyError:
            return LineReport(line, NOT_JUDGED, notes=(Note("no_number"),))
        except InputError as error:
            return LineReport(line, NOT_JUDGED, notes=(Note("not_evaluated", (error.what,)),))
        except TooMuchWork:
            return LineReport(line, NOT_JUDGED, last_number(line), notes=(Note("too_much_work"),))

    def _of_either(self, place: int, key: Key, before: Mapping[int, LineReport]) -> LineReport:
        """The report of a line about a quantity. Where two numbers were written for what it is made from, either will
        do: they may be one value, rounded on two ways."""
        figures, first = self.numbers.figures(place), self.numbers.first
        own = figures.of_key(key)
        found = self._about(place, key, before, figures, own)
        if found.verdict in OFF and any(entry is not first.own[k] for k, entry in own.written.items()):
            other = self._about(place, key, before, first, first.of_key(key))
            if other.verdict not in (*OFF, NOT_JUDGED):
                return other
        return found

    def _about(
        self, place: int, key: Key, before: Mapping[int, LineReport], figures: Figures, own: Figure
    ) -> LineReport:
        line, number = self.written[place], last_number(self.written[place])
        right = self.numbers.right.true(key)
        aspects = self.reasons.aspects(line, key, own, right, figures)
        if all(aspects.values()):
            own = self.reasons.through_own_names(line, figures) or own
        if number is None:
            return self._without_number(line, aspects, before, own, right)
        value, unit = self.numbers.signed(line, number.value), self.numbers.unit(number)
        if key in self.given:
            verdict = restated(value, right, unit / 2 * self.scale)
            return LineReport(line, verdict, number, right, right, aspects={**aspects, "value": verdict != WRONG})
        verdict, notes = self._verdict(value, unit, own, right, before)
        reasoned = all(aspects.values())
        if verdict == ROUNDING_SLIP and reasoned and aspects.keys() >= {"substitution", "arithmetic"}:
            # It follows from the numbers put in, and these are right as far as they go.
            verdict = ROUNDED_EARLY
        aspects["value"] = verdict not in OFF
        if not reasoned:
            verdict = WRONG
        if verdict in (RIGHT, ROUNDED_EARLY) and number.unit < unit and abs(value - right) > number.unit:
            notes = (*notes, Note("constant_cut_off"))
        follows = () if verdict in (RIGHT, ROUNDED_EARLY) else self._tainted(own, before)
        return LineReport(line, verdict, number, right, own.value, follows, aspects, notes=notes)

    def _verdict(
        self, value: float, unit: float, own: Figure, right: float, before: Mapping[int, LineReport]
    ) -> tuple[str, tuple[Note, ...]]:
        """The verdict of a number, and what there is to say about it."""
        half = unit / 2 * self.scale * CLOSED
        slack, away = half + FLOAT * abs(own.value), abs(value - own.value)
        if away > slack:
            slack += own.reach
        if abs(value - right) <= half + FLOAT * abs(right):
            return (RIGHT if away <= slack else NOT_FROM_OWN), ()
        if away > slack:
            return (ROUNDING_SLIP if value and away <= slack + unit else WRONG), ()
        if self._tainted(own, before) and self._is_trivial(own, right, before):
            return NOT_JUDGED, (Note(TRIVIAL),)
        if own.reach >= abs(own.value) > 0 and value:
            return NOT_JUDGED, (Note("too_few_digits"),)
        return (FOLLOW_THROUGH if self._tainted(own, before) else ROUNDED_EARLY), ()

    def _without_number(
        self, line: Line, aspects: dict[str, bool], before: Mapping[int, LineReport], own: Figure, right: float
    ) -> LineReport:
        if not aspects:
            return self._nothing(line)
        if not all(aspects.values()):
            return LineReport(line, WRONG, None, right, own.value, aspects=aspects)
        taint = self._tainted(own, before) if "substitution" in aspects else ()
        return LineReport(line, FOLLOW_THROUGH if taint else RIGHT, None, right, own.value, taint, aspects)

    def _without_quantity(self, place: int) -> LineReport:
        """A line whose left side is a formula, or a name of the person's own: do its parts agree with each other?"""
        line, found = self.written[place], self.reasons.agree(place)
        if found is None:
            return self._nothing(line)
        agree, first = found
        return LineReport(
            line, RIGHT if agree else WRONG, last_number(line), first, first, aspects={"arithmetic": agree}
        )

    @staticmethod
    def _nothing(line: Line) -> LineReport:
        note = Note("left_out" if line.gaps else "nothing_to_judge")
        return LineReport(line, NOT_JUDGED, last_number(line), notes=(note,))

    # What a line is built on

    def _built_on(self, own: Figure, before: Mapping[int, LineReport]) -> Iterator[tuple[Key, LineReport]]:
        """The reports of the lines that a number is made from."""
        for key, entry in own.written.items():
            if entry.line in before:
                yield key, before[entry.line]

    def _tainted(self, own: Figure, before: Mapping[int, LineReport]) -> tuple[int, ...]:
        """The wrong lines, and those that follow from wrong ones, that a number is built on."""
        found = {one.line.line for _, one in self._built_on(own, before) if one.verdict in TAINTED or is_trivial(one)}
        return tuple(sorted(found))

    def _is_trivial(self, own: Figure, right: float, before: Mapping[int, LineReport]) -> bool:
        """Whether the carried values leave nothing to work out: the rest is zero, or does not depend on them, or is
        built on such a line."""
        if own.value == 0.0 and right != 0.0:
            return True
        return any(
            is_trivial(one) or (one.verdict in TAINTED and not own.depends_on(key))
            for key, one in self._built_on(own, before)
        )

    # Why a line is wrong

    def _explained(self, place: int, report: LineReport) -> LineReport:
        """The report of a line that is off with the mistakes that lead to what was written. What could be a slip in
        rounding is a mistake where one gives the number."""
        key, number = self.numbers.keys[place], report.given
        if key is None or is_own(key):
            return report
        from backtrace.check.diagnosis import by_formula  # a work without a wrong line is checked without it

        matches: list[Match] = []
        if report.aspects.get("formula") is False:
            forms = self.reasons.forms(report.line)
            matches = by_formula(forms, key, self.numbers.figures(place), self.reasons.points)
        if not matches and number is not None and not report.aspects["value"]:
            matches = self._by_number(place, key, number, report)
        return report._replace(verdict=WRONG if matches else report.verdict, matches=tuple(matches))

    def _by_number(self, place: int, key: Key, number: Numeral, report: LineReport) -> list[Match]:
        from backtrace.check.diagnosis import by_number, by_pen

        numbers = self.numbers
        if number.value and number.digits <= TOO_FEW and not number.whole:
            return []
        value, unit = numbers.signed(report.line, number.value), numbers.unit(number)
        # Somebody who is told that an earlier line is wrong may have gone on with the right number.
        around = [numbers.figures(place), *([numbers.rounded] if report.follows else [])]
        found = [] if key in self.given else by_number(value, unit, key, around)
        if found or report.verdict == ROUNDING_SLIP:
            return found
        assert report.expected is not None and report.expected_from_own is not None
        return by_pen(number, value, unit, numbers.usual_digits, (report.expected_from_own, report.expected))


def restated(value: float, given: float, half: float) -> str:
    """The verdict of a given number written once more."""
    return RIGHT if value == given else ROUNDED_EARLY if abs(value - given) <= half * CLOSED else WRONG


def is_trivial(report: LineReport) -> bool:
    """Whether a line followed only because a carried value left nothing to work out."""
    return any(note.id == TRIVIAL for note in report.notes)
