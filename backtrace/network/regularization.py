"""Regularisation: penalties on the size of the weights, added to the loss of the data.

| form       | l2           | its slope by w | l1           | its slope by w | as in                              |
|------------|--------------|----------------|--------------|----------------|------------------------------------|
| half       | ½·λ·Σ w²     | λ·w            | λ·Σ abs(w)   | λ·sign(w)      | Goodfellow, Bengio, Courville 2016,|
|            |              |                |              |                | §7.1                               |
| plain      | λ·Σ w²       | 2·λ·w          | λ·Σ abs(w)   | λ·sign(w)      | CS231n, "Linear classification"    |
| per_sample | λ/(2·n)·Σ w² | λ/n·w          | λ/n·Σ abs(w) | λ/n·sign(w)    | Nielsen 2015, chapter 3            |

λ is the strength that a file gives, n the number of samples. Trees use the symbols "lambda", "n" and "w".
"""

from __future__ import annotations

from typing import NamedTuple

from backtrace.expression.tree import HALF, ONE, TWO, Expr, call, div, mul, power, symbol
from backtrace.network.quantity import Quantity

_LAMBDA, _N, _W = symbol("lambda"), symbol("n"), symbol("w")
_SIGN = call("sign", _W)


class Form(NamedTuple):
    """How a strength becomes a penalty, by norm (1 or 2): what stands before the sum, and the slope by one weight.
    l2_scale: the number before λ·Σ w², divided by n where the form is `per_sample`. words: by norm, the key of the
    sentence that a page says about it."""

    name: str
    shares: dict[int, Expr]
    slopes: dict[int, Expr]
    words: dict[int, str]
    l2_scale: float
    per_sample: bool = False


FORMS: dict[str, Form] = {
    form.name: form
    for form in (
        Form(
            "half",
            {2: mul(HALF, _LAMBDA), 1: _LAMBDA},
            {2: mul(_LAMBDA, _W), 1: mul(_LAMBDA, _SIGN)},
            {2: "penalty_half_squares", 1: "penalty_sizes"},
            0.5,
        ),
        Form(
            "plain",
            {2: _LAMBDA, 1: _LAMBDA},
            {2: mul(TWO, _LAMBDA, _W), 1: mul(_LAMBDA, _SIGN)},
            {2: "penalty_squares", 1: "penalty_sizes"},
            1.0,
        ),
        Form(
            "per_sample",
            {2: mul(div(ONE, mul(TWO, _N)), _LAMBDA), 1: mul(div(ONE, _N), _LAMBDA)},
            {2: mul(div(ONE, _N), _LAMBDA, _W), 1: mul(div(ONE, _N), _LAMBDA, _SIGN)},
            {2: "penalty_half_squares_per_sample", 1: "penalty_sizes_per_sample"},
            0.5,
            per_sample=True,
        ),
    )
}
NORMS = (2, 1)  # in the order in which they are added
TERMS: dict[int, Expr] = {2: power(_W, TWO), 1: call("abs", _W)}


class Regularization(NamedTuple):
    """The penalties of a network. l2, l1: their strengths, None for none; form: a name of FORMS; biases: whether
    biases count too. A shared or tied parameter counts once."""

    l2: float | None = None
    l1: float | None = None
    form: str = "half"
    biases: bool = False

    @property
    def norms(self) -> tuple[int, ...]:
        """The norms in use, 2 before 1."""
        return tuple(norm for norm in NORMS if self.strength(norm) is not None)

    def strength(self, norm: int) -> float | None:
        """λ of a norm."""
        return self.l2 if norm == 2 else self.l1

    def counts(self, parameter: Quantity) -> bool:
        """Whether a parameter is kept small."""
        return bool(self.norms) and (parameter.kind == "weight" or (self.biases and parameter.kind == "bias"))

    def scale(self, norm: int, samples: int) -> float:
        """The number before the sum of w² or |w|."""
        form = FORMS[self.form]
        scale = (self.strength(norm) or 0.0) * (form.l2_scale if norm == 2 else 1.0)
        return scale / samples if form.per_sample else scale

    def slope(self, norm: int, samples: int, w: float) -> float:
        """What the penalty of a norm adds to the gradient of a weight; 0 is taken at the corner of |w|."""
        scale = self.scale(norm, samples)
        if norm == 2:
            return 2.0 * scale * w
        return scale if w > 0.0 else 0.0 - scale if w < 0.0 else 0.0
