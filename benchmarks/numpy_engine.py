"""A training step of 784-128-10 on a batch of 32, beside the bare matrix formulas.

    python benchmarks/numpy_engine.py [--rounds N]

The bare formulas keep nothing but what they need and check nothing; ours name and check every result.
"""

from __future__ import annotations

from argparse import ArgumentParser
from statistics import median

import numpy as np
from measuring import interleaved, ratio, table

from backtrace.engine.numpy_engine import array_step, data_of, parameters_of
from backtrace.network.finding import load

SHAPE, BATCH, RATE = "784-128-10", 32, 0.5


def stepped(old: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """old − rate · gradient, without an array for the product: the large ones cost more to make than to fill."""
    gradient *= -RATE
    gradient += old
    return gradient


def main() -> None:
    parser = ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=41)
    rounds = parser.parse_args().rounds

    network = load(SHAPE, batch=BATCH, seed=1, sets=[f"learning_rate={RATE}"])
    data, parameters = data_of(network), parameters_of(network)
    x, t = data.inputs, data.targets
    (w1, w2), (b1, b2) = parameters.weights, parameters.bias

    def bare() -> object:
        """Sigmoid layers and half squared errors, the mean over the batch; new parameters."""
        h = 1.0 / (1.0 + np.exp(-(x @ w1.T + b1)))
        y = 1.0 / (1.0 + np.exp(-(h @ w2.T + b2)))
        loss = 0.5 * ((y - t) ** 2).sum() / BATCH
        d2 = (y - t) * y * (1.0 - y)
        d1 = (d2 @ w2) * h * (1.0 - h)
        d2 /= BATCH
        d1 /= BATCH
        g2, g1 = d2.T @ h, d1.T @ x
        return loss, stepped(w1, g1), stepped(b1, d1.sum(axis=0)), stepped(w2, g2), stepped(b2, d2.sum(axis=0))

    ours = array_step(network, data, parameters)
    assert np.isclose(ours.forward.loss, bare()[0]) and np.allclose(ours.updated.weights[0], bare()[1])

    formulas = "bare matrix formulas"
    cases = {formulas: bare, "the NumPy engine": lambda: array_step(network, data, parameters)}
    seconds = interleaved(cases, rounds)
    rows = [(name, f"{median(s) * 1e3:.2f}", f"{ratio(s, seconds[formulas]):.2f}") for name, s in seconds.items()]
    table((f"{SHAPE}, batch {BATCH}", "ms", "ratio"), rows)


if __name__ == "__main__":
    main()
