"""Every answer of a key, recomputed from the text of the rendered sheet by a reader that never sees the exercise."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

import backtrace as bt
from backtrace.questions.reading_back import Compared, compared, exercises
from backtrace.questions.stress import reread

KINDS = (
    "forward-pass",
    "loss",
    "output-delta",
    "hidden-gradient",
    "backward-pass",
    "update",
    "two-steps",
    "batch-of-two",
)


def looked_at(kind: str, level: int, seed: int, language: str = "en") -> Compared:
    made = bt.exercise(kind, seed=seed, level=level, language=language)
    return compared(made.page("markdown"), [made.instance])


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("level", [1, 2, 3])
@pytest.mark.parametrize("kind", KINDS)
def test_keys_agree_with_the_text_of_the_sheet(kind: str, level: int, language: str) -> None:
    for seed in (1, 2):
        found = looked_at(kind, level, seed, language)
        assert found.mismatches == () and found.unread == 0
        assert found.recomputed >= 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_number_misprinted_is_found(kind: str) -> None:
    """Any given number changed in the text changes an answer, or the reader reads nothing."""
    made = bt.exercise(kind, seed=5, level=1)
    page = made.page("markdown")
    wrong = re.sub(r"w_\{1\} (&?)= (-?)0\.(\d)", lambda m: f"w_{{1}} {m[1]}= {m[2]}1.{m[3]}", page)
    assert wrong != page
    assert compared(wrong, [made.instance]).mismatches


def test_a_key_that_is_wrong_is_found() -> None:
    made = bt.exercise("loss", seed=1)
    part = made.instance.parts[-1]
    key = part.answer._replace(value=part.answer.value * 1.01)
    parts = (*made.instance.parts[:-1], part._replace(answer=key))
    assert compared(made.page("markdown"), [made.instance._replace(parts=parts)]).mismatches


def test_what_is_not_read_is_counted() -> None:
    found = looked_at("momentum-step", 1, 1)
    assert found.unread > 0 and found.recomputed == 0 and found.mismatches == ()


def test_exercises_that_are_missing_are_said() -> None:
    made = bt.exercise("loss", seed=1)
    assert compared("nothing", [made.instance]).mismatches == ("the sheet shows 0 exercises, the key has 1",)


def test_what_is_read() -> None:
    made = bt.exercise("hidden-gradient", seed=3, level=3, language="de")
    (found,) = exercises(made.page("markdown"))
    assert found.sizes == (2, 2, 2)
    assert found.numbers["i1"] == -0.30 and found.numbers["b_h2"] == -0.86
    assert found.asked[-1] == ("d", "E|w1") and set(found.formulas) == {"out_h1", "out_o1", "E"}


def test_stress_reads_the_text_of_every_sheet() -> None:
    made = bt.exercise("update", seed=1).instance
    part = made.parts[0]
    wrong = made._replace(
        parts=(part._replace(answer=part.answer._replace(value=part.answer.value + 1e-5)), *made.parts[1:])
    )
    assert reread(SimpleNamespace(exercises=[SimpleNamespace(instance=made)])) == ()
    assert len(reread(SimpleNamespace(exercises=[SimpleNamespace(instance=wrong)]))) == 1
