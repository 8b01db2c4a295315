"""The verdict of every line, against the person's own other lines.

A line takes the worst of its parts: is its formula the quantity (at random points), do the numbers put in lead to what
follows from the lines before, does its last number follow from what stands before it, and is that number within what
rounding allows. Whoever follows correctly from a wrong line is not wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from statistics import mode

from backtrace.check.cone import Own
from backtrace.check.diagnosis import TOO_FEW, by_formula, by_number, by_pen
from backtrace.check.figures import FLOAT, LEAST_DIGITS, Figure, Figures
from backtrace.check.lines import Lines
from backtrace.check.numerals import judged_unit
from backtrace.check.points import Points
from backtrace.check.records import (
    FOLLOW_THROUGH,
    FORMULA,
    NOT_FROM_OWN,
    NOT_JUDGED,
    OWN,
    RIGHT,
    ROUNDED_EARLY,
    ROUNDING_SLIP,
    SUBSTITUTION,
    UNREADABLE,
    WRONG,
    Line,
    LineReport,
    Match,
    Note,
    Numeral,
    Part,
)
from backtrace.errors import InputError
from backtrace.expression.tree import Expr, neg, replace, symbol, symbols
from backtrace.network.quantity import Derivative, Key, Quantity
from backtrace.network.records import Network

# Verdicts that taint what is built on them.
TAINTED = (WRONG, FOLLOW_THROUGH, ROUNDING_SLIP)
OFF = (WRONG, ROUNDING_SLIP)
TRIVIAL = "trivial_follow_through"


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
        if before is not None:
            self._computed = before._computed
        self.keys = [lines.canonical(line.key) if line.key is not None else None for line in written]

    @cached_property
    def points(self) -> Points:
        """Random points, for formulas."""
        return Points(self.lines, self.given)

    @cached_property
    def reports(self) -> list[LineReport]:
        """The report of every line, in their order, with the mistakes that explain it."""
        return [self._explained(place, report) for place, report in enumerate(self.verdicts)]

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
        depth: dict[Key, int] = {}

        def level(key: Key) -> int:
            if key not in depth:
                made = self.lines.function(key)
                depth[key] = 0 if made is None else 1 + max(map(level, made.keys), default=0)
            return depth[key]

        return sorted(range(len(self.written)), key=lambda n: (level(k) if (k := self.keys[n]) else 10**9, n))

    # The person's own numbers

    @cached_property
    def entries(self) -> dict[Key, list[Own]]:
        """What was written for each quantity, in the order of the lines."""
        found: dict[Key, list[Own]] = {}
        for place, (line, key) in enumerate(zip(self.written, self.keys, strict=True)):
            own = self._own(line, key, place) if key is not None else None
            if key is not None and own is not None:
                found.setdefault(key, []).append(own)
        return found

    def _own(self, line: Line, key: Key, place: int) -> Own | None:
        number = last_number(line)
        if number is None:
            return None
        value = self._signed(line, number.value)
        return Own(value, 0.0 if value == self._given(key) else self.unit(number) / 2, place)

    def _given(self, key: Key) -> float | None:
        """The number of what is given, or is nothing but something given: ∂net/∂w is its input."""
        if key in self.given:
            return self.given[key]
        form = self.lines.form(key)
        return self.given.get(self.lines.canonical(form.args[0])) if form is not None and form.op == "symbol" else None

    def _signed(self, line: Line, value: float) -> float:
        return self.sign * value if is_delta(line.key) else value

    def unit(self, number: Numeral) -> float:
        """The unit that a number is held to. One digit with nothing behind a point says that nothing comes there: it is
        as exact as this person's other numbers."""
        if number.digits == 1 and number.unit >= 1.0 and number.value:
            return number.unit * 10.0 ** (1 - self.digits)
        return judged_unit(number)

    def own_at(self, place: int) -> dict[Key, Own]:
        """The numbers that a line is judged against: of what was written twice, the last before it, else the first."""
        found = {}
        for key, entries in self.entries.items():
            before = [own for own in entries if own.line < place]
            found[key] = before[-1] if before else entries[0]
        return found

    @cached_property
    def _computed(self) -> list[Numeral]:
        """The numbers that were computed and are not exact."""
        found = []
        for line, key in zip(self.written, self.keys, strict=True):
            number = last_number(line)
            if key is None or number is None or key in self.given or number.whole:
                continue
            try:
                true = self._true_figures.true(key)
            except (InputError, KeyError):
                continue
            if abs(true - self._signed(line, number.value)) > FLOAT * abs(true):
                found.append(number)
        return found

    @cached_property
    def digits(self) -> int:
        """The fewest significant digits of these, and at least 3."""
        return max(min((number.digits for number in self._computed), default=LEAST_DIGITS), LEAST_DIGITS)

    @cached_property
    def usual_digits(self) -> int:
        """The significant digits that most of these have."""
        return mode([number.digits for number in self._computed] or [LEAST_DIGITS])

    @cached_property
    def half(self) -> float:
        """Half of the unit in which all of these end, of somebody who writes so many decimals; 0 where they differ."""
        units = {number.unit for number in self._computed}
        return units.pop() / 2 if len(units) == 1 else 0.0

    @cached_property
    def _true_figures(self) -> Figures:
        return Figures(self.network, self.lines, self.given, {}, LEAST_DIGITS, lambda key: False)

    @cached_property
    def in_chains(self) -> bool:
        """Whether the person writes the factors of the chain rule as lines of their own."""
        return any(isinstance(key, Derivative) and not is_gradient(key) for key in self.keys)

    def is_line(self, key: Key) -> bool:
        """Whether a quantity would have its own line in this person's way of working."""
        return self.in_chains or isinstance(key, Quantity) or is_gradient(key)

    def figures(self, place: int) -> Figures:
        """The numbers around one line."""
        return self._figures_of(self.own_at(place)) if self._twice else self._figures

    def _figures_of(self, own: Mapping[Key, Own]) -> Figures:
        true = self._true_figures.known
        return Figures(
            self.network, self.lines, self.given, own, self.digits, self.is_line, self.scale, self.half, true
        )

    @cached_property
    def _twice(self) -> bool:
        return any(len(entries) > 1 for entries in self.entries.values())

    @cached_property
    def _figures(self) -> Figures:
        return self._figures_of(self.own_at(0))

    @cached_property
    def right_figures(self) -> Figures:
        """The right numbers, rounded as this person does."""
        return self._figures_of({})

    def true(self, key: Key) -> float:
        """The right number."""
        return self._true_figures.true(key)

    # One line

    def _report(self, place: int, before: Mapping[int, LineReport]) -> LineReport:
        line, key = self.written[place], self.keys[place]
        if line.error is not None:
            return LineReport(line, UNREADABLE)
        try:
            known = key is not None and not is_own(key)
            return self._about(place, key, before) if known and key is not None else self._sum_alone(place)
        except KeyError:
            return LineReport(line, NOT_JUDGED, notes=(Note("no_number"),))
        except InputError as error:
            return LineReport(line, NOT_JUDGED, notes=(Note("not_evaluated", (error.what,)),))

    def _about(self, place: int, key: Key, before: Mapping[int, LineReport]) -> LineReport:
        line, figures = self.written[place], self.figures(place)
        number = last_number(line)
        right, own = self.true(key), figures.of_key(key)
        aspects: dict[str, bool] = {}
        notes: list[Note] = []
        for part in line.parts:
            if part.sort == FORMULA:
                form = self.written_out(part.expr)
                same = self.points.same(self.in_our_sign(form, line), key)
                if same is False and has_decimals(form):
                    self._note(aspects, "substitution", self._fits(part, line, key, figures, own, right))
                elif same is not None:
                    self._note(aspects, "formula", same)
            elif part.sort == SUBSTITUTION:
                self._note(aspects, "substitution", self._fits(part, line, key, figures, own, right))
        if all(aspects.values()):
            own = self._through_own_names(line, figures) or own
        if number is None:
            return self._without_number(place, key, aspects, before, own, right)
        follows = self._follows(line, key, figures)
        if follows is not None:
            aspects["arithmetic"] = follows
        value = self._signed(line, number.value)
        if key in self.given:
            fits = abs(value - right) <= self.unit(number) / 2 * self.scale
            verdict = RIGHT if value == right else ROUNDED_EARLY if fits else WRONG
            return LineReport(line, verdict, number, right, right, aspects={"value": verdict != WRONG})
        unit = self.unit(number)
        verdict = self._verdict(value, unit, own, right, before)
        aspects["value"] = verdict not in (WRONG, ROUNDING_SLIP)
        if verdict == FOLLOW_THROUGH and self._is_trivial(key, own, right, before):
            verdict = NOT_JUDGED
            notes.append(Note(TRIVIAL))
        elif verdict in (ROUNDED_EARLY, FOLLOW_THROUGH) and own.reach >= abs(own.value) > 0 and value != 0.0:
            verdict = NOT_JUDGED
            notes.append(Note("too_few_digits"))
        if not all(aspects.get(name, True) for name in ("formula", "substitution", "arithmetic")):
            verdict = WRONG
        if verdict in (RIGHT, ROUNDED_EARLY) and constant_cut_off(number, value, right, unit):
            notes.append(Note("constant_cut_off"))
        follows_from = self._tainted(own, before) if verdict in (FOLLOW_THROUGH, NOT_JUDGED, WRONG) else ()
        return LineReport(line, verdict, number, right, own.value, follows_from, aspects, notes=tuple(notes))

    def _explained(self, place: int, report: LineReport) -> LineReport:
        """The report of a line that is off with the mistakes that lead to what was written. What could be a slip in
        rounding is a mistake where one gives the number."""
        line, key, number = report.line, self.keys[place], report.given
        if report.verdict not in (WRONG, ROUNDING_SLIP) or key is None or is_own(key) or report.expected is None:
            return report
        matches: list[Match] = []
        if report.aspects.get("formula") is False:
            forms = [self.in_our_sign(part.expr, line) for part in line.parts if part.sort == FORMULA]
            matches = by_formula(forms, key, self.figures(place), self.points)
        if not matches and number is not None and not report.aspects["value"]:
            matches = self._by_number(place, key, number, report)
        verdict = WRONG if matches else report.verdict
        return report._replace(verdict=verdict, matches=tuple(matches))

    def _by_number(self, place: int, key: Key, number: Numeral, report: LineReport) -> list[Match]:
        if number.value and number.digits <= TOO_FEW and not number.whole:
            return []
        value, unit = self._signed(report.line, number.value), self.unit(number)
        found = by_number(value, unit, key, self.figures(place), self.right_figures) if key not in self.given else []
        if found or report.verdict == ROUNDING_SLIP:
            return found
        assert report.expected is not None and report.expected_from_own is not None
        return by_pen(number, value, unit, self.usual_digits, (report.expected_from_own, report.expected))

    def _verdict(self, value: float, unit: float, own: Figure, right: float, before: Mapping[int, LineReport]) -> str:
        half = unit / 2 * self.scale
        slack = own.reach + half * (1 + 1e-9) + FLOAT * abs(own.value)
        away, true = abs(value - own.value), abs(value - right) <= half * (1 + 1e-9) + FLOAT * abs(right)
        if away <= slack:
            if true:
                return RIGHT
            return FOLLOW_THROUGH if self._tainted(own, before) else ROUNDED_EARLY
        if true:
            return NOT_FROM_OWN
        return ROUNDING_SLIP if value and away <= slack + unit else WRONG

    def _without_number(
        self,
        place: int,
        key: Key,
        aspects: dict[str, bool],
        before: Mapping[int, LineReport],
        own: Figure,
        right: float,
    ) -> LineReport:
        line = self.written[place]
        if not aspects:
            return LineReport(line, NOT_JUDGED, notes=(Note("left_out" if line.gaps else "nothing_to_judge"),))
        if not all(aspects.values()):
            return LineReport(line, WRONG, None, right, own.value, aspects=aspects)
        taint = self._tainted(own, before) if "substitution" in aspects else ()
        return LineReport(line, FOLLOW_THROUGH if taint else RIGHT, None, right, own.value, taint, aspects)

    def _through_own_names(self, line: Line, figures: Figures) -> Figure | None:
        """What a right formula in the person's own names leads to with their numbers; None where there is none."""
        for part in line.parts:
            if part.sort == FORMULA and any(is_own(key) for key in symbols(part.expr)):  # type: ignore[arg-type]
                return figures.of_form(self.in_our_sign(part.expr, line))
        return None

    @staticmethod
    def _note(aspects: dict[str, bool], name: str, right: bool) -> None:
        aspects[name] = aspects.get(name, True) and right

    def _fits(self, part: Part, line: Line, key: Key, figures: Figures, own: Figure, right: float) -> bool:
        """Whether the numbers put in lead to what follows from the person's lines, or to the right number."""
        put_in = figures.of_form(self.in_our_sign(part.expr, line), key)
        slack = put_in.reach + FLOAT * abs(own.value)
        return abs(put_in.value - own.value) <= slack + own.reach or abs(put_in.value - right) <= slack

    def _follows(self, line: Line, key: Key, figures: Figures) -> bool | None:
        """Whether the last number follows from the part before it; None where nothing stands there."""
        if len(line.parts) < 2 or line.parts[-1].number is None:
            return None
        number, before = line.parts[-1].number, line.parts[-2]
        try:
            found = figures.of_form(self.in_our_sign(before.expr, line), key)
        except (InputError, KeyError):
            return None
        if before.sort == FORMULA and not all(source in figures.own for source in found.sources):
            return None
        slack = found.reach + self.unit(number) / 2 * self.scale + FLOAT * abs(found.value)
        return abs(self._signed(line, number.value) - found.value) <= slack

    @cached_property
    def definitions(self) -> dict[Key, Expr]:
        """What the person's own names stand for; those that another line uses are written out in it."""
        found: dict[Key, Expr] = {}
        for line in self.written:
            if line.key is not None and is_own(line.key) and line.parts:
                found.setdefault(line.key, replace(line.parts[0].expr, found.get))  # type: ignore[arg-type]
        return found

    def written_out(self, form: Expr) -> Expr:
        """A formula with what the person's own names stand for in their places."""
        return replace(form, self.definitions.get) if self.definitions else form  # type: ignore[arg-type]

    def in_our_sign(self, form: Expr, line: Line) -> Expr:
        """A person's formula with our sign of δ, and as a formula of our quantity."""
        if self.definitions:
            form = replace(form, lambda k: None if k in self.entries else self.definitions.get(k))  # type: ignore[call-overload]
        if self.sign == 1:
            return form
        turned = replace(form, lambda k: neg(symbol(k)) if is_delta(k) else None)
        return neg(turned) if is_delta(line.key) else turned

    def _tainted(self, own: Figure, before: Mapping[int, LineReport]) -> tuple[int, ...]:
        """The wrong lines, and those that follow from wrong ones, that a number is built on."""
        found = []
        for key in own.sources:
            for entry in self.entries.get(key, ()):
                report = before.get(entry.line)
                if report is not None and (report.verdict in TAINTED or is_trivial(report)):
                    found.append(self.written[entry.line].line)
        return tuple(sorted(set(found)))

    def _is_trivial(self, key: Key, own: Figure, right: float, before: Mapping[int, LineReport]) -> bool:
        """Whether the carried values leave nothing to work out: the rest is zero, or does not depend on them, or is
        built on such a line."""
        if own.value == 0.0 and right != 0.0:
            return True
        for source in own.sources:
            for entry in self.entries.get(source, ()):
                report = before.get(entry.line)
                if report is None:
                    continue
                if is_trivial(report) or (report.verdict in TAINTED and not own.depends_on(source)):
                    return True
        return False

    def _sum_alone(self, place: int) -> LineReport:
        """A line whose left side is a formula, or a name of the person's own: do its parts agree with each other?"""
        line, figures = self.written[place], self.figures(place)
        found: list[tuple[float, float]] = []
        for part in line.parts:
            if part.number is not None:
                found.append((part.number.value, judged_unit(part.number) / 2 * self.scale))
                continue
            figure = figures.of_form(self.in_our_sign(part.expr, line))
            found.append((figure.value, figure.reach))
        if len(found) < 2:
            note = Note("left_out" if line.gaps else "nothing_to_judge")
            return LineReport(line, NOT_JUDGED, last_number(line), notes=(note,))
        agree = all(abs(a - b) <= reach_a + reach_b + FLOAT * abs(a) for (a, reach_a), (b, reach_b) in pairwise(found))
        number = last_number(line)
        return LineReport(
            line, RIGHT if agree else WRONG, number, found[0][0], found[0][0], aspects={"arithmetic": agree}
        )


