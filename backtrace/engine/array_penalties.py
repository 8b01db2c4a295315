"""Regularisation on arrays, written independently of the records' plain functions; a row per form of `FORMS`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from backtrace.engine.array_formulas import Array
from backtrace.network.regularization import Regularization

# By form: the numbers by which l2 and l1 are multiplied for so many samples, before Σ w² and before Σ |w|.
SCALES: dict[str, Callable[[int], tuple[float, float]]] = {
    "half": lambda samples: (0.5, 1.0),
    "plain": lambda samples: (1.0, 1.0),
    "per_sample": lambda samples: (0.5 / samples, 1.0 / samples),
}


def _strengths(regularization: Regularization, samples: int) -> tuple[float, float]:
    l2, l1 = SCALES[regularization.form](samples)
    return l2 * (regularization.l2 or 0.0), l1 * (regularization.l1 or 0.0)


def penalty(
    regularization: Regularization, weights: Sequence[Array | None], bias: Sequence[Array | None], samples: int
) -> float:
    """What is added to the loss of the data; a layer without weights of its own has None."""
    if not regularization.norms:
        return 0.0
    l2, l1 = _strengths(regularization, samples)
    arrays = [a for a in (*weights, *(bias if regularization.biases else ())) if a is not None]
    return sum(l2 * float(np.square(a).sum()) + l1 * float(np.abs(a).sum()) for a in arrays)


def penalty_slope(regularization: Regularization, own: Array, samples: int) -> Array | float:
    """What is added to the gradient of these parameters."""
    if not regularization.norms:
        return 0.0
    l2, l1 = _strengths(regularization, samples)
    found: Array = 2.0 * l2 * own + l1 * np.sign(own)
    return found
