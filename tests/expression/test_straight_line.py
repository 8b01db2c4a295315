"""Formulas as one compiled function: the numbers of `evaluate`, bit for bit, or nothing."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from backtrace.errors import InputError
from backtrace.expression.evaluate import evaluate
from backtrace.expression.functions import FUNCTIONS
from backtrace.expression.straight_line import StraightLine, compiled_together
from backtrace.expression.tree import Expr, add, call, div, mul, neg, number, operands, power, symbol

NAMES = ("a", "b", "c")
NUMBERS = st.one_of(st.floats(-3, 3), st.sampled_from((0.0, -0.0, 1.0, 1e-300, 1e200, -1e308)))
LEAVES = st.one_of(NUMBERS.map(number), st.sampled_from(NAMES).map(symbol))


def _grown(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    some = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        some.map(lambda parts: add(*parts)),
        some.map(lambda parts: mul(*parts)),
        inner.map(neg),
        st.builds(div, inner, inner),
        st.builds(power, inner, inner),
        *(st.builds(call, st.just(name), *[inner] * one.arity) for name, one in FUNCTIONS.items()),
    )


FORMS = st.recursive(LEAVES, _grown, max_leaves=8)


@settings(max_examples=150)
@given(st.lists(FORMS, min_size=1, max_size=4), st.tuples(NUMBERS, NUMBERS, NUMBERS))
def test_it_gives_what_evaluate_gives_or_nothing_where_that_refuses(forms: list[Expr], at: tuple[float, ...]) -> None:
    found, where = compiled_together(forms, NAMES)(at), dict(zip(NAMES, at, strict=True)).__getitem__
    try:
        exact = [evaluate(form, where) for form in forms]
    except InputError:
        assert found is None
        return
    if found is None:
        # Numbers so large that their sum may be infinite make it give up where nothing is wrong.
        assert max(abs(evaluate(part, where)) for form in forms for part in _parts(form)) > 1e300
    else:
        assert [*map(repr, found)] == [*map(repr, exact)]


def _parts(form: Expr) -> Iterator[Expr]:
    yield form
    for part in operands(form):
        yield from _parts(part)


def test_what_is_infinite_on_the_way_is_not_lost() -> None:
    hidden = div(number(1), mul(symbol("a"), symbol("a")))
    assert compiled_together([hidden], ["a"])((1e200,)) is None
    assert compiled_together([call("sigmoid", neg(mul(symbol("a"), symbol("a"))))], ["a"])((1e200,)) is None


def test_formulas_as_deep_as_no_compiler_takes_them() -> None:
    line = StraightLine(2)
    total = line.folded("add", [line.put("mul", 0, line.constant(float(n))) for n in range(5000)])
    assert line.function([total, 1])((0.1, 7.0)) == line.values([total, 1], (0.1, 7.0))


def test_what_is_written_twice_is_worked_out_once() -> None:
    count = 0

    def counted(x: float) -> float:
        nonlocal count
        count += 1
        return x

    line = StraightLine(1)
    results = [line.folded("add", [line.call(counted, 0), line.call(counted, 0)]), line.call(counted, 0)]
    unused = line.put("div", 0, line.constant(0.0))
    assert line.function(results)((1.5,)) == (3.0, 1.5)
    assert count == 1 and unused not in results
