"""The sentences of reports: none is missing, none is left over, German has them all, and hints give nothing away."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import backtrace as bt
from backtrace.check.report.words import WORDS, sentences, teller
from backtrace.mistakes.catalogue import CATALOGUE
from backtrace.questions.mistake_words import told

CHECK = Path(bt.__file__).parent / "check"
FILES = [*CHECK.glob("*.py"), *CHECK.glob("submission/*.py"), *CHECK.glob("report/*.py")]
SLOT = r"\{#?\d+"
WHOLE_SLOT = r"\{#?\d+(\|\w+\|\w+)?\}"
LANGUAGES = ("en", "de")
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


def test_no_sentence_is_left_over() -> None:
    used = {text for path in FILES if path.name != "words.py" for text in texts(path)}
    hints = {f"{sort}_{level}" for sort in (key[:-2] for key in WORDS if key.endswith("_1")) for level in (1, 2)}
    made = {"formula_right_gives_other", "formula_wrong_gives_other", "number_words"}
    assert [key for key in WORDS if key not in used | hints | made] == []


def test_hints_come_in_two_strengths() -> None:
    sorts = {key[:-2] for key in WORDS if re.search(r"_[12]$", key)}
    assert all({f"{sort}_1", f"{sort}_2"} <= set(WORDS) for sort in sorts)


def test_german_has_every_sentence_with_the_same_slots() -> None:
    german = sentences("de")
    assert set(german) == set(WORDS)
    assert [key for key in WORDS if german[key] is WORDS[key] and WORDS[key]] == []
    for key, words in WORDS.items():
        slots = [sorted(slot.replace("#", "") for slot in re.findall(SLOT, text)) for text in (words, german[key])]
        assert set(slots[0]) == set(slots[1]), key
        assert not set("{}|") & set(re.sub(WHOLE_SLOT, "", words + german[key])), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_hint_holds_a_number_or_a_formula(language: str) -> None:
    table = sentences(language)
    sorts = [text for key, text in table.items() if re.search(r"_[12]$", key)]
    catalogue = [hint for id in CATALOGUE if (words := told(id, language)) for hint in words.hints]
    assert len(sorts) > 30 and len(catalogue) > 300
    assert [hint for hint in (*sorts, *catalogue) if re.search(ANSWER, hint)] == []


@pytest.mark.parametrize("hint", ["It is w5.", "0.5 times", "a = b", "delta_o1 first", "x*(1 - x)"])
def test_a_hint_that_gives_something_away_would_be_found(hint: str) -> None:
    assert re.search(ANSWER, hint)


def test_sentences_are_filled_and_nothing_else() -> None:
    tell = teller("en")
    assert tell("lines", 1) == "1 line" and tell("lines", 12) == "12 lines"
    assert tell("formula_wrong", "{1}{2}") == "The formula is not that of {1}{2}."
