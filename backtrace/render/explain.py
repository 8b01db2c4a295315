"""The pages of a topic: those of a derivation, with its own header and footer, and letters for indices."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from backtrace.derivation.general.explain import Explanation
from backtrace.derivation.steps import Cell, Remark, Section, Table
from backtrace.errors import InputError, nearest, printable
from backtrace.expression.tree import Expr, symbol
from backtrace.network.quantity import Key
from backtrace.notation.lettered import LetteredSpelling, lowered
from backtrace.render.body import Block, Row
from backtrace.render.escapes import latex_text
from backtrace.render.layout import wrapped
from backtrace.render.mathematics import (
    EQUALS,
    INDENTED,
    NOTE_GAP,
    SHAPE_SIGNS,
    Group,
    Line,
    MathPage,
)
from backtrace.render.options import PageOptions
from backtrace.render.terminal import Lines, Page
from backtrace.render.text import plain
from backtrace.render.topic_words import TOPIC_WORDS
from backtrace.render.words import WORDS, say
from backtrace.render.writer import Writer

LONGEST = 500
SMALL_SIGN, SPACED_SIGN = 0.9, 1.2  # the width, in digits, of a sign of a rule and of one of shapes
INDEX = r"_\{([^}]*)\}"
ALL_WORDS = {**WORDS, **TOPIC_WORDS}


class TopicPage(Page):
    """A topic in a terminal."""

    def __init__(self, explanation: Explanation, options: PageOptions) -> None:
        self.explanation = explanation
        super().__init__(explanation.derivation, spelling_of(explanation), options)

    def say(self, remark: Remark | Section) -> str:
        """A sentence, formulas written out."""
        words = say(remark.words, remark.args, self.formula, literal, self.named, ALL_WORDS)
        return plain(words) if self.options.ascii else words

    def formula(self, e: Expr | Key) -> str:
        """A formula within a sentence."""
        return self.writer.write(e if isinstance(e, Expr) else symbol(e))

    def block(self, block: Block) -> Lines:
        """The lines of a block, the letters of shapes with their lower indices."""
        items = [i._replace(shapes=self.shapes(i.shapes)) if isinstance(i, Row) else i for i in block.items]
        return super().block(Block(tuple(items)))

    def header(self) -> list[str]:
        """The topic's title."""
        topic = self.explanation.topic
        words = literal(f"{topic.title}: {topic.about}")
        return wrapped(plain(words) if self.options.ascii else words, self.width, "   ")

    def shapes(self, shapes: str) -> str:
        """n_{l} as nₗ."""
        if self.options.ascii:
            return shapes.replace("ℓ", "ell")
        return re.sub(INDEX, lambda found: lowered(found[1].replace("-", "−")), shapes)

    def footer(self) -> list[str]:
        """How it was checked."""
        return wrapped(self.say(how_checked(self.explanation)), self.width, "")


class TopicMathPage(MathPage):
    """A topic for pages that are set by LaTeX, KaTeX or MathJax. beside: whether comments stand beside the rows of
    the section being made, else below them."""

    columns = 2

    def __init__(
        self, explanation: Explanation, options: PageOptions, escape: Callable[[str], str], width: int
    ) -> None:
        self.explanation = explanation
        self.beside = True
        super().__init__(explanation.derivation, spelling_of(explanation), options, escape, width)

    def say(self, remark: Remark | Section) -> str:
        """A sentence, formulas between dollar signs."""
        return say(remark.words, remark.args, self.formula, self.escape, self.named, ALL_WORDS)

    def formula(self, e: Expr | Key) -> str:
        """A formula within a sentence."""
        return self.mathematics(self.writer.write(e if isinstance(e, Expr) else symbol(e)))

    def measure(self, rows: list[Row]) -> None:
        """The comments of a section stand beside its rows where there is room for every one, else below them."""
        super().measure(rows)
        parts = max((self.writer.width(part) for row in rows for part in row.parts), default=0)
        comments = max((comment_of(row)[1] for row in rows), default=0)
        self.beside = self.left + EQUALS + parts + NOTE_GAP + comments <= self.width

    def group(self, row: Row) -> Group:
        """A row and its comment, in the column of comments or on the line below."""
        if row.value is not None:
            return super().group(row)
        room = self.width - self.left - EQUALS
        texts = [text for part in row.parts for text in self.writer.lines(part, room - INDENTED)]
        sign = "=" if row.continued else row.relation
        lines = [self.related(sign, texts[0]), *[self.indented(text) for text in texts[1:]]]
        comment = self.comment(row)
        if comment and self.beside:
            lines[-1] += self.in_column(comment)
        elif comment:
            lines.append(self.below(comment))
        left = "" if row.continued else self.writer.write(row.left)
        return Group(self.label(row.id), tuple(Line("" if n else left, line) for n, line in enumerate(lines)))

    def comment(self, row: Row) -> str:
        """What stands beside a row."""
        return comment_of(row)[0]

    def in_column(self, comment: str) -> str:
        """A comment in the column of comments."""
        return rf" && \qquad {comment}"

    def below(self, comment: str) -> str:
        """A comment on a line of its own."""
        return rf"\qquad {comment}"

    def header(self) -> str:
        """What the topic is about."""
        return self.escape(sentence(self.explanation.topic.about))

    def footer(self) -> str:
        """How it was checked."""
        return self.say(how_checked(self.explanation))


