"""Published errors of the example with eight weights, handed in as files: what is found, and what the README says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

import backtrace as bt
from backtrace.render.options import PageOptions

HERE = Path(__file__).parent
README = HERE.parents[1] / "README.md"
R, F, W = "right", "follow_through", "wrong"


class Expected(NamedTuple):
    """What has to be found. causes: the mistakes of the wrong line; notes: of the whole."""

    verdicts: list[str]
    causes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


SUBMISSIONS = {
    "m30-misread-digit": Expected([R, W, R, R], ("pen.digit_misread",)),
    "m31-other-input": Expected([R, R, W, R, F], ("weight_gradient.other_signal",)),
    "m32-short-constant": Expected([R] * 7, notes=("constant_cut_off",)),
    "m33-other-weight": Expected([W, R], ("forward.transposed",)),
    "m34-dropped-digit": Expected([R, W, F, F, F, F]),
    "m35-cut-and-rounded": Expected([R] * 5, notes=("cut_off",)),
    "m36-two-signs": Expected([R, W, F], ("weight_gradient.sign_of_delta",)),
    "m37-updated-weights": Expected([R, R, R, R, W], ("procedure.other_order",)),
    "d8-middle-factor": Expected([W], ("hidden_delta.wrong_middle_factor",)),
}


def test_every_submission_is_expected() -> None:
    assert {path.stem for path in (HERE / "submissions").glob("*.txt")} == set(SUBMISSIONS)


@pytest.mark.parametrize("name", SUBMISSIONS)
def test_what_is_found(name: str) -> None:
    expected = SUBMISSIONS[name]
    found = bt.check("mazur", HERE / "submissions" / f"{name}.txt")
    # How a number was rounded on the way costs nothing, and is judged elsewhere.
    assert [R if one.verdict == "rounded_early" else one.verdict for one in found.lines] == expected.verdicts
    wrong = [one for one in found.lines if one.verdict == W]
    assert found.first_mistake == (wrong[0].line.line if wrong else None)
    assert found.verdict == ("mistake" if wrong else "right")
    assert tuple(match.mistake.id for one in wrong for match in one.matches) == expected.causes
    assert set(expected.notes) <= {note.id for note in found.notes}


def test_a_right_number_under_a_wrong_formula_is_noted() -> None:
    line = bt.check("mazur", HERE / "submissions" / "m33-other-weight.txt").to_dict()["lines"][0]
    assert line["parts"]["formula"] is False and line["parts"]["value"] is True


def test_a_repaired_submission_is_right() -> None:
    text = (HERE / "submissions" / "m30-misread-digit.txt").read_text(encoding="utf-8")
    assert bt.check("mazur", text.replace("0.19950143", "0.19956143")).verdict == "right"


def quoted(row: str) -> list[str]:
    """What a row of the README says that the tool says."""
    return re.findall("“(.*?)”", row)


def test_the_readme_quotes_what_is_said() -> None:
    rows = [row for row in README.read_text(encoding="utf-8").split("\n") if "](tests/check/submissions/" in row]
    files = [re.findall(r"submissions/([\w-]+)\.txt", row)[0] for row in rows]
    assert sorted(files) == sorted(SUBMISSIONS)
    for name, row in zip(files, rows, strict=True):
        page = bt.check("mazur", HERE / "submissions" / f"{name}.txt").page(options=PageOptions(width=1000))
        assert quoted(row) and [text for text in quoted(row) if text not in page] == []


def test_a_wrong_quotation_would_be_found() -> None:
    assert quoted("| a | “One thing.” and “another” |") == ["One thing.", "another"]
