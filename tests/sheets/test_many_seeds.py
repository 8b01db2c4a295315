"""`preview` and `stress`: what they show is what is drawn, and a planted fault is found."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from backtrace.cli.main import main
from backtrace.errors import InputError
from backtrace.questions import stress, stress_report
from backtrace.questions.labels import labelled
from backtrace.questions.records import Choice, Numeric, Option, Say, Whole, Wrong
from backtrace.questions.seed_range import drawn, sheet_or_kind
from backtrace.questions.variants import Variant


def planted(variant: Variant, answer: object) -> Variant:
    exercise = variant.exercises[0]
    parts = (exercise.instance.parts[0]._replace(answer=answer),)
    return variant._replace(exercises=(exercise._replace(instance=exercise.instance._replace(parts=parts)),))


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (Numeric(1.0, 3, 0.995, 1.005, (Wrong("m", 1.004),)), "1: m gives an answer that is accepted"),
        (Numeric(2.0, 3, 0.995, 1.005), "1: the answer lies outside of what is accepted"),
        (Choice((Option(Say("a"), False, "m"), Option(Say("b"), False, "n"))), "1: 0 options are right"),
        (Choice((Option(Say("a"), True), Option(Say("b"), False))), "1: a wrong option names no mistake"),
        (Choice((Option(Say("a"), True), Option(Say("a"), False, "m"))), "1: two options are alike"),
        (Whole(1, (Wrong("no.such", 2),)), "1: nothing says what the mistake no.such is"),
    ],
)
def test_a_planted_fault_is_found(answer: object, fault: str) -> None:
    variant = drawn(sheet_or_kind("loss"), 1)
    assert list(stress.faults(variant)) == []
    assert fault in list(stress.faults(planted(variant, answer)))


def test_faults_are_reported(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def refuses(sheet: object, seed: int) -> Variant:
        if seed == 3:
            raise InputError("no numbers suit")
        return drawn(sheet_or_kind("loss"), 1)

    monkeypatch.setattr(stress, "drawn", refuses)
    assert main(["stress", "loss", "--seeds", "1-4", "-f", "json"]) == 1
    [report] = json.loads(capsys.readouterr().out)["reports"]
    assert report["first_faults"] == [{"seed": 3, "fault": "no numbers suit"}]
    assert [report[name] for name in ("seeds", "faults", "own_faults", "different", "duplicates")] == [4, 1, 0, 1, 2]


@pytest.mark.parametrize("breaks", ["drawn", "reread"])
def test_a_seed_at_which_we_break_hides_no_other(
    breaks: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    right, turns = getattr(stress, breaks), iter(range(9))

    def broken(*words: Any) -> Any:
        return right(*words) if next(turns) != 2 else 1 // 0

    monkeypatch.setattr(stress, breaks, broken)
    assert main(["stress", "loss", "--seeds", "1-4", "-f", "json"]) == 70
    out, err = capsys.readouterr()
    [report] = json.loads(out)["reports"]
    [first] = report["first_faults"]
    assert first["seed"] == 3
    assert first["fault"].startswith("our own fault: ZeroDivisionError: ")
    assert [report[name] for name in ("seeds", "faults", "own_faults", "different")] == [4, 1, 1, 3]
    assert "the program broke at 1 of the seeds" in err


def test_the_figures_are_those_of_the_seeds(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["stress", "loss", "--level", "1", "--seeds", "1-12", "-f", "json"]
    assert main(words) == 0
    alone = capsys.readouterr()
    assert main([*words, "--workers", "2"]) == 0
    assert capsys.readouterr().out == alone.out
    assert alone.err == ""
    [report] = json.loads(alone.out)["reports"]
    values = [labelled(drawn(sheet_or_kind("loss"), seed).exercises)[-1].part.answer.value for seed in range(1, 13)]
    assert (report["answers"][-1]["least"], report["answers"][-1]["greatest"]) == (min(values), max(values))


def test_the_levels_have_their_turn(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stress", "loss", "--seeds", "1-6", "-f", "json"]) == 0
    [report] = json.loads(capsys.readouterr().out)["reports"]
    values = [labelled(drawn(sheet_or_kind("loss", 2), seed).exercises)[-1].part.answer.value for seed in (2, 5)]
    second = report["answers"][1]
    assert [row["part"] for row in report["answers"]] == ["level 1", "level 2", "level 3"]
    assert all(second["least"] <= value <= second["greatest"] for value in values)
    parts = [len(drawn(sheet_or_kind("loss", level), 1).exercises[0].instance.parts) for level in (1, 2, 3)]
    assert (report["recomputed"], report["read_by_a_person"], report["unread"]) == (2 * sum(parts), 0, 0)


@pytest.mark.parametrize(
    ("square", "freedom", "expected"), [(3.841, 1, 0.05), (5.991, 2, 0.05), (7.815, 3, 0.05), (13.277, 4, 0.01)]
)
def test_the_chance_of_a_chi_square(square: float, freedom: int, expected: float) -> None:
    assert abs(stress_report.chance(square, freedom) - expected) < 1e-4


def test_an_uneven_spread_is_seen() -> None:
    draw = Random(1)
    even = [stress.Seen(n, "", str(n), (), (("1", 4, int(draw.random() * 4)),)) for n in range(4000)]
    uneven = [stress.Seen(n, "", str(n), (), (("1", 4, int(draw.random() ** 1.2 * 4)),)) for n in range(4000)]
    assert stress_report.report("x", even)["options"][0]["chance"] > 0.01
    assert stress_report.report("x", uneven)["options"][0]["chance"] < 1e-6


def test_the_contact_sheet_shows_every_seed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["preview", "loss", "--seeds", "5-7"]) == 0
    page = capsys.readouterr().out
    assert [line.split("|")[1].strip() for line in page.splitlines() if line.startswith("| ")] == [
        "Seed",
        "5",
        "6",
        "7",
    ]
    assert main(["preview", "loss", "--seeds", "5-7", "-f", "html"]) == 0
    assert "<table" in capsys.readouterr().out


def test_many_answers_go_on_in_a_table_below(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "s.toml").write_text('title = "T"\n[[items]]\nkind = "backward-pass"\nnetwork = "2-2-2"\n')
    assert main(["preview", str(tmp_path / "s.toml"), "--seeds", "1-2"]) == 0
    rows = [line.strip("| ").split(" | ") for line in capsys.readouterr().out.splitlines() if line.startswith("| ")]
    first, second = rows[0], rows[3]
    assert [cell.split()[0] for cell in (*first[2:], *second[1:])] == [f"1{letter}" for letter in "abcdefghijklmnop"]
    assert (len(first), len(second)) == (2 + 8, 1 + 8)
    assert [row[0] for row in rows] == ["Seed", "1", "2"] * 2


def test_the_contact_sheet_shows_what_is_drawn_and_that_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["preview", "shapes-table", "--seeds", "1-3"]) == 0
    page = capsys.readouterr().out
    assert page.count("A fully connected network has the sizes") == 3
    assert "What goes into layer" not in page
    assert main(["preview", "shapes-table", "--seeds", "1"]) == 0
    assert "What goes into layer" in capsys.readouterr().out
    assert main(["preview", "update", "--seeds", "1-3"]) == 0
    assert capsys.readouterr().out.count(r"$\eta$ = $") == 3


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["preview", "loss", "--seeds", "7-5"], "--seeds: 7-5 has no seed in it"),
        (["preview", "loss", "--seeds", "1-x"], "--seeds: '1-x' is no range of seeds"),
        (["preview", "loss", "--seeds", "1-9999"], "a page shows at most 5000"),
        (["stress", "los"], "there is no exercise kind and no sheet 'los'"),
        (["stress"], "what is to be tried?"),
        (["stress", "--all", "loss"], "--all takes no FILE"),
    ],
)
def test_refusals(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert message in capsys.readouterr().err
