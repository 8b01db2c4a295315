"""What is worked out for one submission is bounded, whatever is handed in; counted, not timed."""

from __future__ import annotations

from random import Random

import pytest

from backtrace.check import judging, own_numbers
from backtrace.check.checking import chosen
from backtrace.check.effort import NO_END, TO_JUDGE, Effort, TooMuchWork
from backtrace.check.records import NOT_JUDGED, WRONG, Report
from backtrace.check.students.student import Student, hand_in
from tests.check.sheets import checked, network, notes, verdicts

# Wrong formulas about late steps, each of which rests on everything before it, and nothing of that is written.
LATE = "\n".join(
    f"step {5 + n % 4}\ndelta_h1 = (delta_o1*w5 + delta_o2*w6)*({n}/0.3 - w1*i1)^2 = 0.1{n + 1000}" for n in range(16)
)
JUDGED, EXPLAINED = 60_000, 4_000


def worked(patch: pytest.MonkeyPatch, to_judge: int, to_explain: int) -> tuple[Report, int]:
    """What is found about these lines under other limits, and how many operations that took."""
    done, spend = 0, Effort.spend

    def counted(self: Effort, operations: int) -> None:
        nonlocal done
        spend(self, operations)
        done += operations

    patch.setattr(own_numbers, "TO_JUDGE", to_judge)
    patch.setattr(judging, "TO_EXPLAIN", to_explain)
    patch.setattr(Effort, "spend", counted)
    report = checked(LATE)
    patch.undo()
    return report, done


def test_what_is_worked_out_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    report, done = worked(monkeypatch, JUDGED, EXPLAINED)
    assert done <= JUDGED + EXPLAINED
    found = verdicts(report)
    assert {WRONG, NOT_JUDGED} == set(found) and report.verdict == "mistake"
    assert all(notes(one) == ["too_much_work"] for one in report.lines if one.verdict == NOT_JUDGED)
    said = next(note for note in report.notes if note.id == "not_all_explained")
    assert said.args < (found.count(WRONG),)
    assert worked(monkeypatch, JUDGED, EXPLAINED)[0] == report


def test_without_bounds_it_would_take_much_more(monkeypatch: pytest.MonkeyPatch) -> None:
    report, done = worked(monkeypatch, NO_END, NO_END)
    assert set(verdicts(report)) == {WRONG} and done > 5 * (JUDGED + EXPLAINED)


def test_what_was_not_worked_out_is_no_other_convention(monkeypatch: pytest.MonkeyPatch) -> None:
    for to_judge in range(0, 40_000, 4_000):
        monkeypatch.setattr(own_numbers, "TO_JUDGE", to_judge)
        report = checked("step 4\nE = 5.1234\ndelta_o1 = 0.5123\ndelta_o2 = 0.6123\ndelta_h1 = 0.7123\ndE/dw1 = 0.8123")
        assert set(notes(report)) <= {"not_all_explained"}


def test_honest_work_comes_nowhere_near() -> None:
    for student in (Student(4, steps=10, formulas=True), Student(4, steps=10, skips=0.95)):
        best, _ = chosen(hand_in(network(), student, Random(1)), network())
        assert not best.off and TO_JUDGE - best.numbers.effort.left < TO_JUDGE / 40


def test_nothing_more_is_worked_out_once_it_is_over() -> None:
    effort = Effort(10)
    effort.spend(10)
    assert not effort.is_over
    for _ in range(2):
        with pytest.raises(TooMuchWork):
            effort.spend(1)
    assert effort.is_over
