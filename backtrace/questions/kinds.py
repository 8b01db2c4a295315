"""The exercise kinds by name; each lives in a module of its own, which is imported when it is asked for.

To add a kind is to add its module and a row here.
"""

from __future__ import annotations

from importlib import import_module

from backtrace.errors import InputError, nearest, printable
from backtrace.questions.records import Kind

# Name of the kind, then the module in backtrace/questions/kind/ that defines it as KIND.
MODULES: dict[str, str] = {
    "forward-pass": "forward_pass",
    "loss": "loss",
    "output-delta": "output_delta",
    "hidden-gradient": "hidden_gradient",
    "backward-pass": "backward_pass",
    "update": "update",
    "two-steps": "two_steps",
    "batch-of-two": "batch_of_two",
    "momentum-step": "momentum_step",
    "adam-step": "adam_step",
    "parameter-count": "parameter_count",
    "symbolic-count": "symbolic_count",
    "count-choice": "count_choice",
    "shapes-table": "shapes_table",
    "updates-per-epoch": "updates_per_epoch",
    "order-of-multiplication": "order_of_multiplication",
    "local-derivative": "local_derivative",
    "find-the-mistake": "find_the_mistake",
    "true-false": "true_false",
    "multiple-choice": "bank",
    "derivation-to-write": "derivation_to_write",
    "softmax-cross-entropy": "softmax_cross_entropy",
    "weight-initialisation": "weight_initialisation",
    "chain-with-blank": "chain_with_blank",
    "paths": "paths",
    "factor-and-memoise": "factor_and_memoise",
    "vectorise": "vectorise",
    "perceptron-run": "perceptron_run",
    "xor-by-hand": "xor_by_hand",
}


def kind(name: str) -> Kind:
    """The kind of that name; raises InputError with the nearest ones."""
    if name not in MODULES:
        hint = nearest(name, MODULES) or "backtrace exercise lists them"
        raise InputError(f"there is no exercise kind '{printable(name)}'", hint=hint)
    found: Kind = import_module(f"backtrace.questions.kind.{MODULES[name]}").KIND
    return found
