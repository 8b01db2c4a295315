"""Where brackets, signs and dots stand, in Unicode, ASCII and LaTeX."""

import pytest

from backtrace.errors import InternalFault
from backtrace.expression.tree import (
    HALF,
    ONE,
    TWO,
    ZERO,
    Expr,
    add,
    call,
    div,
    mul,
    neg,
    number,
    pending,
    power,
    sub,
    symbol,
)
from backtrace.network.quantity import LOSS, Derivative, Key, Quantity
from backtrace.render.latex import LatexWriter
from backtrace.render.neutral import NeutralSpelling
from backtrace.render.text import TextWriter
from backtrace.render.writer import fold

A, B, C, W = (Quantity("net", 1, 1), Quantity("out", 1, 1), Quantity("target", 0, 1), Quantity("weight", 1, 1, 1))


NAMES = {A: "a", B: "b", C: "c", W: "w²", LOSS: "E"}


class Letters(NeutralSpelling):
    """One letter for each quantity."""

    def text(self, key: Key) -> str:
        return f"∂{NAMES[key.of]}/∂{NAMES[key.by]}" if isinstance(key, Derivative) else NAMES[key]

    def ascii(self, key: Key) -> str:
        return self.text(key).replace("∂", "d").replace("²", "^2")

    def latex(self, key: Key) -> str:
        if isinstance(key, Derivative):
            return super().latex(key)
        return NAMES[key].replace("²", "^{2}")


a, b, c, w = symbol(A), symbol(B), symbol(C), symbol(W)
da, db = symbol(Derivative(LOSS, A)), symbol(Derivative(LOSS, B))
MINUS4, THREE, TINY = number(-4), number(3), Expr("number", (4.38568e-5, "4.38568e-5"))

CASES = [
    (sub(a, b), "a − b", "a - b", "a - b"),
    (sub(THREE, MINUS4), "3 − (−4)", "3 - (-4)", "3 - (-4)"),
    (add(a, MINUS4), "a + (−4)", "a + (-4)", "a + (-4)"),
    (sub(a, sub(b, c)), "a − (b − c)", "a - (b - c)", "a - (b - c)"),
    (neg(sub(a, b)), "−(a − b)", "-(a - b)", "-(a - b)"),
    (neg(neg(a)), "−(−a)", "-(-a)", "-(-a)"),
    (neg(MINUS4), "−(−4)", "-(-4)", "-(-4)"),
    (MINUS4, "−4", "-4", "-4"),
    (mul(MINUS4, a), "(−4)·a", "(-4)*a", r"(-4) \cdot a"),
    (mul(neg(sub(a, b)), c), "−(a − b)·c", "-(a - b)*c", r"-(a - b) \cdot c"),
    (mul(a, neg(b)), "a·(−b)", "a*(-b)", r"a \cdot (-b)"),
    (add(a, mul(neg(b), c)), "a − b·c", "a - b*c", r"a - b \cdot c"),
    (sub(a, mul(neg(b), c)), "a − (−b)·c", "a - (-b)*c", r"a - (-b) \cdot c"),
    (mul(HALF, power(sub(a, b), TWO)), "½(a − b)²", "1/2*(a - b)^2", r"\tfrac{1}{2}(a - b)^{2}"),
    (power(HALF, TWO), "(½)²", "(1/2)^2", r"(\tfrac{1}{2})^{2}"),
    (mul(HALF, a), "½·a", "1/2*a", r"\tfrac{1}{2} \cdot a"),
    (mul(TWO, HALF, a), "2·½·a", "2*(1/2)*a", r"2 \cdot \tfrac{1}{2} \cdot a"),
    (mul(da, db), "∂E/∂a · ∂E/∂b", "dE/da * dE/db", None),
    (mul(a, db), "a·∂E/∂b", "a*dE/db", None),
    (mul(THREE, TWO, MINUS4), "3 · 2 · (−4)", "3 * 2 * (-4)", r"3 \cdot 2 \cdot (-4)"),
    (power(da, TWO), "(∂E/∂a)²", "(dE/da)^2", None),
    (power(w, TWO), "(w²)²", "(w^2)^2", "(w^{2})^{2}"),
    (power(MINUS4, TWO), "(−4)²", "(-4)^2", "(-4)^{2}"),
    (power(a, sub(TWO, ONE)), "a^(2−1)", "a^(2-1)", "a^{2 - 1}"),
    (power(power(a, TWO), THREE), "(a²)³", "(a^2)^3", "(a^{2})^{3}"),
    (power(call("exp", a), TWO), "(e^(a))²", "exp(a)^2", "(e^{a})^{2}"),
    (div(ONE, add(ONE, call("exp", neg(a)))), "1/(1 + e^(−a))", "1/(1 + exp(-a))", r"\frac{1}{1 + e^{-a}}"),
    (div(a, mul(b, c)), "a/(b·c)", "a/(b*c)", r"\frac{a}{b \cdot c}"),
    (div(add(a, b), c), "(a + b)/c", "(a + b)/c", r"\frac{a + b}{c}"),
    (mul(a, div(b, c)), "a·(b/c)", "a*(b/c)", r"a \cdot \frac{b}{c}"),
    (div(a, TINY), "a/(4.38568×10⁻⁵)", "a/(4.38568e-5)", r"\frac{a}{4.38568 \times 10^{-5}}"),
    (call("sigmoid", a), "σ(a)", "sigmoid(a)", r"\sigma(a)"),
    (call("max", number(0), a), "max(0, a)", "max(0, a)", r"\max(0, a)"),
    (call("abs", sub(a, b)), "|a − b|", "abs(a - b)", r"\lvert a - b\rvert "),
    (call("sqrt", TWO), "√2", "sqrt(2)", r"\sqrt{2}"),
    (power(call("sqrt", TWO), THREE), "(√2)³", "sqrt(2)^3", r"\sqrt{2}^{3}"),
    (call("exp", neg(ZERO)), "e^0", "exp(0)", "e^{0}"),
    (call("exp", number(0.25)), "e^0.25", "exp(0.25)", "e^{0.25}"),
    (call("exp", TINY), "e^(4.38568×10⁻⁵)", "exp(4.38568e-5)", r"e^{4.38568 \times 10^{-5}}"),
    (call("exp", MINUS4), "e^(−4)", "exp(-4)", "e^{-4}"),
    (mul(a, neg(ZERO)), "a·0", "a*0", r"a \cdot 0"),
    (power(neg(ZERO), TWO), "0²", "0^2", "0^{2}"),
    (call("sqrt", a), "√(a)", "sqrt(a)", r"\sqrt{a}"),
    (pending(power(a, TWO), a), "∂/∂a [a²]", "d/da [a^2]", r"\frac{\partial}{\partial a} [a^{2}]"),
    (Expr("matmul", (a, Expr("transpose", (b,)))), "a·bᵀ", "a @ b^T", r"a \, b^{\top}"),
    (Expr("transpose", (w,)), "(w²)ᵀ", "(w^2)^T", r"(w^{2})^{\top}"),
    (Expr("hadamard", (Expr("matmul", (a, b)), c)), "(a·b) ⊙ c", "(a @ b) .* c", r"(a \, b) \odot c"),
]


