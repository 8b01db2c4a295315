"""What practice shows: names, headings, sheets and lines, as text of one width in one notation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from backtrace.check.practice.words import teller
from backtrace.derivation.steps import Section, Step
from backtrace.expression.tree import symbol
from backtrace.network.quantity import Key, neutral
from backtrace.network.records import Network
from backtrace.notation.profile import Profile
from backtrace.notation.spelling import Spelling
from backtrace.render.options import PageOptions
from backtrace.render.text import TextWriter, plain

if TYPE_CHECKING:
    from backtrace.check.practice.paper import Paper
    from backtrace.questions.records import Instance, Part
    from backtrace.questions.words import Language
    from backtrace.render.document import Block


class Writing(NamedTuple):
    """How practice is written. level: how hard numbers are that are drawn; language: a code such as "en"."""

    profile: Profile
    digits: int = 4
    level: int = 1
    width: int = 84
    ascii: bool = False
    language: str = "en"

    def say(self, key: str, *args: object) -> str:
        """A sentence of practice."""
        return teller(self.language)(key, *args)

    @property
    def options(self) -> PageOptions:
        """The same for a page."""
        page = PageOptions(digits=self.digits, width=self.width, ascii=self.ascii)
        if self.language == "en":
            return page
        spoken = self.spoken
        return page._replace(decimal=spoken.decimal, words=spoken.derivations)

    @property
    def spoken(self) -> Language:
        """The language of sheets."""
        from backtrace.questions.words import language

        return language(self.language)

    def name(self, network: Network, key: Key) -> str:
        """A quantity as it is shown."""
        spelling = Spelling(self.profile, network)
        return spelling.ascii(key) if self.ascii else spelling.text(key)

    def figure(self, network: Network, text: str) -> str:
        """A number as it is shown, from its machine spelling."""
        return TextWriter(Spelling(self.profile, network), self.ascii, self.options.comma).figure(text)

    def heading(self, network: Network, section: Section) -> str:
        """The heading of a section of a derivation."""
        from backtrace.render.one_line import section_heading

        return section_heading(network, self.profile, section, self.options)

    def line(self, paper: Paper, step: Step, letters: bool = False) -> str:
        """A step: symbols = numbers = value. letters: without the numbers."""
        from backtrace.render.one_line import step_lines

        options = self.options._replace(show=("symbols",)) if letters else self.options
        values = {} if letters else paper.values(step.forms[-1])
        return step_lines(paper.network, self.profile, [step], values, options)

    def known(self, paper: Paper, keys: Sequence[Key], words: str = "known") -> tuple[str, ...]:
        """Numbers that are told, and written down as if the person had worked them out."""
        from backtrace.render.one_line import step_lines

        for key in keys:
            if paper.lines.canonical(key) not in paper.given:
                paper.fill_in(key)
        found = [Step(neutral(key), "result", symbol(key), (), paper.right(key)) for key in keys]
        return (f"{self.say(words)}\n{step_lines(paper.network, self.profile, found, {}, self.options)}",)

    def given(self, network: Network) -> tuple[str, ...]:
        """A network in words and with its numbers."""
        from backtrace.questions.making import network_given
        from backtrace.questions.writing import given_blocks

        return (self._text(given_blocks(network_given(network), self.spoken), network),)

    def sheet(self, instance: Instance) -> str:
        """What stands above the parts of an exercise."""
        from backtrace.questions.writing import given_blocks

        return self._text(given_blocks(instance.given, self.spoken), instance.network)

    def question(self, instance: Instance, part: Part) -> str:
        """What a part asks, with its options."""
        from backtrace.questions.records import Choice
        from backtrace.questions.writing import asked_digits, given_blocks
        from backtrace.render.document import Choices, Paragraph

        spoken = self.spoken
        blocks: list[Block] = given_blocks(part.given, spoken)
        blocks.append(Paragraph((*spoken.say(part.ask), *asked_digits(part, spoken))))
        if isinstance(part.answer, Choice):
            options = tuple(spoken.say(option.text) for option in part.answer.options)
            blocks.append(Choices(options, part.answer.several))
        return self._text(blocks, instance.network)

    def solution(self, instance: Instance, part: Part) -> str:
        """How a part comes out, without the whole derivation of its network."""
        from backtrace.questions.records import Derived
        from backtrace.questions.writing import answer_blocks, solution_blocks

        spoken = self.spoken
        short = part._replace(solution=tuple(piece for piece in part.solution if not isinstance(piece, Derived)))
        blocks = [*answer_blocks(part, spoken), *solution_blocks((short,), spoken, self.profile)]
        return self._text(blocks, instance.network)

    def _text(self, blocks: Sequence[Block], network: Network | None) -> str:
        from backtrace.questions.words import labels
        from backtrace.render.document import Document, DocumentOptions, Group
        from backtrace.render.documents import write

        document = Document("", name_line=False, blocks=(Group(tuple(blocks), network, True),))
        options = DocumentOptions(self.profile, self.options, labels(self.spoken))
        text = write(document, "text", options).strip("\n")
        return plain(text) if self.ascii else text
