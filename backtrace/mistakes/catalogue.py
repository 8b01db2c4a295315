"""The named mistakes, in the order in which a step is worked out."""

from __future__ import annotations

from backtrace.mistakes import (
    batches,
    bias_gradients,
    convolution_counts,
    dense_counts,
    further_losses,
    further_updates,
    hidden_deltas,
    loss_values,
    nets,
    optimizer_rules,
    output_deltas,
    outputs,
    procedures,
    recurrent_counts,
    shapes,
    slips_of_pen,
    slopes,
    softmaxes,
    updates,
    weight_gradients,
)
from backtrace.mistakes.conventions import CONVENTIONS
from backtrace.mistakes.records import Mistake

__all__ = ["CATALOGUE", "CONVENTIONS", "COUNTS", "OF_STEP", "PHASES"]

STEP: tuple[tuple[str, tuple[Mistake, ...]], ...] = (
    ("Nets", nets.MISTAKES),
    ("Outputs", outputs.MISTAKES),
    ("The loss", (*loss_values.MISTAKES, *further_losses.MISTAKES)),
    ("Slopes of activations", slopes.MISTAKES),
    ("δ of an output", output_deltas.MISTAKES),
    ("δ of a hidden unit", hidden_deltas.MISTAKES),
    ("Softmax and cross-entropy", softmaxes.MISTAKES),
    ("Gradients of weights", weight_gradients.MISTAKES),
    ("Gradients of biases", bias_gradients.MISTAKES),
    ("Batches", batches.MISTAKES),
    ("Updates", (*updates.MISTAKES, *optimizer_rules.MISTAKES)),
    ("The whole step", procedures.MISTAKES),
)

COUNTING: tuple[tuple[str, tuple[Mistake, ...]], ...] = (
    ("Counts of dense layers and updates", dense_counts.MISTAKES),
    ("Convolutions", convolution_counts.MISTAKES),
    ("Recurrent layers", recurrent_counts.MISTAKES),
)
PHASES = (
    *STEP,
    ("A second update", further_updates.MISTAKES),
    *COUNTING,
    ("Shapes", shapes.MISTAKES),
    ("Slips of the pen", slips_of_pen.MISTAKES),
)

OF_STEP: dict[str, Mistake] = {m.id: m for _, phase in STEP for m in phase}
COUNTS: dict[str, Mistake] = {m.id: m for _, phase in COUNTING for m in phase}
CATALOGUE: dict[str, Mistake] = {m.id: m for _, phase in PHASES for m in phase}
