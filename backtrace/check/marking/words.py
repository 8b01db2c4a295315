"""What marking says, in the language of the sheet: verdicts, remarks, hints."""

from __future__ import annotations

from collections.abc import Sequence

from backtrace.check.marking.records import PARTLY, Mark
from backtrace.check.records import WRONG, Note
from backtrace.errors import InputError, printable
from backtrace.questions.answer_form import words
from backtrace.questions.mistake_words import reason_of, told
from backtrace.questions.words import Language

# The remarks that have a sentence; others are for the checker's own page.
NOTES = (
    "fewer_digits", "answered_twice", "not_read", "no_number", "no_whole_number", "no_shape", "no_letters", "too_long",
    "one_letter", "trivial_follow_through", "too_much_work", "not_checked", "line_wrong", "cut_off", "rounded_early",
    "constant_cut_off", "sign_of_delta", "other_loss", "other_reduction",
)  # fmt: skip


def say(language: Language, key: str, *args: object) -> str:
    """A sentence of marking, its arguments as text."""
    return words(language, f"mark_{key}", *(printable(str(arg), 200) for arg in args))


def noted(language: Language, notes: Sequence[Note]) -> str:
    """Remarks as sentences, one after the other."""
    return "; ".join(say(language, f"note_{note.id}", *note.args) for note in notes if note.id in NOTES)


def verdict(language: Language, mark: Mark) -> str:
    """The verdict on a part in words."""
    return say(language, f"verdict_{mark.verdict}")


def hint(language: Language, mark: Mark, options: bool = False) -> str:
    """What helps with a wrong part and gives nothing away: the hint of the mistake, where one alone explains it or all
    that do have the same; else where to look. Empty where there is nothing to mend. options: there are some to choose
    from."""
    if mark.verdict not in (WRONG, PARTLY):
        return ""
    found = [told(id, language.code) for id in mark.mistakes]
    hints = {one.hints[0] for one in found if one is not None and one.hints}
    if len(hints) == 1 and None not in found:
        return hints.pop()
    return say(language, "hint_options" if options else "hint_several" if hints else "hint_unknown")


def name_of(language: Language, mistake: str) -> str:
    """A mistake in a few words; what merely tempts by its belief; else its id."""
    found = told(mistake, language.code)
    return (found.name if found is not None else "") or belief_of(language, mistake)


def behind(language: Language, mistake: str) -> str:
    """The belief of a mistake of the catalogue; what tempts about an option of a bank, said as that."""
    belief = belief_of(language, mistake)
    return belief if told(mistake, language.code) is not None else say(language, "tempts", belief)


def belief_of(language: Language, mistake: str) -> str:
    """What is behind a wrong answer, in a sentence; its id where it is of a bank that is not here."""
    try:
        return reason_of(mistake, language.code)
    except InputError:
        return mistake
