"""Settings and networks that no exercise can be made of are refused, and numbers that hide a mistake are not drawn."""

from __future__ import annotations

import pytest

from backtrace.errors import InputError
from backtrace.network.finding import load
from backtrace.questions.asking import exercise
from backtrace.questions.records import LEVELS, WrongNumbers


@pytest.mark.parametrize("kind", ["update", "forward-pass", "adam-step"])
@pytest.mark.parametrize("rate", ["-1", "0", "-0.0"])
def test_a_rate_that_leads_nowhere(kind: str, rate: str) -> None:
    with pytest.raises(InputError, match="learning_rate cannot be") as refused:
        exercise(kind, "1", 1, {"learning_rate": rate})
    assert refused.value.hint


def test_an_order_of_updates_that_is_a_slip() -> None:
    network = load("mazur", sets=["order=output_first"])
    with pytest.raises(InputError, match="output_first is a common slip"):
        exercise("update", "1", 1, {"network": network})


def test_a_gradient_through_a_step() -> None:
    assert exercise("forward-pass", "1", 1, {"network": "2-2-1:step"}).parts
    with pytest.raises(InputError, match="has no value on this network"):
        exercise("backward-pass", "1", 1, {"network": "2-2-1:step"})


@pytest.mark.parametrize("level", LEVELS)
def test_no_weight_is_the_input_that_it_multiplies(level: int) -> None:
    for seed in range(60):
        network = exercise("forward-pass", str(seed), level).network
        assert network and network.inputs and network.layers[0].weights
        for row in network.layers[0].weights:
            assert all(abs(w) != abs(x) for w, x in zip(row, network.inputs[0], strict=True))


def test_wrong_numbers_are_a_sequence_of_records() -> None:
    wrong = WrongNumbers(("a", "b"), (1.0, 2.0))
    assert wrong == tuple(wrong) and wrong[1].mistake == "b" and wrong[:1] == (wrong[0],)
    assert wrong != WrongNumbers(("a", "c"), (1.0, 2.0)) and repr(wrong) == repr(tuple(wrong))
    assert hash(wrong) == hash(tuple(wrong)) and len(wrong) == 2
