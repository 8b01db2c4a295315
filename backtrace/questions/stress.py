"""Many seeds of a sheet or a kind: faults, and keys that do not come out of the text of the sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from backtrace.errors import InputError, own_fault, printable
from backtrace.questions.joining import joint
from backtrace.questions.labels import asked_together, labelled
from backtrace.questions.mistake_words import told
from backtrace.questions.records import Answer, Choice, Essay, Formula, Numeric, Whole
from backtrace.questions.seed_range import drawn
from backtrace.questions.sheet_file import SheetFile
from backtrace.questions.variants import Variant

if TYPE_CHECKING:
    from backtrace.questions.reading_back import Compared

OF_BANKS = ("true-false", "multiple-choice")


class Seen(NamedTuple):
    """What one seed showed. fault: empty where the sheet could be made; numbers: (part, value, digits) of answers that
    are numbers; places: (part, how many options, where the right one stands); recomputed, by_person: how many answers
    came out of the text of the sheet, and how many are words; unread: why others did not; ours: the program broke;
    seconds: for all of that."""

    seed: int
    fault: str
    note: str = ""
    numbers: tuple[tuple[str, float, int], ...] = ()
    places: tuple[tuple[str, int, int], ...] = ()
    recomputed: int = 0
    by_person: int = 0
    unread: tuple[str, ...] = ()
    ours: bool = False
    seconds: float = 0.0


def look(sheets: Sequence[SheetFile], seed: int) -> Seen:
    """Draws the sheet of the seed and holds every answer against its own interval, against its wrong ones, and against
    what the text of the sheet comes to. Of several sheets, which are the levels of a kind, each has its turn."""
    start = perf_counter()
    try:
        seen = _looked(sheets, seed)
    except InputError as error:
        seen = Seen(seed, printable(str(error), 300))
    except Exception as error:  # one seed at which we break does not hide the others
        seen = Seen(seed, own_fault(error), ours=True)
    return seen._replace(seconds=perf_counter() - start)


def _looked(sheets: Sequence[SheetFile], seed: int) -> Seen:
    sheet = sheets[(seed - 1) % len(sheets)]
    variant = drawn(sheet, seed)
    numbers: list[tuple[str, float, int]] = []
    places: list[tuple[str, int, int]] = []
    for one in labelled(variant.exercises):
        answer = one.part.answer
        label = one.label if len(sheets) == 1 else f"level {one.instance.level}"
        if isinstance(answer, Numeric):
            numbers.append((label, float(answer.value), answer.digits))
        elif isinstance(answer, Whole):
            numbers.append((label, float(answer.value), 0))
        elif isinstance(answer, Choice) and not answer.several:
            right = [n for n, option in enumerate(answer.options) if option.right]
            places.append((label, len(answer.options), right[0] if right else -1))
    again = reread(variant, sheet.page.language)
    return Seen(
        seed,
        "; ".join([*faults(variant), *again.mismatches]),
        variant.note,
        tuple(numbers),
        tuple(places),
        again.recomputed,
        again.by_person,
        again.unread,
    )


def reread(variant: Variant, code: str = "en") -> Compared:
    """The answers beside those that a reader of its own gets from the text of the sheet in that language."""
    from backtrace.notation.loading import load_profile
    from backtrace.questions.reading_back import compared
    from backtrace.questions.words import labels, language
    from backtrace.questions.writing import exercise_document
    from backtrace.render.document import DocumentOptions
    from backtrace.render.documents import write
    from backtrace.render.options import PageOptions

    words, profile = language(code), load_profile("mazur")
    instances = [joint(group) for group in asked_together(variant.exercises)]
    options = DocumentOptions(profile, PageOptions(decimal=words.decimal), labels(words))
    page = write(exercise_document(instances, words, profile), "markdown", options)
    return compared(page, instances, code)


def faults(variant: Variant) -> Iterator[str]:
    """What may not be: an answer outside of its own interval, a wrong one inside, two options alike, no right one."""
    for one in labelled(variant.exercises):
        answer = one.part.answer
        if isinstance(answer, Numeric):
            if not answer.low <= answer.value <= answer.high:
                yield f"{one.label}: the answer lies outside of what is accepted"
            for wrong in answer.wrong:
                if isinstance(wrong.value, float | int) and answer.low <= wrong.value <= answer.high:
                    yield f"{one.label}: {wrong.mistake} gives an answer that is accepted"
        elif isinstance(answer, Choice):
            right = [option for option in answer.options if option.right]
            if not right or (len(right) > 1 and not answer.several):
                yield f"{one.label}: {len(right)} options are right"
            if len({option.text for option in answer.options}) < len(answer.options):
                yield f"{one.label}: two options are alike"
            for option in answer.options:
                if not option.right and not option.why:
                    yield f"{one.label}: a wrong option names no mistake"
        # Why an option of a bank tempts stands in its file, which need not be ours.
        if one.instance.kind not in OF_BANKS:
            for mistake in mistakes_of(answer):
                if not known(mistake):
                    yield f"{one.label}: nothing says what the mistake {mistake} is"


def mistakes_of(answer: Answer) -> Iterator[str]:
    """The mistakes behind the wrong answers and options."""
    if isinstance(answer, Choice):
        yield from (option.why for option in answer.options if option.why)
    elif isinstance(answer, Formula):
        yield from (mistake for mistake, _ in answer.wrong)
    elif not isinstance(answer, Essay):
        yield from (wrong.mistake for wrong in answer.wrong)


@lru_cache(maxsize=1024)
def known(mistake: str) -> bool:
    """Whether it can be said what is believed."""
    return told(mistake, "en") is not None
