"""Which reader a sentence that asks for something has.

A new kind of exercise whose sentence is not here is reported as unread: add the sentence's key with a function that
computes the answer from the text of the exercise alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from backtrace.questions.reading_back import counts, further, matrices, quantities, routes
from backtrace.questions.reading_back.records import PERSON, Reader

READERS: Mapping[str, Reader] = {
    "compute_net": quantities.named,
    "compute_out": quantities.named,
    "compute_loss": quantities.named,
    "compute_loss_term": quantities.named,
    "compute_loss_of_sample": quantities.named,
    "compute_loss_of_both": quantities.named,
    "compute_loss_of_four": quantities.named,
    "compute_delta": quantities.named,
    "compute_gradient": quantities.named,
    "compute_update": quantities.named,
    "compute_loss_after": quantities.named,
    "compute_after_step_1": quantities.named,
    "compute_after_step_2": quantities.named,
    "compute_loss_after_1": quantities.named,
    "compute_loss_after_2": quantities.named,
    "compute_kept": quantities.named,
    "find_factor": quantities.factor,
    "mistake_which": quantities.wrong_line,
    "mistake_value": quantities.right_value,
    "mistake_why": lambda exercise, part: PERSON,
    "count_weights": counts.weights,
    "count_biases": counts.biases,
    "count_in_all": counts.parameters,
    "count_of_layer": counts.of_layer,
    "count_symbolic": counts.in_letters,
    "count_which": counts.which_counts,
    "epoch_updates": counts.updates,
    "epoch_last": counts.last_batch,
    "epoch_all": counts.all_updates,
    "order_left": counts.from_left,
    "order_right": counts.from_right,
    "order_which": counts.cheaper,
    "init_normal": counts.first_weights,
    "init_he": counts.first_weights,
    "init_xavier": counts.first_weights,
    "shape_in": matrices.shape,
    "shape_weights": matrices.shape,
    "shape_out": matrices.shape,
    "shape_delta": matrices.shape,
    "shape_of_weights": matrices.shape,
    "shape_of_bias": matrices.shape,
    "shape_of": matrices.shape,
    "shape_of_net": matrices.shape,
    "shape_of_delta": matrices.shape,
    "product_for": matrices.of_weights,
    "product_back": matrices.back,
    "paths_how_many": routes.how_many,
    "paths_which": routes.which,
    "memo_routes": routes.in_all,
    "memo_written_out": routes.written_out,
    "memo_reused": routes.reused,
    "memo_which": routes.worth_keeping,
    "slope_formula": further.slope_formula,
    "slope_value": further.slope_value,
    "perceptron_corrections": further.corrections,
    "perceptron_weight": further.weight_then,
    # A question of the bank is no sentence of a language file.
    "bank_true_false": further.of_bank,
    "": further.of_bank,
}


def reader(key: str) -> Reader | None:
    """The reader of a sentence; None: nobody has written one."""
    return (lambda exercise, part: PERSON) if key.startswith("write_") else READERS.get(key)
