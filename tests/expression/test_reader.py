"""The bounded reader: what it reads, and the hostile inputs it has to refuse, each with its code and its column."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backtrace.errors import InputError, Place
from backtrace.expression.evaluate import evaluate
from backtrace.expression.reader import ReadError, read
from backtrace.expression.tree import add, call, div, mul, neg, number, power, sub, symbol

NAMES = {"x": 0.3, "w5": 0.4, "w6": 0.45, "o1": 0.75, "h1": 0.6, "eta": 0.5, "t1": 0.01}
X, W5, O1 = symbol("x"), symbol("w5"), symbol("o1")

VALUES = [
    ("1 + 2*3", 7),
    ("(1+2)*3", 9),
    ("2^3^2", 512),
    ("-2^2", -4),
    ("2^-1", 0.5),
    ("8/4/2", 1),
    ("8-4-2", 2),
    ("2*-3", -6),
    ("2--3", 5),
    ("+-+2", -2),
    ("2**3", 8),
    (".5", 0.5),
    ("8.2e-2", 0.082),
    ("8.2·10^-2", 0.082),
    ("8.2×10^(-2)", 0.082),
    ("1E3", 1000),
    ("o1(1-o1)", 0.1875),
    ("2(3)(4)", 24),
    ("3²(1-0.5)", 4.5),
    ("1/2(o1-t1)^2", 0.5 * 0.74**2),
    ("x²·x³", 0.3**5),
    ("6÷2", 3),
    ("5 − 3", 2),
    ("σ(0)", 0.5),
    ("η*2", 1.0),
    ("sigmoid(0)+relu(-1)+max(1, 2)", 2.5),
    ("exp(0)(2)", 2),
    ("(1e2)^2", 10000),
    ("10^20", 1e20),
    ("w5\u00a0+\tw6", 0.85),
    ("x^2(1-x)", 0.063),
]


@pytest.mark.parametrize(("text", "expected"), VALUES)
def test_values(text: str, expected: float) -> None:
    assert evaluate(read(text, NAMES), lambda key: NAMES[str(key)]) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-x*o1", neg(mul(X, O1))),
        ("x - o1 + w5", add(X, neg(O1), W5)),
        ("x*(o1*w5)", mul(X, mul(O1, W5))),
        ("x*o1/w5", div(mul(X, O1), W5)),
        ("-x^2", neg(power(X, number(2)))),
        ("1/(1+exp(-x))", div(number(1), add(number(1), call("exp", neg(X))))),
        ("0.40*x", mul(number(0.4, "0.40"), X)),
        ("o1(1-o1)", mul(O1, sub(number(1), O1))),
    ],
)
def test_trees_keep_what_was_typed(text: str, expected: object) -> None:
    assert read(text, NAMES) == expected


def test_names_with_signs_in_them_are_the_callers() -> None:
    names = ("dE/dw5", "w5+", "out_h1@2", "w5")

    def longest(text: str, position: int) -> int:
        return max((len(name) for name in names if text.startswith(name, position)), default=0)

    e = read("w5 - 0.5*dE/dw5 + w5+*out_h1@2", names, longest_name=longest)
    assert e == add(W5, neg(mul(number(0.5, "0.5"), symbol("dE/dw5"))), mul(symbol("w5+"), symbol("out_h1@2")))


REFUSED = [
    ("__import__('os').system('true')", "bad-character", 1),
    ("().__class__.__bases__[0].__subclasses__()", "bad-character", 3),
    ("x.subs.__func__.__globals__", "bad-character", 2),
    ("open('f','w')", "bad-character", 6),
    ("exec(x)", "unknown-name", 1),
    ("lambda: 0", "bad-character", 7),
    ("[i for i in x]", "bad-character", 1),
    ("f'{x}'", "bad-character", 2),
    ("x = 0.3; import os", "bad-character", 3),
    ("9**9**9", "power-too-large", 2),
    ("(1+w5)^(10^9)", "power-too-large", 7),
    ("x^17", "power-too-large", 2),
    ("x^-17", "power-too-large", 2),
    ("2^exp(9)", "power-too-large", 2),
    ("10^999", "power-too-large", 3),
    ("10000000!", "bad-character", 9),
    ("factorial(10**7)", "unknown-name", 1),
    ("1e999", "bad-number", 1),
    ("nan", "unknown-name", 1),
    ("inf", "unknown-name", 1),
    ("-Infinity", "unknown-name", 2),
    ("(" * 900 + "x" + ")" * 900, "too-long", None),
    ("(" * 50 + "x" + ")" * 50, "too-deep", 41),
    ("-" * 5000 + "x", "too-long", 1),
    ("-----x", "too-many-signs", 5),
    ("x - + - + - x", "too-many-signs", 11),
    ("+".join(["x"] * 20000), "too-long", 1),
    ("a" * 100_000, "too-long", 1),
    ("9" * 10_000, "too-long", 1),
    ("+".join(["x"] * 300), "too-long", 401),
    ("1" * 31, "bad-number", 1),
    ("0." + "1" * 30, "bad-number", 1),
    ("1_000", "bad-number", 1),
    ("0x1F", "bad-number", 1),
    ("0.5.5", "bad-number", 1),
    ("1.2e", "bad-number", 1),
    ("1.", "bad-number", 1),
    ("2w5", "no-implicit-product", 2),
    ("w5 w6", "no-implicit-product", 4),
    ("2 3", "no-implicit-product", 3),
    ("(x)2", "no-implicit-product", 4),
    ("x²2", "no-implicit-product", 3),
    ("1,5", "syntax", 2),
    ("x^2^2^" + "2^" * 40 + "1", "too-deep", None),
    ("\uff575", "bad-character", 1),
    ("\u0661", "bad-character", 1),
    ("½", "bad-character", 1),
    ("w5\u200b", "bad-character", 3),
    ("w5\u202e", "bad-character", 3),
    ("w5\x00", "bad-character", 3),
    ("w5\ud800", "bad-character", 3),
    ("E", "unknown-name", 1),
    ("I", "unknown-name", 1),
    ("pi", "unknown-name", 1),
    ("e", "unknown-name", 1),
    ("log(x)", "unknown-name", 1),
    ("exp", "syntax", 1),
    ("exp x", "syntax", 1),
    ("exp(x, x)", "arity", 1),
    ("max(x)", "arity", 1),
    ("max(x, x, x)", "arity", 1),
    ("exp()", "syntax", 5),
    ("", "syntax", 1),
    ("   ", "syntax", 4),
    ("x+", "syntax", 3),
    ("(x", "syntax", 1),
    ("x)", "syntax", 2),
    ("x*/w5", "syntax", 3),
    ("x^²", "syntax", 3),
    ("x²^2", "syntax", 3),
    ("{{ 7*7 }}", "bad-character", 1),
    ("%s%n", "bad-character", 1),
    ("x\ny", "bad-character", 2),
    ("\\input{x}", "bad-character", 1),
]


@pytest.mark.parametrize(("text", "code", "column"), REFUSED, ids=[ascii(text[:24]) for text, _, _ in REFUSED])
def test_hostile_and_broken_inputs_are_refused(text: str, code: str, column: int | None) -> None:
    begun = time.perf_counter()
    with pytest.raises(ReadError) as caught:
        read(text, NAMES)
    assert caught.value.code == code
    assert column is None or caught.value.place.column == column
    assert str(caught.value).isprintable() or "\n" in str(caught.value)
    assert len(str(caught.value)) < 400
    # Not a measurement: a refusal that took a second would mean that a budget is checked too late.
    assert time.perf_counter() - begun < 1


PIECES = ("x", "w5", "2", "0.5", "(", ")", "^", "*", "/", "-", "+", "exp(", "max(", ",", "²", " ")


@settings(deadline=None)
@given(st.text() | st.text(alphabet="x12.e+-*/^(), ²·−σexpw5") | st.lists(st.sampled_from(PIECES)).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    column = 1
    try:
        read(text, NAMES)
    except ReadError as error:
        column = error.place.column
    assert 1 <= column <= len(text) + 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("w55 + 1", r"^column 1: unknown name 'w55'\n  did you mean 'w5'"),
        ("sigmod(x)", r"unknown function 'sigmod'\n  did you mean 'sigmoid'"),
        ("log(x)", r"the natural logarithm is written ln"),
        ("e^x", r"exp\("),
        ("½", r"the character '½' \(U\+00BD\) cannot stand here\n  write 1/2"),
        ("w5\u202e", r"the character U\+202E"),
        ("1,5", r"with a point"),
        ("tanh", r"write tanh\(…\)"),
    ],
)
def test_words_of_refusals(text: str, words: str) -> None:
    with pytest.raises(ReadError, match=words):
        read(text, NAMES)


def test_the_place_is_the_readers_own() -> None:
    with pytest.raises(ReadError, match=r"^net\.toml:7:18: unknown name 'q'"):
        read("x + q", NAMES, Place("net.toml", 7, 14))


def test_a_refusal_of_the_callers_names_gets_the_place() -> None:
    def names(name: str) -> str:
        raise InputError(f"{name} has two meanings")

    with pytest.raises(InputError, match=r"^column 5: b1 has two meanings"):
        read("1 + b1", names)
