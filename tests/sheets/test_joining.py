"""Items about one network are one exercise of the sheet, and its points come out even."""

from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtrace.questions.joining import joint
from backtrace.questions.keys import KEY_COLUMNS, csv_table
from backtrace.questions.labels import asked_together, divided, labelled
from backtrace.questions.records import Numeric
from backtrace.questions.sheet_file import SheetFile, read_sheet
from backtrace.questions.sheet_making import Job, Made, make, units
from backtrace.questions.stress import reread
from backtrace.questions.variants import draw_variant, numbered

SHEET = """title = "Homework"
[[networks]]
id = "net1"
network = "2-2-1"
[[items]]
kind = "forward-pass"
network = "net1"
points = 3
[[items]]
kind = "hidden-gradient"
network = "net1"
points = 2
[[items]]
kind = "update"
network = "net1"
points = 4
[[items]]
kind = "find-the-mistake"
network = "net1"
points = 2
[[items]]
kind = "updates-per-epoch"
[[items]]
kind = "loss"
network = "net1"
[[items]]
bank = "old-weights"
[sheet]
self_check = true
"""


def read(extra: str = "") -> SheetFile:
    return read_sheet(SHEET + extra, "week.toml", "week")


def made(sheet: SheetFile) -> tuple[Made, dict[str, str]]:
    found = make(Job(sheet, "m"), units(numbered(1))[0])
    return found, dict(found.files)


def test_the_network_stands_once() -> None:
    _, files = made(read())
    page = files["students/copy-0001.md"]
    first, second, third, fourth = re.split(r"^## .*\n", page, flags=re.M)[1:]
    assert page.count("*Network:*") == 1 and first.count("A network has") == 1
    letters = [re.findall(r"^\*\*\(([a-z])\)\*\*", one, re.M) for one in (first, second, fourth)]
    assert letters == [list("abcdefghijklmnopqrs")[: len(letters[0])], [], []]
    assert "the same network, the same numbers" in third
    for title in ("Forward pass", "The gradient of a weight into a hidden unit", "One update", "Find the mistake"):
        assert first.count(f"**{title}**") == 1
    assert first.index("Somebody has worked out") > first.index("**Find the mistake**") > first.index("w^{+}")
    assert "Exercise 1: One network (11 points)" in page
    # What one item needs and another does not: targets and the learning rate stand there once.
    assert [first.count(f"${name} = ") for name in ("t_{1}", r"\eta", "w_{1}", "b_{o1}")] == [1, 1, 1, 1]


def test_labels_and_points_are_the_same_everywhere() -> None:
    done, files = made(read())
    [record] = done.records
    rows = list(csv.DictReader(io.StringIO(csv_table(KEY_COLUMNS, record["key"]))))
    form = re.findall(r"^(?:# )?(\d\w*)(?::| )", files[f"students/answers-{record['form']}.txt"], re.M)
    data = [(part["label"], part["points"]) for one in record["exercises"] for part in one["parts"]]
    assert form == [row["part"] for row in rows] == [label for label, _ in data]
    assert [float(row["points"]) for row in rows] == [points for _, points in data]
    assert [one["number"] for one in record["exercises"]] == [1, 1, 1, 1, 2, 3, 4]
    assert [one["kind"] for one in record["exercises"]][:4] == [
        "forward-pass", "hidden-gradient", "update", "find-the-mistake",
    ]  # fmt: skip
    page = files["students/copy-0001.md"]
    first = page.split("## Exercise 2")[0]
    shown = [float(p) for p in re.findall(r"\(([\d.]+) points?\)$", first.split("**(a)**")[1], re.M)]
    assert shown == [points for label, points in data if label.startswith("1")]
    assert sum(shown) == 11 and all(2 * points == int(2 * points) for points in shown)
    for folder in ("answers", "marking", "solutions"):
        assert "Exercise 1: One network (11 points)" in files[f"teacher/{folder}/copy-0001.md"]
    assert len([name for name in files if "/given-" in name]) == 1


