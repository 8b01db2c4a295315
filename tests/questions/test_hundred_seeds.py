"""Every kind over a hundred seeds, the levels in turn: right answers are accepted and wrong ones are not, no two wrong
ones agree, and every answer comes out of the text of the sheet, read by a reader that never sees the exercise."""

from __future__ import annotations

import pytest

from backtrace.errors import InputError
from backtrace.expression.reader import read
from backtrace.expression.rounding import rounded
from backtrace.expression.tree import symbols
from backtrace.network.quantity import neutral
from backtrace.notation.loading import load_profile
from backtrace.questions.asking import exercise
from backtrace.questions.formulas import same
from backtrace.questions.kinds import MODULES, kind
from backtrace.questions.reading_back import compared
from backtrace.questions.records import LEVELS, Choice, Essay, Formula, Instance, Numeric, Part, Shape, Whole
from backtrace.questions.words import labels, language
from backtrace.questions.writing import exercise_document
from backtrace.render.document import DocumentOptions
from backtrace.render.documents import write
from backtrace.render.options import PageOptions

SEEDS = 100
# The kinds that want zeros, or whole outputs of less than a thousandth.
SMALL_WANTED = ("xor-by-hand",)
# The kinds with fewer exercises than half of the seeds: questions of the bank, and topics.
FEW = ("true-false", "multiple-choice", "derivation-to-write", "symbolic-count", "factor-and-memoise")


def sheet_of(instance: Instance, code: str = "en") -> str:
    """The Markdown that a student gets."""
    words, profile = language(code), load_profile("mazur")
    options = DocumentOptions(profile, PageOptions(decimal=words.decimal), labels(words))
    return write(exercise_document([instance], words, profile), "markdown", options)


@pytest.mark.parametrize("name", MODULES)
def test_a_hundred_seeds(name: str) -> None:
    notes = set()
    for seed in range(SEEDS):
        instance = exercise(name, str(seed), LEVELS[seed % 3])
        assert instance.kind == name and (seed % 20 or instance == exercise(name, str(seed), LEVELS[seed % 3]))
        notes.add(instance.note)
        answers = kind(name).samples(instance)
        for part, found in zip(instance.parts, answers, strict=True):
            check_part(part, found, name)
        read_back = compared(sheet_of(instance), [instance])
        assert read_back.mismatches == ()
        # What is unread says what to add to backtrace/questions/reading_back.
        assert read_back.unread == ()
        assert read_back.recomputed + read_back.by_person == len(instance.parts)
    assert name in FEW or len(notes) > SEEDS / 2


@pytest.mark.parametrize("name", MODULES)
@pytest.mark.parametrize("level", LEVELS)
def test_a_german_sheet_with_decimal_commas_comes_to_the_same(name: str, level: int) -> None:
    for seed in ("1", "2"):
        instance = exercise(name, seed, level)
        page = sheet_of(instance, "de")
        found = compared(page, [instance], "de")
        assert (found.mismatches, found.unread) == ((), ())
        assert found.recomputed + found.by_person == len(instance.parts)


def check_part(part: Part, found: tuple[str, str, str, str], name: str) -> None:
    """The answer, and the right one, the one in disguise, the wrong and the malformed one that the kind makes."""
    right, disguised, wrong, malformed = found
    answer = part.answer
    assert isinstance(answer, Essay) or malformed not in (right, disguised, wrong)
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
        assert int(right) == int(float(disguised)) == answer.value != int(wrong)
        assert len({answer.value, *(one.value for one in answer.wrong)}) == len(answer.wrong) + 1
        with pytest.raises(ValueError, match="convert"):
            float(malformed)
    elif isinstance(answer, Shape):
        assert right == disguised.replace(" × ", "x") == "x".join(map(str, answer.dims)) != wrong
        assert len({right, *(one.value for one in answer.wrong)}) == len(answer.wrong) + 1
        assert not malformed.strip("x")
    elif isinstance(answer, Choice):
        assert right == disguised.upper().replace(", ", " ") == answer.letters != wrong
        assert answer.letters and (answer.several or len(right) == 1)
        assert len({option.text for option in answer.options}) == len(answer.options)
        assert all(option.right == (not option.why) for option in answer.options)
    elif isinstance(answer, Formula):
        names = {neutral(key): key for key in symbols(answer.expr)}  # type: ignore[arg-type]
        as_read = [read(text, names.get) for text in (right, disguised, wrong)]
        assert [same(form, answer.expr) for form in as_read] == [True, True, False]
        with pytest.raises(InputError):
            read(malformed, names.get)
        assert not any(same(form, answer.expr) for _, form in answer.wrong)
    else:
        assert set(found) == {""}
