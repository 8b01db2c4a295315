"""Mistakes in counting the parameters of recurrent layers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from backtrace.expression.tree import ONE, Expr, add, mul, number
from backtrace.mistakes.counting import Count
from backtrace.mistakes.records import Mistake

WHERE, GATED = "the parameters of a recurrent layer", "the parameters of a gated recurrent layer"
RECURRENT = ("rnn_parameters", "lstm_parameters", "gru_parameters")
GATES = ("lstm_parameters", "gru_parameters")
LSTM = "https://datascience.stackexchange.com/questions/128705"


def cell(form: Callable[[Expr, Expr, Expr], Expr]) -> Callable[[Count], Iterator[Expr]]:
    """A wrong count for every gate: from the inputs, the units, and the biases of a unit."""

    def make(count: Count) -> Iterator[Expr]:
        once = form(count["input_size"], count["hidden_size"], biases(count))
        yield once if count.gates == 1 else mul(number(count.gates), once)

    return make


def biases(count: Count) -> Expr:
    """How many biases a unit has for each gate."""
    return count.named.get("biases", ONE)


def _gates(number_of: Callable[[int], int]) -> Callable[[Count], Iterator[Expr]]:
    def make(count: Count) -> Iterator[Expr]:
        n, m = count["input_size"], count["hidden_size"]
        wrong, once = number_of(count.gates), add(mul(m, n), mul(m, m), mul(biases(count), m))
        if wrong != count.gates:
            yield once if wrong == 1 else mul(number(wrong), once)

    return make


def _times_steps(count: Count) -> Iterator[Expr]:
    if "steps" in count:
        n, m = count["input_size"], count["hidden_size"]
        gates = [number(count.gates)] if count.gates > 1 else []
        yield mul(count["steps"], *gates, add(mul(m, n), mul(m, m), mul(biases(count), m)))


MISTAKES = (
    Mistake(
        "recurrent.no_recurrent",
        "recurrent weights forgotten",
        "The weights from the layer to itself are left out.",
        "drop_term",
        WHERE,
        (
            "What makes this layer recurrent?",
            "A unit listens to the last state of its own layer, too.",
        ),
        at=RECURRENT,
        make=cell(lambda n, m, b: add(mul(m, n), mul(b, m))),
    ),
    Mistake(
        "recurrent.times_steps",
        "multiplied by the steps",
        "The parameters are counted once for every step of the sequence.",
        "extra_factor",
        WHERE,
        (
            "Do the parameters change along the sequence?",
            "Would a longer sequence need more parameters?",
        ),
        at=RECURRENT,
        make=_times_steps,
    ),
    Mistake(
        "recurrent.no_biases",
        "biases forgotten",
        "The biases are left out.",
        "drop_term",
        WHERE,
        (
            "Which parameters does a unit have beside its weights?",
            "Count what one unit owns.",
        ),
        at=RECURRENT,
        make=cell(lambda n, m, b: add(mul(m, n), mul(m, m))),
    ),
    Mistake(
        "recurrent.own_state_only",
        "unit connected to itself only",
        "Every unit is connected to its own last state only.",
        "drop_factor",
        WHERE,
        (
            "To which states of the last step does a unit listen?",
            "The recurrent weights form a square matrix.",
        ),
        at=RECURRENT,
        make=cell(lambda n, m, b: add(mul(m, n), m, mul(b, m))),
    ),
    Mistake(
        "recurrent.inputs_squared",
        "recurrent weights of the inputs",
        "The square matrix is given the size of the inputs.",
        "wrong_index",
        WHERE,
        (
            "Which layer is connected to itself?",
            "The inputs do not feed each other.",
        ),
        at=RECURRENT,
        make=cell(lambda n, m, b: add(mul(m, n), mul(n, n), mul(b, m))),
    ),
    Mistake(
        "gates.one",
        "one gate only",
        "The parameters of one gate are given.",
        "drop_factor",
        GATED,
        (
            "How many gates does this cell have?",
            "Each gate has weights of its own.",
        ),
        LSTM,
        at=GATES,
        make=_gates(lambda gates: 1),
    ),
    Mistake(
        "gates.one_missing",
        "one gate missing",
        "The gates are counted, but not what is put into the cell.",
        "drop_term",
        GATED,
        (
            "How many sums does one unit form at each step?",
            "Beside the gates there is a candidate for the new state.",
        ),
        at=GATES,
        make=_gates(lambda gates: gates - 1),
    ),
    Mistake(
        "gates.other_cell",
        "gates of another cell",
        "The gates of another kind of cell are counted.",
        "wrong_index",
        GATED,
        (
            "Which cell is this?",
            "Draw the cell and count where a bias comes in.",
        ),
        at=GATES,
        make=_gates(lambda gates: 7 - gates),
    ),
)
