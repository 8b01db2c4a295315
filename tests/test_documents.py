"""What the README and the docs show is what the program prints today."""

import importlib.util
from pathlib import Path

import pytest

from backtrace.derivation.general.topics import TOPICS
from backtrace.mistakes.catalogue import CATALOGUE
from backtrace.network.activations import ACTIVATIONS
from backtrace.network.initialisers import INITIALISERS
from backtrace.network.losses import LOSSES
from backtrace.network.optimizers import OPTIMIZERS
from backtrace.notation.loading import profile_names

ROOT = Path(__file__).resolve().parent.parent


def regenerate_module():
    spec = importlib.util.spec_from_file_location("regenerate", ROOT / "docs" / "regenerate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


REGENERATE = regenerate_module()


@pytest.mark.parametrize("page", REGENERATE.pages(), ids=lambda page: page.name)
def test_every_output_on_a_page_is_real(page):
    text = page.read_text(encoding="utf-8")
    assert REGENERATE.regenerated(text) == text, f"{page.name} is out of date: python docs/regenerate.py"


def test_the_tables_are_those_of_the_records():
    assert REGENERATE.TABLES.read_text(encoding="utf-8") == REGENERATE.tables(), "python docs/regenerate.py"


def test_the_topics_are_those_of_the_records():
    page = REGENERATE.TOPICS.read_text(encoding="utf-8")
    assert page == REGENERATE.topics(), "python docs/regenerate.py"
    assert all(f"| `{name}` |" in page for name in TOPICS)


def test_the_mistakes_are_those_of_the_records():
    page = REGENERATE.MISTAKES.read_text(encoding="utf-8")
    assert page == REGENERATE.mistakes(), "python docs/regenerate.py"
    assert all(f"| `{id}` |" in page for id in CATALOGUE)


def test_the_bank_is_that_of_its_files():
    page = REGENERATE.BANK.read_text(encoding="utf-8")
    assert page == REGENERATE.bank_page(), "python docs/regenerate.py"


def test_every_record_has_its_row():
    page = REGENERATE.TABLES.read_text(encoding="utf-8")
    for name in (*ACTIVATIONS, *LOSSES, *INITIALISERS, *OPTIMIZERS, *profile_names()):
        assert f"| `{name}` |" in page


def test_a_wrong_record_would_be_noticed(monkeypatch):
    wrong = LOSSES["huber"]._replace(slope=LOSSES["hinge"].slope)
    monkeypatch.setitem(LOSSES, "huber", wrong)
    assert REGENERATE.TABLES.read_text(encoding="utf-8") != REGENERATE.tables()


def test_a_wrong_output_would_be_noticed():
    text = "```console\n$ backtrace networks\nnothing\n```\n"
    assert REGENERATE.regenerated(text) != text


def test_the_readme_shows_a_derivation_on_its_first_screen():
    first = (ROOT / "README.md").read_text(encoding="utf-8").split("\n")[:30]
    assert any("∂E/∂w5 = " in line for line in first)
    assert any(line.startswith("$ backtrace derive mazur w5") for line in first)
