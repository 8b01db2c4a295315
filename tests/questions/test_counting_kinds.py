"""The kinds without a training step: each right answer has a second witness, each wrong one differs from it."""

from __future__ import annotations

from itertools import pairwise
from math import ceil
from random import Random

import numpy as np
import pytest
import sympy

from backtrace.derivation.general.topics import TOPICS
from backtrace.errors import InputError
from backtrace.expression.evaluate import evaluate
from backtrace.expression.tree import Expr
from backtrace.mistakes.operators import OPERATORS
from backtrace.network.quantity import Quantity
from backtrace.notation.loading import load_profile
from backtrace.questions.formulas import same, typed
from backtrace.questions.kind import derivation_to_write
from backtrace.questions.kind.find_the_mistake import lines_of
from backtrace.questions.kinds import kind
from backtrace.questions.records import Instance, Say
from backtrace.questions.words import language
from backtrace.questions.writing import exercise_document

KINDS = (
    "parameter-count",
    "symbolic-count",
    "count-choice",
    "shapes-table",
    "updates-per-epoch",
    "order-of-multiplication",
    "local-derivative",
    "find-the-mistake",
    "true-false",
    "multiple-choice",
    "derivation-to-write",
    "softmax-cross-entropy",
    "weight-initialisation",
)


def drawn(name: str, seed: int, level: int = 0) -> Instance:
    return kind(name).make(Random(f"{name} {seed}"), level or 1 + seed % 3, {})


@pytest.mark.parametrize("code", ["en", "de"])
@pytest.mark.parametrize("name", KINDS)
def test_every_sentence_is_there(name, code):
    for seed in range(12):
        made = drawn(name, seed)
        for show in ("sheet", "solution"):
            assert exercise_document([made], language(code), load_profile(), show).blocks


@pytest.mark.parametrize("seed", range(20))
def test_parameters_are_those_of_matrices(seed):
    made = drawn("parameter-count", seed)
    sizes = [int(n) for n in made.settings["network"].split("-")]
    arrays = [np.zeros((a, b)) for a, b in pairwise(sizes)] + [np.zeros(b) for b in sizes[1:]]
    assert made.parts[-1].answer.value == sum(array.size for array in arrays)


def test_the_published_count():
    parts = kind("parameter-count").make(Random(1), 2, {"network": "1024-20-15-10"}).parts
    assert [part.answer.value for part in parts] == [20500, 315, 160, 20975]
    shapes = kind("shapes-table").make(Random(1), 2, {"network": "1024-20-15-10", "batch": 50}).parts
    forward = [part.answer.dims for part in shapes[:9]]
    assert forward == [(50, 1024), (1024, 20), (50, 20), (50, 20), (20, 15), (50, 15), (50, 15), (15, 10), (50, 10)]
    epoch = kind("updates-per-epoch").make(Random(1), 1, {"samples": 5000, "batch": 50}).parts
    assert [part.answer.value for part in epoch] == [100]


@pytest.mark.parametrize("seed", range(20))
def test_letters_count_what_numbers_count(seed):
    formula = drawn("symbolic-count", seed).parts[0].answer
    at = {name: n + 3.0 for n, name in enumerate("KLMNPQ")}
    value = evaluate(formula.expr, lambda key: at[key.name])
    with_numbers = typed(formula.expr)
    for letter, number in at.items():
        with_numbers = with_numbers.replace(letter, str(int(number)))
    assert value == int(sympy.sympify(with_numbers))


def test_the_three_misunderstandings_are_offered():
    part = kind("count-choice").make(Random(5), 2, {}).parts[0]
    shown = {option.why: typed(option.text.args[0]) for option in part.answer.options}
    k, ell, m, n = sorted(set("".join(shown.values())) & set("KLMNPQ"))
    assert shown[""] == f"({k} + 1)*{ell} + ({ell} + 1)*{m} + ({m} + 1)*{n}"
    assert shown["count.no_biases"] == f"{k}*{ell} + {ell}*{m} + {m}*{n}"
    assert shown["count.sizes_multiplied"] == f"{k}*{ell}*{m}*{n}"
    assert set(shown) == {"", "count.no_biases", "count.sizes_multiplied", "count.bias_on_wrong_side"}


@pytest.mark.parametrize("seed", range(20))
def test_shapes_are_those_of_arrays(seed):
    made = drawn("shapes-table", seed, 2)
    sizes, batch = [int(n) for n in made.settings["network"].split("-")], made.settings["batch"]
    out, arrays, way_back = np.ones((batch, sizes[0])), [], []
    for a, b in pairwise(sizes):
        weights, bias = np.ones((a, b)), np.ones((1, b))
        arrays += [out, weights, (new := out @ weights + bias)]
        way_back = [new, out.T @ new, new.sum(axis=0, keepdims=True), *way_back]
        out = new
    assert [part.answer.dims for part in made.parts] == [array.shape for array in (*arrays, *way_back)]


@pytest.mark.parametrize("seed", range(30))
def test_updates_round_up(seed):
    made = drawn("updates-per-epoch", seed)
    samples, batch = made.settings["samples"], made.settings["batch"]
    assert made.parts[0].answer.value == ceil(samples / batch) == len(range(0, samples, batch))


