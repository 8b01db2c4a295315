"""The sentences of pages: none is missing, none is left over, none stands under two names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from backtrace.check.practice.words import WORDS as PRACTICE_WORDS
from backtrace.render.further_words import FURTHER_WORDS
from backtrace.render.topic_words import TOPIC_WORDS
from backtrace.render.words import WORDS

PACKAGE = Path(__file__).parents[2] / "backtrace"
# Calls whose argument at this place is the key of a sentence.
TAKES_KEY = {"Remark": 0, "remark": 0, "say": 0, "section": 0, "Table": 1}
# Every kind of call is among those found, so that none of them stopped being looked at.
SEEN = {"Remark", "remark", "say", "section", "Table"}


class Use(NamedTuple):
    """That a call names a sentence."""

    call: str
    key: str
    place: str


@cache
def trees() -> list[tuple[Path, ast.Module]]:
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in sorted(PACKAGE.rglob("*.py"))]


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def uses() -> Iterator[Use]:
    """The keys written out in calls. `tables.Table` of the pages has a title in this place, no key."""
    for path, tree in trees():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or called(node) not in TAKES_KEY:
                continue
            if called(node) == "Table" and "derivation" not in path.parts:
                continue
            position = TAKES_KEY[called(node)]
            first = node.args[position] if len(node.args) > position else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value:
                yield Use(called(node), first.value, f"{path.relative_to(PACKAGE)}:{node.lineno}")


@cache
def texts() -> tuple[set[str], list[re.Pattern[str]]]:
    """Every text of the code that is not itself the key of a table of sentences, and texts with gaps as patterns."""
    plain, gaps = set(), []
    for path, tree in trees():
        tables = path.name in ("words.py", "topic_words.py", "further_words.py")
        keys = {id(key) for node in ast.walk(tree) if tables and isinstance(node, ast.Dict) for key in node.keys}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in keys:
                plain.add(node.value)
            elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                parts = [re.escape(str(p.value)) if isinstance(p, ast.Constant) else r"\w+" for p in node.values]
                gaps += [re.compile("".join(parts))] if len(str(node.values[0].value)) > 3 else []
    return plain, gaps


def left_over(table: dict[str, str]) -> list[str]:
    plain, gaps = texts()
    # "_rounded" is put behind a key where lines are rounded.
    known = plain | {f"{key}_rounded" for key in plain}
    return [key for key in table if key not in known and not any(gap.fullmatch(key) for gap in gaps)]


def table_of(use: Use) -> Mapping[str, str]:
    """The sentences that a call has to choose from: practice has its own."""
    return PRACTICE_WORDS if "practice" in use.place else {**WORDS, **TOPIC_WORDS}


def test_every_sentence_that_is_asked_for_exists() -> None:
    found = list(uses())
    assert {use.call for use in found} == SEEN
    assert [use for use in found if use.key not in table_of(use)] == []


@pytest.mark.parametrize("table", [WORDS, TOPIC_WORDS], ids=["words", "topic_words"])
def test_every_sentence_is_used(table: dict[str, str]) -> None:
    assert left_over(table) == []


def test_a_sentence_left_over_is_found() -> None:
    assert left_over({"no_such_sentence": "", "forward_pass": ""}) == ["no_such_sentence"]


def test_no_key_stands_for_two_sentences() -> None:
    assert set(WORDS) & set(TOPIC_WORDS) == set()
    own = set(TOPIC_WORDS) - set(FURTHER_WORDS)
    source = ast.parse((PACKAGE / "render" / "topic_words.py").read_text(encoding="utf-8"))
    written = [
        key.value
        for node in ast.walk(source)
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant)
    ]
    assert sorted(written) == sorted(own)
