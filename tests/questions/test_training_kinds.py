"""The kinds of the training step: the same seed gives the same exercise, a higher level is more work, every sentence is
there."""

from __future__ import annotations

import pytest

from backtrace.notation.loading import load_profile
from backtrace.questions.asking import exercise
from backtrace.questions.kinds import MODULES, kind
from backtrace.questions.records import LEVELS, Instance, Whole
from backtrace.questions.words import language
from backtrace.questions.writing import exercise_document
from backtrace.render.document import Group, Lines, WorkedLines

STEP_KINDS = (
    "forward-pass",
    "loss",
    "output-delta",
    "hidden-gradient",
    "backward-pass",
    "update",
    "two-steps",
    "batch-of-two",
    "momentum-step",
    "adam-step",
    "chain-with-blank",
    "paths",
    "factor-and-memoise",
    "vectorise",
    "perceptron-run",
    "xor-by-hand",
    "softmax-cross-entropy",
    "weight-initialisation",
)


def test_the_kinds_are_there() -> None:
    assert set(STEP_KINDS) <= set(MODULES)
    for name in STEP_KINDS:
        assert kind(name).name == name


@pytest.mark.parametrize("name", STEP_KINDS)
def test_the_same_seed_gives_the_same_exercise(name: str) -> None:
    assert repr(exercise(name, "7", 2)) == repr(exercise(name, "7", 2))
    assert exercise(name, "7", 2).note != exercise(name, "8", 2).note


def effort(instance: Instance) -> int:
    """How many lines the full solution has; where there is none, how much is asked about how large a network."""
    document = exercise_document([instance], language("en"), load_profile("mazur"), "solution")
    group = document.blocks[0]
    assert isinstance(group, Group)
    blocks = [block.lines if isinstance(block, WorkedLines) else block for block in group.blocks]
    sections = [section for block in blocks if isinstance(block, Lines) for section in block.sections]
    lines = sum(len(section.items) for section in sections)
    network = instance.network
    assert network is not None
    counts = sum(abs(part.answer.value) for part in instance.parts if isinstance(part.answer, Whole))
    return lines + 5 * counts + len(instance.parts) * (len(network.parameters()) + network.samples)


@pytest.mark.parametrize("name", STEP_KINDS)
def test_a_higher_level_is_more_work(name: str) -> None:
    by_level = [sum(effort(exercise(name, str(seed), level)) for seed in range(6)) for level in LEVELS]
    assert by_level == sorted(by_level)
    assert len(set(by_level)) == 3


@pytest.mark.parametrize("name", STEP_KINDS)
@pytest.mark.parametrize("code", ["en", "de"])
def test_every_sentence_is_there(name: str, code: str) -> None:
    for level in LEVELS:
        for show in ("sheet", "answers", "solution"):
            document = exercise_document([exercise(name, "3", level)], language(code), load_profile("mazur"), show)
            assert document.blocks
