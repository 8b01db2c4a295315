"""What a person needs who has nothing but the sheet: where each weight is, and nothing that was not given."""

from __future__ import annotations

import re

import pytest

import backtrace as bt
from backtrace.questions.bank import bank
from backtrace.questions.words import LANGUAGES, language
from backtrace.render.escapes import latex_text


@pytest.mark.parametrize("format", ["text", "markdown", "html"])
def test_it_says_in_words_where_each_weight_is(format: str) -> None:
    page = bt.exercise("hidden-gradient", level=2, seed=3).page(format).replace("\\", "")
    page = " ".join(page.split())
    places = re.search(r"out_o1; (w1: i1 → out_h1; w2: i2 → out_h1; w3: i1 → out_h2.*?w6: out_h2 → out_o1)", page, re.S)
    assert places and places[1].count("→") == 6


def test_a_network_with_many_weights_is_not_listed() -> None:
    assert "→ out_h1;" not in bt.exercise("vectorise", level=3, seed=1).page("text")


def test_a_forward_pass_shows_no_loss_of_targets_that_are_not_given() -> None:
    page = bt.exercise("forward-pass", level=3, seed=2).page("text", show="solution")
    assert "out_o2 = 1/(1 + e^(−net_o2))" in page and "t1" not in page and "E " not in page
    assert "E_o1" in bt.exercise("loss", level=3, seed=2).page("text", show="solution")


def test_a_solution_refers_to_no_numbers_of_sections() -> None:
    page = bt.exercise("hidden-gradient", level=3, seed=5).page("text", show="solution")
    assert "factors known from above:" in page and not re.search(r"known from \d", page)


def test_a_model_solution_holds_no_line_without_its_result() -> None:
    page = bt.exercise("derivation-to-write", topic="tanh").page("text", show="solution")
    assert "= tanh(x/2)" in page and "tanh(1)" not in page


def test_what_is_used_once_is_among_the_options() -> None:
    found = bt.exercise("factor-and-memoise", level=2, seed=4)
    page = found.page("text")
    assert re.search(r"[A-D]  ∂E/∂net_o1", page) and re.search(r"[A-D]  ∂E/∂out_h\d", page)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_sentence_can_be_set_in_latex(code: str) -> None:
    texts = list(language(code).sentences.values())
    texts += [text.by(code) for question in bank().values() for text in texts_of(question)]
    assert len(texts) > 300
    for text in texts:
        assert "[U+" not in latex_text(text), text
    assert "[U+" in latex_text("名")


def texts_of(question: object) -> list[object]:
    """All texts within a record."""
    if hasattr(question, "by"):
        return [question]
    return [text for one in question for text in texts_of(one)] if isinstance(question, tuple) else []


def test_signs_of_formulas_in_a_sentence() -> None:
    assert latex_text("m̂ = β₁ᵗ⁺") == r"\^{m} = \ensuremath{\beta}\ensuremath{_{1}}\ensuremath{^{t}}\ensuremath{^{+}}"