@pytest.mark.parametrize("seed", range(10))
def test_orders_cost_what_products_cost(seed):
    made = drawn("order-of-multiplication", seed)
    sizes = [int(n) for n in made.settings["network"].split("-")]
    shapes = [(1, sizes[-1]), (sizes[-1], sizes[-1]), *((b, a) for a, b in reversed(list(pairwise(sizes))))]
    left = sum(1 * a * b for a, b in shapes[1:])
    right = sum(a * b * shapes[-1][1] for a, b in shapes[:-1])
    assert [part.answer.value for part in made.parts[:2]] == [left, right]


@pytest.mark.parametrize("seed", range(30))
def test_slopes_are_those_of_sympy(seed):
    made = drawn("local-derivative", seed)
    x = sympy.Symbol("x")
    names = {"sigmoid": lambda u: 1 / (1 + sympy.exp(-u)), "x": x, "ln": sympy.log}
    formula = sympy.sympify(typed(made.given[0].say.args[0]).replace("^", "**"), names)
    point = float(made.parts[1].ask.args[0].args[0])
    slope = float(sympy.diff(formula, x).subs(x, point))
    assert made.parts[1].answer.value == pytest.approx(slope, rel=1e-9)


def test_an_activation_of_ones_own():
    made = kind("local-derivative").make(Random(2), 1, {"activation": "1.7159*tanh(2*x/3)"})
    assert "1.7159" in typed(made.parts[0].answer.expr)
    with pytest.raises(InputError, match="softmax"):
        kind("local-derivative").make(Random(2), 1, {"activation": "softmax"})


@pytest.mark.parametrize("seed", range(20))
def test_one_line_is_wrong_and_the_others_follow(seed):
    made = drawn("find-the-mistake", seed)
    keys = lines_of(made.network, made.level == 3)
    lines = next(given.lines for given in made.given if given.lines)
    assert len(lines) == len(keys)
    shown: dict[object, float] = {}
    wrong = []
    for place, (line, key) in enumerate(zip(lines, keys, strict=True), 1):
        value = line.args[2]
        shown[line.args[0]] = value
        # Written as printed, a line gives its own number, right or wrong; which is wrong only the formula tells.
        assert evaluate(line.args[1], lambda k: shown.get(k, _given(made, k))) == pytest.approx(
            value, rel=2e-4, abs=1e-6
        )
        right = kind_of_right(made, key)
        if place == made.parts[0].answer.value:
            assert abs(value - right) > 5e-4 * abs(right)
            assert made.parts[1].answer.low <= right <= made.parts[1].answer.high
        elif abs(value - right) > 1e-3 * abs(right):
            wrong.append(place)
    assert all(place > made.parts[0].answer.value for place in wrong)
    assert made.parts[2].solution[0].key.removeprefix("operator_") in OPERATORS


def _given(made: Instance, key: object) -> float:
    from backtrace.engine.scalar import numbers_of

    numbers = {**numbers_of(made.network), Quantity("rate"): made.network.optimizer.learning_rate}
    return numbers[key] if key in numbers else kind_of_right(made, key)


def kind_of_right(made: Instance, key: object) -> float:
    from backtrace.questions.hand import worked

    return worked(made.network)[key]


def test_every_topic_to_write_is_one_of_explain_and_has_its_sentence():
    for topic in derivation_to_write.LINES:
        assert topic in TOPICS
        for code in ("en", "de"):
            assert language(code).say(Say(f"write_{topic.replace('-', '_')}"))
    blocks = exercise_document([drawn("derivation-to-write", 1)], language("en"), load_profile(), "solution").blocks
    assert len(blocks[0].blocks) > 8


@pytest.mark.parametrize("name", KINDS)
def test_an_unknown_setting_is_refused(name):
    with pytest.raises(InputError, match="there is no setting 'colour'"):
        kind(name).make(Random(1), 1, {"colour": "red"})


@pytest.mark.parametrize(
    ("name", "settings", "words"),
    [
        ("parameter-count", {"network": "4-x"}, "'x' is not a size"),
        ("parameter-count", {"network": "99999999-2"}, "is not a size"),
        ("shapes-table", {"batch": -1}, "batch must be"),
        ("updates-per-epoch", {"samples": 5, "batch": 9}, "larger than all 5 samples"),
        ("count-choice", {"options": 9}, "options cannot be '9'"),
        ("derivation-to-write", {"topic": "poetry"}, "topic cannot be 'poetry'"),
        ("multiple-choice", {"topic": "poetry"}, "the topic 'poetry' has no choice question"),
        ("true-false", {"question": "one-epoch"}, "is of the type choice"),
        ("find-the-mistake", {"mistake": "no.such"}, "no mistake that can be planted"),
    ],
)
def test_settings_that_do_not_go_together_are_refused(name, settings, words):
    with pytest.raises(InputError, match=words):
        kind(name).make(Random(1), 1, settings)


def test_two_formulas_that_differ_are_told_apart():
    a, b = drawn("symbolic-count", 1).parts[0].answer.expr, drawn("symbolic-count", 2).parts[0].answer.expr
    assert isinstance(a, Expr) and same(a, a) and not same(a, b)