def comment_of(row: Row) -> tuple[str, float]:
    """What stands beside a row, in LaTeX, and how wide it is: its shapes as formulas, its rule in words."""
    shapes = row.shapes.translate(SHAPE_SIGNS).replace("ℓ", r"\ell ")
    rule = rf"\text{{\small ({latex_text(row.rule)})}}" if row.rule else ""
    wide = SMALL_SIGN * len(row.rule) + SPACED_SIGN * len(re.sub(r"[_{}]", "", row.shapes))
    return r" \quad ".join(part for part in (shapes, rule) if part), wide


def literal(text: str) -> str:
    """Text as it may stand on a terminal."""
    return printable(text, LONGEST)


def spelling_of(explanation: Explanation) -> LetteredSpelling:
    """The letters of the notation, and for a network asked about its layers by number."""
    network = explanation.asked.network
    return LetteredSpelling(explanation.asked.profile, len(network.layers) if network else 0)


def sentence(words: str) -> str:
    """Words with a capital letter and a full stop."""
    return f"{words[:1].upper()}{words[1:]}."


def how_checked(explanation: Explanation) -> Remark:
    """What was done to check the page."""
    *most, last = explanation.tried_on or ("",)
    networks = f"{', '.join(most)} and {last}" if most else last
    functions = ", ".join(explanation.functions)
    if not explanation.equalities:
        return Remark("how_checked_at_points", (explanation.points,))
    if not explanation.points:
        return Remark("how_checked", (explanation.equalities, networks, functions))
    return Remark("how_checked_both", (explanation.equalities, networks, functions, explanation.points))


def _terminal(explanation: Explanation, options: PageOptions) -> str:
    return TopicPage(explanation, options).text()


def _markdown(explanation: Explanation, options: PageOptions) -> str:
    from backtrace.render.escapes import markdown_text
    from backtrace.render.grids import markdown_table
    from backtrace.render.markdown import WIDTH, set_in_markdown

    made = TopicMathPage(explanation, options, markdown_text, WIDTH)
    made.set_table = markdown_table
    page = set_in_markdown(made)
    return f"## {markdown_text(explanation.topic.title)}\n\n{page}"


def _latex(explanation: Explanation, options: PageOptions) -> str:
    from backtrace.render.latex_page import WIDTH, set_in_latex

    return set_in_latex(TopicMathPage(explanation, options, latex_text, WIDTH), explanation.topic.title)


def _beamer(explanation: Explanation, options: PageOptions) -> str:
    from backtrace.render.latex_page import SLIDE_WIDTH, set_as_slides

    return set_as_slides(TopicMathPage(explanation, options, latex_text, SLIDE_WIDTH), explanation.topic.title)


def _html(explanation: Explanation, options: PageOptions) -> str:
    from backtrace.render.html_topic import topic_in_html

    return topic_in_html(explanation, options)


def _json(explanation: Explanation, options: PageOptions) -> str:
    import json

    return json.dumps(document(explanation, options), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def document(explanation: Explanation, options: PageOptions) -> dict[str, Any]:
    """The topic as data, every line with its rule, in plain text and in LaTeX."""
    page = TopicMathPage(explanation, options, str, 1000)
    text = TopicPage(explanation, options._replace(ascii=True)).writer
    steps = []
    for step in explanation.derivation.steps():
        written = {
            write: [w.write(form) for form in step.forms] for write, w in (("text", text), ("latex", page.writer))
        }
        value = {} if step.value is None else {"value": step.value}
        steps.append(
            {
                "id": step.id,
                "name": text.write(step.left),
                "symbolic": {write: " = ".join(forms) for write, forms in written.items()},
                "rule": step.rule,
                "shapes": step.shapes,
            }
            | value
        )
    tables = [
        as_data(item, page, text)
        for section in explanation.derivation.sections
        for item in section.items
        if isinstance(item, Table)
    ]
    return {
        "version": 1,
        "topic": explanation.topic.name,
        "title": explanation.topic.title,
        "checked": {
            "networks": list(explanation.tried_on),
            "activations": list(explanation.functions),
            "equalities": explanation.equalities + explanation.points,
        },
        "steps": steps,
    } | ({"tables": tables} if tables else {})


def as_data(table: Table, page: TopicMathPage, text: Writer) -> dict[str, Any]:
    """A table as data: titles and formulas in plain text, numbers as numbers."""

    def said(remark: Remark) -> str:
        return say(remark.words, remark.args, written, str, page.named, ALL_WORDS)

    def written(e: Expr | Key) -> str:
        return text.write(e if isinstance(e, Expr) else symbol(e))

    def cell(c: Cell) -> str | float | None:
        return said(c) if isinstance(c, Remark) else written(c) if isinstance(c, Expr) else c

    return {
        "id": table.id,
        "title": said(Remark(table.words, table.args)) if table.words else "",
        "columns": [cell(c) for c in table.heading],
        "rows": [[cell(c) for c in row] for row in table.rows],
    }


FORMATS = {
    "terminal": _terminal,
    "markdown": _markdown,
    "latex": _latex,
    "beamer": _beamer,
    "html": _html,
    "json": _json,
}


def explanation_page(explanation: Explanation, format: str, options: PageOptions) -> str:
    """The page as text; raises InputError for a format that does not exist."""
    if format not in FORMATS:
        raise InputError(f"there is no format '{printable(format)}'", hint=nearest(format, FORMATS))
    return FORMATS[format](explanation, options)