@pytest.mark.parametrize(("e", "unicode", "ascii", "latex"), CASES)
def test_spelling(e: Expr, unicode: str, ascii: str, latex: str | None) -> None:
    assert TextWriter(Letters()).write(e) == unicode
    assert TextWriter(Letters(), ascii=True).write(e) == ascii
    if latex is not None:
        assert LatexWriter(Letters()).write(e) == latex


def test_brackets_in_latex_are_large_round_fractions() -> None:
    shown = LatexWriter(Letters()).write(mul(add(da, db), c))
    assert shown.startswith(r"\Bigl(\frac{\partial E}")
    assert r"\Bigr) \cdot c" in shown


def test_decimal_comma() -> None:
    e = call("max", Expr("number", (0.5, "0.5")), TINY)
    assert TextWriter(Letters(), comma=True).write(e) == "max(0,5; 4,38568×10⁻⁵)"
    assert LatexWriter(Letters(), comma=True).write(e) == r"\max(0{,}5; 4{,}38568 \times 10^{-5})"


def test_an_unknown_operation_is_our_fault() -> None:
    with pytest.raises(InternalFault):
        TextWriter(Letters()).write(neg(Expr("quaternion", (a, b))))


def test_lines_break_at_the_outermost_plus_first() -> None:
    e = add(mul(add(a, b), c), mul(a, b, c))
    assert TextWriter(Letters()).lines(e, 14) == ["(a + b)·c", "+ a·b·c"]
    assert TextWriter(Letters()).lines(e, 8) == ["(a + b)", "·c", "+ a·b·c"]


@pytest.mark.parametrize("width", range(4, 40))
def test_folding_loses_nothing_and_keeps_to_the_width(width: int) -> None:
    tokens = TextWriter(Letters()).tokens(div(ONE, add(ONE, mul(a, b, add(a, b, c)), power(sub(a, b), TWO))))
    lines = fold(tokens, width)
    assert "".join(lines).replace(" ", "") == "".join(t.text for t in tokens).replace(" ", "")
    assert max(map(len, lines)) <= max(width, max(int(t.width) for t in tokens))
