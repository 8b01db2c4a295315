"""What the checker says in the language of a reader: English beside the code, others in exercises/language."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from backtrace.render.words import say

Sentences = Mapping[str, str]


def sentences(english: Sentences, part: str, language: str) -> Sentences:
    """The table of a language; part: where it stands in the language's file. Raises InputError for one there is not."""
    if language == "en":
        return english
    from backtrace.questions.words import language_file

    return {**english, **language_file(language)[part]}


def teller(english: Sentences, part: str, language: str) -> Callable[..., str]:
    """A function that says a sentence of this language by its key, with its arguments."""
    table = sentences(english, part, language)
    return lambda key, *args: say(key, args, str, table=table)
