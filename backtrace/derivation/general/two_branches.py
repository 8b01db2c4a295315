"""The two-branch rule: what feeds two things that meet again sends a derivative along each (FACTS C5).

The proof is the usual one of the multivariate chain rule: h's change is split into a change along f and one along g
(Spivak, Calculus on Manifolds, theorem 2-9; Goodfellow, Bengio, Courville, section 6.5.2).
"""

from __future__ import annotations

from backtrace.derivation.general.proofs import Line, Proof
from backtrace.expression.tree import ONE, TWO, Expr, add, call, div, mul, power, sub, symbol
from backtrace.network.indexed import Free

FREE_X = Free("x", -1.5, 1.5)
X = symbol(FREE_X)
F = add(power(X, TWO), ONE)
G = call("sin", X)