def test_nothing_is_asked_twice_that_every_student_gets() -> None:
    for seed in range(5):
        parts = labelled(draw_variant(read(), "m", f"seed {seed}").exercises)
        first = [one for one in parts if one.exercise == 1]
        assert [one.label for one in first] == [f"1{letter}" for letter in "abcdefghijklmnopqrs"[: len(first)]]
        asked = [one.part.name for one in first if isinstance(one.part.answer, Numeric) and one.part.name]
        forward = [name for name in asked if getattr(name, "kind", "") in ("net", "out")]
        assert len(forward) == len(set(forward)) == 6


def test_one_derivation_for_all_parts() -> None:
    _, files = made(read())
    first = files["teacher/solutions/copy-0001.md"].split("## Exercise 2")[0]
    assert first.count("**Forward pass**") == 2  # the heading of the item, and that of the derivation
    assert first.count("**Solution**") == 1


def test_a_group_stays_together_when_shuffled() -> None:
    sheet = read("shuffle = true\n")
    orders = set()
    for seed in range(8):
        groups = [
            tuple(one.instance.kind for one in group)
            for group in asked_together(draw_variant(sheet, "m", f"seed {seed}").exercises)
        ]
        orders.add(tuple(groups))
        assert ("forward-pass", "hidden-gradient", "update", "find-the-mistake") in groups
    assert len(orders) > 2


def test_two_rates_are_two_exercises() -> None:
    text = SHEET.replace('kind = "find-the-mistake"\n', 'kind = "update"\nlearning_rate = 0.7\n')
    drawn = draw_variant(read_sheet(text, "week.toml", "week"), "m", "seed 1")
    groups = [[one.instance.kind for one in group] for group in asked_together(drawn.exercises)]
    assert ["forward-pass", "hidden-gradient", "update"] in groups and ["update"] in groups


def test_an_exercise_alone_is_as_it_was() -> None:
    drawn = draw_variant(read(), "m", "seed 1").exercises
    for group in asked_together(drawn):
        if len(group) == 1:
            assert joint(group) == group[0].instance


@pytest.mark.parametrize(
    ("points", "shares", "found"),
    [
        (2, [1, 1, 1], [0.5, 0.5, 1]),
        (4, [1, 1, 1, 1, 1, 1, 1, 1], [0.5] * 8),
        (3, [1, 1, 1, 2], [0.5, 0.5, 0.5, 1.5]),
        (2, [1, 1, 1, 1, 1], [0.25, 0.25, 0.5, 0.5, 0.5]),
        (1, [1] * 6, [0.1, 0.1, 0.2, 0.2, 0.2, 0.2]),
        (0.3, [1, 1], [0.1, 0.2]),
        (0, [1, 1], [0, 0]),
        (1 / 3, [1, 1], [1 / 6, 1 / 6]),
        (5, [3], [5]),
    ],
)
def test_points_are_divided(points: float, shares: list[float], found: list[float]) -> None:
    assert divided(points, shares) == found


@given(st.integers(1, 400), st.lists(st.sampled_from([0.5, 1.0, 2.0, 3.0]), min_size=1, max_size=30))
def test_points_add_up(quarters: int, shares: list[float]) -> None:
    points = quarters / 4
    found = divided(points, shares)
    assert round(sum(found), 9) == points
    assert all(part > 0 for part in found)
    if quarters % 2 == 0 and points >= len(shares) / 2:
        assert all(2 * part == int(2 * part) for part in found)


def test_an_exercise_of_several_items_is_read_back() -> None:
    variant = draw_variant(read(), "m", "seed 1")
    found = reread(variant)
    assert found.mismatches == found.unread == ()
    assert found.recomputed >= len([one for one in labelled(variant.exercises) if isinstance(one.part.answer, Numeric)])
