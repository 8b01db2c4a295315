"""The floor for hand-size networks: loss and all twelve gradients of the worked example, written out, nothing kept.

No library and no loop, so nothing in Python can be much faster; `backtrace`'s trace, which keeps every local derivative
and every edge's contribution, is compared with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp


def hand_inlined(given: Sequence[float]) -> tuple[float, ...]:
    """The loss, then the gradients in parameter order: w1 … w4, b_h1, b_h2, w5 … w8, b_o1, b_o2.

    given: i1, i2, t1, t2, w1 … w4, b_h1, b_h2, w5 … w8, b_o1, b_o2.
    """
    i1, i2, t1, t2, w1, w2, w3, w4, b_h1, b_h2, w5, w6, w7, w8, b_o1, b_o2 = given
    h1 = 1.0 / (1.0 + exp(-(w1 * i1 + w2 * i2 + b_h1)))
    h2 = 1.0 / (1.0 + exp(-(w3 * i1 + w4 * i2 + b_h2)))
    o1 = 1.0 / (1.0 + exp(-(w5 * h1 + w6 * h2 + b_o1)))
    o2 = 1.0 / (1.0 + exp(-(w7 * h1 + w8 * h2 + b_o2)))
    e1 = o1 - t1
    e2 = o2 - t2
    d_o1 = e1 * o1 * (1.0 - o1)
    d_o2 = e2 * o2 * (1.0 - o2)
    d_h1 = (d_o1 * w5 + d_o2 * w7) * h1 * (1.0 - h1)
    d_h2 = (d_o1 * w6 + d_o2 * w8) * h2 * (1.0 - h2)
    return (
        0.5 * e1 * e1 + 0.5 * e2 * e2,
        d_h1 * i1, d_h1 * i2, d_h2 * i1, d_h2 * i2, d_h1, d_h2,
        d_o1 * h1, d_o1 * h2, d_o2 * h1, d_o2 * h2, d_o1, d_o2,
    )  # fmt: skip


WORKED_EXAMPLE = (0.05, 0.10, 0.01, 0.99, 0.15, 0.20, 0.25, 0.30, 0.35, 0.35, 0.40, 0.45, 0.50, 0.55, 0.60, 0.60)
