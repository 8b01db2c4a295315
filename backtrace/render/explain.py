"""The pages of a topic: those of a derivation, with its own header and footer, and letters for indices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from backtrace.derivation.general.explain import Explanation
from backtrace.derivation.steps import Remark, Section
from backtrace.errors import InputError, nearest, printable
from backtrace.expression.tree import Expr, symbol
from backtrace.network.quantity import Key
from backtrace.notation.lettered import LetteredSpelling
from backtrace.render.layout import wrapped
from backtrace.render.mathematics import MathPage
from backtrace.render.options import PageOptions
from backtrace.render.terminal import Page
from backtrace.render.text import plain
from backtrace.render.topic_words import TOPIC_WORDS
from backtrace.render.words import WORDS, say

ALL_WORDS = {**WORDS, **TOPIC_WORDS}


class TopicPage(Page):
    """A topic in a terminal."""

    def __init__(self, explanation: Explanation, options: PageOptions) -> None:
        self.explanation = explanation
        super().__init__(explanation.derivation, spelling_of(explanation), options)

    def say(self, remark: Remark | Section) -> str:
        """A sentence, formulas written out."""
        words = say(remark.words, remark.args, self.formula, printable, self.named, ALL_WORDS)
        return plain(words) if self.options.ascii else words

    def formula(self, e: Expr | Key) -> str:
        """A formula within a sentence."""
        return self.writer.write(e if isinstance(e, Expr) else symbol(e))

    def header(self) -> list[str]:
        """The topic's name and title."""
        return wrapped(titled(self.explanation), self.width, "   ")

    def footer(self) -> list[str]:
        """How it was checked."""
        return wrapped(self.say(how_checked(self.explanation)), self.width, "")


class TopicMathPage(MathPage):
    """A topic for pages that are set by LaTeX, KaTeX or MathJax."""

    def __init__(
        self, explanation: Explanation, options: PageOptions, escape: Callable[[str], str], width: int
    ) -> None:
        self.explanation = explanation
        super().__init__(explanation.derivation, spelling_of(explanation), options, escape, width)

    def say(self, remark: Remark | Section) -> str:
        """A sentence, formulas between dollar signs."""
        return say(remark.words, remark.args, self.formula, self.escape, self.named, ALL_WORDS)

    def formula(self, e: Expr | Key) -> str:
        """A formula within a sentence."""
        return f"${self.writer.write(e if isinstance(e, Expr) else symbol(e))}$"

    def header(self) -> str:
        """The topic's title."""
        return self.escape(titled(self.explanation))

    def footer(self) -> str:
        """How it was checked."""
        return self.say(how_checked(self.explanation))


def spelling_of(explanation: Explanation) -> LetteredSpelling:
    """The letters of the notation, and for a network asked about its layers by number."""
    network = explanation.asked.network
    return LetteredSpelling(explanation.asked.profile, len(network.layers) if network else 0)


def titled(explanation: Explanation) -> str:
    """The topic's name and title."""
    return f"{explanation.topic.name}: {explanation.topic.title}"


def how_checked(explanation: Explanation) -> Remark:
    """What was done to check the page."""
    networks, functions = " and ".join(explanation.tried_on), ", ".join(explanation.functions)
    return Remark("how_checked", (explanation.equalities, networks, functions))


def _terminal(explanation: Explanation, options: PageOptions) -> str:
    return TopicPage(explanation, options).text()


def _markdown(explanation: Explanation, options: PageOptions) -> str:
    from backtrace.render.escapes import markdown_text
    from backtrace.render.markdown import WIDTH, set_in_markdown

    return set_in_markdown(TopicMathPage(explanation, options, markdown_text, WIDTH))


def _latex(explanation: Explanation, options: PageOptions) -> str:
    from backtrace.render.escapes import latex_text
    from backtrace.render.latex_page import WIDTH, set_in_latex

    return set_in_latex(TopicMathPage(explanation, options, latex_text, WIDTH), explanation.topic.name)


def _beamer(explanation: Explanation, options: PageOptions) -> str:
    from backtrace.render.escapes import latex_text
    from backtrace.render.latex_page import SLIDE_WIDTH, set_as_slides

    return set_as_slides(TopicMathPage(explanation, options, latex_text, SLIDE_WIDTH), explanation.topic.name)


def _json(explanation: Explanation, options: PageOptions) -> str:
    import json

    return json.dumps(document(explanation, options), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def document(explanation: Explanation, options: PageOptions) -> dict[str, Any]:
    """The topic as data, every line with its rule, in plain text and in LaTeX, in the notation asked for."""
    page = TopicMathPage(explanation, options, str, 1000)
    text = TopicPage(explanation, options._replace(ascii=True)).writer
    steps = []
    for step in explanation.derivation.steps():
        written = {write: [w.write(form) for form in step.forms] for write, w in (("text", text), ("latex", page.writer))}
        steps.append(
            {
                "id": step.id,
                "name": text.write(step.left),
                "symbolic": {write: " = ".join(forms) for write, forms in written.items()},
                "rule": step.rule,
                "shapes": step.shapes,
            }
        )
    return {
        "version": 1,
        "topic": explanation.topic.name,
        "notation": explanation.asked.profile.name,
        "checked": {
            "networks": list(explanation.tried_on),
            "activations": list(explanation.functions),
            "equalities": explanation.equalities,
        },
        "steps": steps,
    }


FORMATS = {"terminal": _terminal, "markdown": _markdown, "latex": _latex, "beamer": _beamer, "json": _json}


def explanation_page(explanation: Explanation, format: str, options: PageOptions) -> str:
    """The page as text; raises InputError for a format that does not exist."""
    if format not in FORMATS:
        raise InputError(f"there is no format '{printable(format)}'", hint=nearest(format, FORMATS))
    return FORMATS[format](explanation, options)
