"""`backtrace exercise` and `bt.exercise`."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

import backtrace as bt
from backtrace.cli.exercise import command
from backtrace.errors import InputError
from backtrace.questions.kinds import MODULES


def run(*words: str) -> str:
    result = CliRunner().invoke(command, list(words), catch_exceptions=True)
    if isinstance(result.exception, InputError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def test_without_a_kind_all_are_listed() -> None:
    listed = run()
    assert [line.split()[0] for line in listed.splitlines()] == list(MODULES)


def test_the_settings_of_a_kind() -> None:
    listed = run("loss", "--settings")
    assert "digits" in listed and "mean_squared_error" in listed


def test_sheet_answer_and_solution_show_more_and_more() -> None:
    sheet, answer, solution = run("update"), run("update", "--answer"), run("update", "--solution")
    assert "____" in sheet and "accepted" not in sheet
    assert "accepted" in answer and "Solution" not in answer
    assert "Solution" in solution and "∂E/∂w" in solution


def test_the_same_words_give_the_same_bytes() -> None:
    assert run("two-steps", "--seed", "5", "--level", "3") == run("two-steps", "--seed", "5", "--level", "3")
    assert run("two-steps", "--seed", "5") != run("two-steps", "--seed", "6")


@pytest.mark.parametrize("name", ["markdown", "latex", "html", "json"])
def test_every_format(name: str) -> None:
    made = run("hidden-gradient", "--solution", "-f", name)
    assert len(made) > 500
    if name == "json":
        assert json.loads(made)["version"] == 1


def test_german_has_a_decimal_comma() -> None:
    made = run("forward-pass", "--answer", "--language", "de")
    assert "Aufgabe" in made and "Antwort" in made
    assert "0," in made and "0." not in made


def test_the_notation_changes_names_and_no_number() -> None:
    plain, other = bt.exercise("update", seed=4), bt.exercise("update", seed=4, notation="nielsen")
    assert plain.instance == other.instance
    assert str(plain) != str(other)


def test_settings_reach_the_kind() -> None:
    made = bt.exercise("forward-pass", seed=1, network="3-1", digits=5, activation="tanh")
    assert made.instance.network is not None and made.instance.network.input_size == 3
    assert all(answer.digits >= 5 for answer in made.answers)


def test_a_network_with_numbers_keeps_them() -> None:
    made = bt.exercise("hidden-gradient", seed=1, network="mazur", small=True)
    assert made.instance.network is not None
    assert made.instance.network.value(made.instance.network.parameters()[0]) == 0.15


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("forward-pas",), "there is no exercise kind 'forward-pas'"),
        (("backprop",), "there is no exercise kind 'backprop'"),
        (("multiple-choice", "--set", "question=zzz"), "there is no question 'zzz' in the bank"),
        (("find-the-mistake", "--set", "mistake=zzz"), "no mistake that can be planted is called 'zzz'"),
        (
            ("find-the-mistake", "--set", "mistake=count.units"),
            "no mistake that can be planted is called 'count.units'",
        ),
        (("update", "--set", "digit=4"), "there is no setting 'digit' here"),
        (("update", "--set", "digits=nine"), "digits cannot be 'nine'"),
        (("update", "--set", "digits"), "is not of the form SETTING=VALUE"),
        (("update", "--set", "activation=step"), "activation cannot be 'step'"),
        (("update", "--set", "learning_rate=fast"), "'fast' is not a number"),
        (("hidden-gradient", "--set", "network=2-1"), "the network has no hidden layer"),
        (("paths", "--set", "network=2-1"), "paths need two layers"),
        (("update", "--answer", "--solution"), "--solution shows the answers too"),
        (("update", "--standalone"), "--standalone has no meaning for the format terminal"),
    ],
)
def test_refusals(words: tuple[str, ...], what: str) -> None:
    with pytest.raises(InputError) as refused:
        run(*words)
    assert what in refused.value.what
    assert refused.value.hint


def test_numbers_that_cannot_be_found_say_the_seed() -> None:
    with pytest.raises(InputError, match="hidden-gradient, level 1, seed 1: no numbers were found"):
        bt.exercise("hidden-gradient", seed=1, network="mazur")


def test_a_level_that_is_not_there() -> None:
    with pytest.raises(InputError, match="there is no level 4"):
        bt.exercise("update", level=4)
