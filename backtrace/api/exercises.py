"""One exercise, and its sheet, answers and solution as pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from backtrace.api.profiles import DEFAULT_NOTATION, profile_named

if TYPE_CHECKING:
    from backtrace.questions.records import Instance
    from backtrace.render.document import Document
    from backtrace.render.options import PageOptions


class ExercisePage(NamedTuple):
    """What `exercise` gives: one exercise as drawn, and pages of it."""

    instance: Instance
    notation: str = DEFAULT_NOTATION
    language: str = "en"

    def document(self, show: str = "sheet") -> Document:
        """The exercise as data for a page; show: "sheet", "answers" or "solution"."""
        from backtrace.questions.words import language
        from backtrace.questions.writing import exercise_document

        return exercise_document([self.instance], language(self.language), profile_named(self.notation), show)

    def page(self, format: str = "text", show: str = "sheet", options: PageOptions | None = None) -> str:
        """The page as text: text, markdown, latex, html or json."""
        from backtrace.questions.words import labels, language
        from backtrace.render.document import DocumentOptions
        from backtrace.render.documents import write
        from backtrace.render.options import PageOptions

        words = language(self.language)
        page = (options or PageOptions(decimal=words.decimal))._replace(words=words.derivations)
        return write(self.document(show), format, DocumentOptions(profile_named(self.notation), page, labels(words)))

    @property
    def answers(self) -> list[Any]:
        """The answers of the parts, in order."""
        return [part.answer for part in self.instance.parts]

    def to_dict(self) -> dict[str, Any]:
        """The JSON of the sheet."""
        import json

        found: dict[str, Any] = json.loads(self.page("json"))
        return found

    def __str__(self) -> str:
        return self.page("text")

    def _repr_markdown_(self) -> str:
        return self.page("markdown")


def exercise(
    kind: str,
    seed: str | int = 1,
    level: int = 1,
    notation: str = DEFAULT_NOTATION,
    language: str = "en",
    **settings: object,
) -> ExercisePage:
    """One exercise of a kind: the same for the same seed, level and settings. Raises InputError for what there is not,
    and where 20 draws found no numbers that suit."""
    from backtrace.questions.asking import exercise as asked
    from backtrace.questions.words import language as known

    known(language)
    return ExercisePage(asked(kind, str(seed), level, settings), notation, language)