def last_number(line: Line) -> Numeral | None:
    """The number that a line ends in."""
    return line.parts[-1].number if line.parts else None


def is_delta(key: object) -> bool:
    """Whether a quantity is δ, whose sign is a matter of convention."""
    return isinstance(key, Quantity) and key.kind == "delta"


def is_own(key: Key) -> bool:
    """Whether a quantity is one that the person defined."""
    return isinstance(key, Quantity) and key.kind == OWN


def is_gradient(key: Key) -> bool:
    """Whether a derivative is a gradient of a parameter, which every way of working writes down."""
    return (
        isinstance(key, Derivative) and key.via is None and key.of.kind == "loss" and key.by.kind in ("weight", "bias")
    )


def is_trivial(report: LineReport) -> bool:
    """Whether a line followed only because a carried value left nothing to work out."""
    return any(note.id == TRIVIAL for note in report.notes)


def has_decimals(form: Expr) -> bool:
    """Whether a formula has a number in it that is no whole one."""
    if form.op == "number":
        return "." in str(form.args[1]) or "e" in str(form.args[1])
    return any(has_decimals(part) for part in form.args if isinstance(part, Expr))


def constant_cut_off(number: Numeral, value: float, right: float, unit: float) -> bool:
    """Whether a number agrees to nine digits but not to all that were written."""
    return number.unit < unit and abs(value - right) > number.unit
