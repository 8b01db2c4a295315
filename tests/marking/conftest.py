"""A class of twelve with a sheet of every sort of answer, made once; and what a simulated student hands in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from backtrace.check.checking import lines_for
from backtrace.check.marking.instances import Asked, Sheet, instance_files, read_instance
from backtrace.check.marking.quantities import joint_exercises
from backtrace.check.students.working import Student, Wrong, calculated
from backtrace.cli.main import main
from backtrace.network.quantity import Key
from backtrace.questions.keys import answer_text
from backtrace.questions.records import Essay, Numeric

WEEK = """title = "Homework 3"
[page]
course = "Networks"
[marking]
right = 1
rounding = 0.5
follow_through = 0.75
wrong = 0
[[networks]]
id = "net1"
network = "2-2-2:sigmoid"
level = 2
[[items]]
kind = "forward-pass"
network = "net1"
points = 6
[[items]]
kind = "backward-pass"
network = "net1"
points = 12
[[items]]
kind = "parameter-count"
points = 1
[[items]]
kind = "vectorise"
points = 2
[[items]]
kind = "local-derivative"
points = 2
[[items]]
bank = "backprop-is-not-descent"
points = 1
[[items]]
kind = "find-the-mistake"
points = 3
"""
# Carries the full display and writes six digits.
WORKED = Student(6, carries=True)
STUDENTS = [f"s1{n:03d};Person {n}" for n in range(1, 13)]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sheets of the class."""
    place = tmp_path_factory.mktemp("class")
    (place / "week.toml").write_text(WEEK, encoding="utf-8")
    (place / "class.csv").write_text("\n".join(["id;name", *STUDENTS]), encoding="utf-8")
    words = ["--roster", str(place / "class.csv"), "--seed", "m", "-o", str(place / "out")]
    assert main(["sheet", str(place / "week.toml"), *words]) == 0
    return place / "out"


@pytest.fixture(scope="session")
def sheets(folder: Path) -> list[Sheet]:
    """The records of the class, in order."""
    return [read_instance(path) for path in instance_files(str(folder))]


def numbers(sheet: Sheet, student: Student, planted: Mapping[Key, Wrong] | None = None) -> dict[str, str]:
    """What a student writes for the quantities of the sheet's networks, by label."""
    found = {}
    for joint in joint_exercises(sheet.parts):
        lines = lines_for(joint.network, ())
        worked = calculated(joint.network, student, planted)
        for part in joint.parts:
            assert part.key is not None
            key = lines.canonical(part.key)
            if key in worked:
                found[part.label] = student.shown(worked[key].paper)
    return found


def right_text(part: Asked, digits: int = 6) -> str:
    """The right answer as somebody writes it."""
    return Student(digits).shown(part.answer.value) if isinstance(part.answer, Numeric) else answer_text(part.answer)


def form(sheet: Sheet, student: Student = WORKED, planted: Mapping[Key, Wrong] | None = None) -> str:
    """An answer form filled in."""
    written = numbers(sheet, student, planted)
    lines = [f"form = {sheet.form}"]
    for part in sheet.parts:
        if not isinstance(part.answer, Essay):
            lines.append(f"{part.label} {part.name or ''} = {written.get(part.label) or right_text(part)}")
    return "\n".join(lines) + "\n"
