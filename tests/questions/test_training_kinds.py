"""Every kind over a hundred seeds: right answers are accepted, wrong ones are not and differ, the same seed gives the
same exercise, and a higher level is more work."""

from __future__ import annotations

import pytest

from backtrace.expression.rounding import rounded
from backtrace.notation.loading import load_profile
from backtrace.questions.asking import exercise
from backtrace.questions.kinds import MODULES, kind
from backtrace.questions.records import LEVELS, Choice, Formula, Instance, Numeric, Part, Shape, Whole
from backtrace.questions.words import language
from backtrace.questions.writing import exercise_document
from backtrace.render.document import Group, Lines

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
)
# The kinds that want zeros, or whole outputs of less than a thousandth.
SMALL_WANTED = ("xor-by-hand",)
SEEDS = 100


def test_the_kinds_are_there() -> None:
    assert set(STEP_KINDS) <= set(MODULES)
    for name in STEP_KINDS:
        assert kind(name).name == name


@pytest.mark.parametrize("name", STEP_KINDS)
def test_a_hundred_seeds(name: str) -> None:
    notes = set()
    for seed in range(SEEDS):
        instance = exercise(name, str(seed), LEVELS[seed % 3])
        answers = kind(name).samples(instance)
        assert len(answers) == len(instance.parts)
        for part, found in zip(instance.parts, answers, strict=True):
            check_part(part, found, name)
        notes.add(instance.note)
    assert len(notes) > SEEDS / 2


def check_part(part: Part, found: tuple[str, str, str, str], name: str) -> None:
    right, disguised, wrong, malformed = found
    answer = part.answer
    assert malformed not in (right, disguised, wrong)
    if isinstance(answer, Numeric):
        assert answer.low < answer.value < answer.high
        assert name in SMALL_WANTED or abs(answer.value) >= 1e-3
        assert 1 <= answer.digits <= 6
        for text in (right, disguised):
            assert answer.low <= float(text) <= answer.high
        assert not answer.low <= float(wrong) <= answer.high
        with pytest.raises(ValueError, match="convert"):
            float(malformed)
        values = [float(one.value) for one in answer.wrong]
        shown = [rounded(value, answer.digits) for value in values]
        assert all(not answer.low <= value <= answer.high for value in (*values, *shown))
        assert len(set(shown)) == len(shown)
    elif isinstance(answer, Whole):
        assert int(right) == answer.value != int(wrong)
        assert answer.value not in [one.value for one in answer.wrong]
        assert len({one.value for one in answer.wrong}) == len(answer.wrong)
    elif isinstance(answer, Shape):
        assert right == "x".join(map(str, answer.dims))
        assert right not in [one.value for one in answer.wrong]
    elif isinstance(answer, Choice):
        assert right == answer.letters != wrong
        assert answer.several or len(right) == 1
        assert len({option.text for option in answer.options}) == len(answer.options)
        assert all(option.right == (not option.why) for option in answer.options)
    else:
        assert isinstance(answer, Formula)
        assert all(form != answer.expr for _, form in answer.wrong)


@pytest.mark.parametrize("name", STEP_KINDS)
def test_the_same_seed_gives_the_same_exercise(name: str) -> None:
    assert repr(exercise(name, "7", 2)) == repr(exercise(name, "7", 2))
    assert exercise(name, "7", 2).note != exercise(name, "8", 2).note


def effort(instance: Instance) -> int:
    """How many lines the full solution has; where there is none, how much is asked about how large a network."""
    document = exercise_document([instance], language("en"), load_profile("mazur"), "solution")
    group = document.blocks[0]
    assert isinstance(group, Group)
    sections = [section for block in group.blocks if isinstance(block, Lines) for section in block.sections]
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
