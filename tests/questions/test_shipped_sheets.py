"""The homework that ships: every item of every sheet can be drawn."""

from __future__ import annotations

import os.path
import tomllib
from pathlib import Path
from random import Random

import pytest

from backtrace.questions.bank import instance, question
from backtrace.questions.kinds import kind
from backtrace.questions.labels import labelled
from backtrace.questions.sheet_file import load_sheet
from backtrace.questions.stress import reread
from backtrace.questions.variants import draw_variant
from backtrace.questions.words import LANGUAGES
from backtrace.shipped import shipped

SHEETS = sorted((Path(shipped("exercises")) / "sheets").glob("*.toml"))
OF_ITEMS = ("kind", "bank", "level", "points")


def test_the_homework_is_there():
    assert {os.path.basename(path) for path in SHEETS} >= {
        "parameter-counting.toml",
        "training-step.toml",
        "chain-rule.toml",
        "delta-rule.toml",
        "tricks-of-the-trade.toml",
        "memoisation.toml",
        "first-learners.toml",
    }


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.stem)
def test_every_sheet_can_be_made(path):
    sheet = load_sheet(path.stem)
    drawn = draw_variant(sheet, "m", "seed 1")
    assert sum(one.points for one in labelled(drawn.exercises)) == pytest.approx(sheet.points)


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.stem)
def test_every_answer_is_recomputed_from_the_text(path, code):
    found = reread(draw_variant(load_sheet(path.stem), "m", "seed 1"), code)
    assert found.recomputed
    assert not found.unread
    assert not found.mismatches


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.stem)
def test_every_sheet_has_its_words_in_both_languages(path):
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    texts = [tables["title"], *[tables["page"]["instructions"] for _ in range("page" in tables)]]
    assert all(set(text) == {"en", "de"} for text in texts)
    assert load_sheet(path.stem).title == tables["title"]["en"]


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.stem)
def test_every_item_can_be_drawn(path):
    sheet = tomllib.loads(path.read_text(encoding="utf-8"))
    networks = {one["id"]: one["network"] for one in sheet.get("networks", [])}
    for item in sheet["items"]:
        if "bank" in item:
            assert instance(question(item["bank"]), Random(1)).parts
            continue
        settings = {key: networks.get(value, value) for key, value in item.items() if key not in OF_ITEMS}
        for seed in range(3):
            assert kind(item["kind"]).make(Random(f"{item['kind']} {seed}"), item.get("level", 1), settings).parts
