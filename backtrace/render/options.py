"""What a reader chooses about a page."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import NamedTuple

from backtrace.expression.kept import Same
from backtrace.render.numbers import NumberStyle
from backtrace.render.words import WORDS

SHOW = ("symbols", "numbers", "value")
PAPERS = ("a4", "letter")


class PageOptions(NamedTuple):
    """The choices of one page.

    digits, decimals: see NumberStyle; decimal: "point" or "comma"; width: of the page in characters, None for the
    format's own; ascii: nothing but ASCII (terminal only); show: which of SHOW; standalone: a whole document, not a
    fragment (LaTeX only); typed: what to type behind `backtrace derive` to get this network again; paper: of a LaTeX
    document, one of PAPERS; templates: a folder whose templates take the place of those that ship; whole: matrices are
    written in full, however large; words: the sentences of a derivation, in the language of the page.
    """

    digits: int = 6
    decimals: int | None = None
    decimal: str = "point"
    width: int | None = None
    ascii: bool = False
    show: tuple[str, ...] = SHOW
    standalone: bool = False
    typed: str = ""
    paper: str = "a4"
    templates: str = ""
    whole: bool = False
    words: Mapping[str, str] = WORDS

    @property
    def key(self) -> tuple[Hashable, ...]:
        """What tells these options from others; the sentences by being the same ones."""
        return (*self[: self._fields.index("words")], Same(self.words), *self[self._fields.index("words") + 1 :])

    @property
    def style(self) -> NumberStyle:
        """How results are rounded."""
        return NumberStyle(self.digits, self.decimals)

    @property
    def comma(self) -> bool:
        """Whether numbers have a decimal comma."""
        return self.decimal == "comma"
