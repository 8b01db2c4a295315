"""The sentences of reports and of practice: German has them all, hints give nothing away."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

import backtrace as bt
from backtrace.check.practice import words as practice
from backtrace.check.practice.session import COMMANDS
from backtrace.check.report import words as report
from backtrace.check.report.words import WORDS, teller
from backtrace.mistakes.catalogue import CATALOGUE
from backtrace.questions.mistake_words import told
from backtrace.questions.words import LANGUAGES, language_file

CHECK = Path(bt.__file__).parent / "check"
FILES = [*CHECK.glob("*.py"), *CHECK.glob("submission/*.py"), *CHECK.glob("report/*.py")]
PRACTICE = [
    *CHECK.glob("*.py"),
    *CHECK.glob("practice/*.py"),
    CHECK / "marking/answers.py",
    CHECK.parent / "cli/practice.py",
]
SLOT = r"\{#?\d+"
WHOLE_SLOT = r"\{#?\d+(\|\w+\|\w+)?\}"
# Where the German sentences stand.
PART = {report: "checking", practice: "practice"}
# A hint is words: figures and signs of arithmetic would be part of an answer.
ANSWER = r"\d|[=+*·×/^]|(?<!\w)[a-zA-Z]_\w|\b[wbioht]\d"


def texts(path: Path) -> set[str]:
    """Every text of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def notes(path: Path) -> set[str]:
    """The ids of the notes that a file makes."""
    calls = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    made = (call for call in calls if getattr(call.func, "id", "") == "Note" and call.args)
    firsts = [call.args[0] for call in made]
    found = {node.value for first in firsts for node in ast.walk(first) if isinstance(node, ast.Constant)}
    return {text for text in found if isinstance(text, str) and text}


def all_notes() -> set[str]:
    return {id for path in FILES for id in notes(path)}


def test_every_note_has_a_sentence() -> None:
    known = all_notes()
    assert {"cut_off", "read_in_notation", "too_few_digits", "left_out"} <= known
    assert known - set(WORDS) == set()


def test_a_note_without_a_sentence_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text('x = Note("unheard_of" if y else "left_out", (1,))', encoding="utf-8")
    assert notes(tmp_path / "a.py") - set(WORDS) == {"unheard_of"}


@pytest.mark.parametrize(
    ("words", "files", "made"),
    [
        (report.WORDS, FILES, {"formula_right_gives_other", "formula_wrong_gives_other", "number_words"}),
        (practice.WORDS, PRACTICE, {"help_answer", *(f"help_{command}" for command in COMMANDS)}),
    ],
    ids=["report", "practice"],
)
def test_no_sentence_is_left_over(words: dict[str, str], files: list[Path], made: set[str]) -> None:
    used = {text for path in files if path.name != "words.py" for text in texts(path)}
    hints = {f"{sort}_{level}" for sort in (key[:-2] for key in words if key.endswith("_1")) for level in (1, 2)}
    assert [key for key in words if key not in used | hints | made] == []
    assert {f"{key[:-1]}1" for key in hints} | hints <= set(words)


def test_every_sentence_of_practice_that_is_said_exists() -> None:
    said = {key for path in PRACTICE for key in re.findall(r'say\(\s*"(\w+)"', path.read_text(encoding="utf-8"))}
    assert said - set(practice.WORDS) == set() and {"hint", "right", "another"} <= said


@pytest.mark.parametrize("room", [report, practice], ids=["report", "practice"])
def test_german_has_every_sentence_with_the_same_slots(room: Any) -> None:
    german = language_file("de")[PART[room]]
    assert set(german) == {key for key, text in room.WORDS.items() if text}
    for key, text in german.items():
        slots = [{slot.replace("#", "") for slot in re.findall(SLOT, one)} for one in (room.WORDS[key], text)]
        assert slots[0] == slots[1] and text != room.WORDS[key], key
        assert not set("{}|") & set(re.sub(WHOLE_SLOT, "", room.WORDS[key] + text)), key
    assert room.sentences("de")["hint"] == "Hinweis: {1}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_hint_holds_a_number_or_a_formula(language: str) -> None:
    tables = (report.sentences(language), practice.sentences(language))
    sorts = [text for table in tables for key, text in table.items() if re.search(r"_[12]$", key)]
    catalogue = [hint for id in CATALOGUE if (words := told(id, language)) for hint in words.hints]
    assert len(sorts) > 40 and len(catalogue) > 300
    assert [hint for hint in (*sorts, *catalogue) if re.search(ANSWER, hint)] == []


@pytest.mark.parametrize("hint", ["It is w5.", "0.5 times", "a = b", "delta_o1 first", "x*(1 - x)"])
def test_a_hint_that_gives_something_away_would_be_found(hint: str) -> None:
    assert re.search(ANSWER, hint)


def test_sentences_are_filled_and_nothing_else() -> None:
    tell = teller("en")
    assert tell("lines", 1) == "1 line" and tell("lines", 12) == "12 lines"
    assert tell("formula_wrong", "{1}{2}") == "The formula is not that of {1}{2}."
