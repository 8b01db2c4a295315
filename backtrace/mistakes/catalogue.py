"""The named mistakes, in the order in which a step is worked out."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from backtrace.mistakes import (
    batches,
    bias_gradients,
    hidden_deltas,
    loss_values,
    nets,
    output_deltas,
    outputs,
    procedures,
    slopes,
    softmaxes,
    updates,
    weight_gradients,
)
from backtrace.mistakes.records import Mistake

PHASES: tuple[tuple[str, tuple[Mistake, ...]], ...] = (
    ("Nets", nets.MISTAKES),
    ("Outputs", outputs.MISTAKES),
    ("The loss", loss_values.MISTAKES),
    ("Slopes of activations", slopes.MISTAKES),
    ("δ of an output", output_deltas.MISTAKES),
    ("δ of a hidden unit", hidden_deltas.MISTAKES),
    ("Softmax and cross-entropy", softmaxes.MISTAKES),
    ("Gradients of weights", weight_gradients.MISTAKES),
    ("Gradients of biases", bias_gradients.MISTAKES),
    ("Batches", batches.MISTAKES),
    ("Updates", updates.MISTAKES),
    ("The whole step", procedures.MISTAKES),
)

CATALOGUE: Mapping[str, Mistake] = MappingProxyType({m.id: m for _, phase in PHASES for m in phase})
