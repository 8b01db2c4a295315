"""A topic as one HTML file."""

from __future__ import annotations

from backtrace.derivation.general.explain import Explanation
from backtrace.render.body import Row
from backtrace.render.escapes import html_text
from backtrace.render.explain import TopicMathPage
from backtrace.render.html_page import WIDTH, InHtml, part_of, set_in_html
from backtrace.render.mathematics import SHAPE_SIGNS
from backtrace.render.mathml_names import name
from backtrace.render.options import PageOptions


class TopicHtmlPage(InHtml, TopicMathPage):
    """A topic in HTML."""

    def comment(self, row: Row) -> str:
        shapes = name(row.shapes.translate(SHAPE_SIGNS).replace("ℓ", r"\ell ")) if row.shapes else ""
        rule = f"<mtext>({html_text(row.rule)})</mtext>" if row.rule else ""
        return '<mspace width="1em"/>'.join(part for part in (shapes, rule) if part)

    def in_column(self, comment: str) -> str:
        return f'<mspace width="2em"/>{comment}'

    def below(self, comment: str) -> str:
        return f'<mspace width="2em"/>{comment}'


def topic_in_html(explanation: Explanation, options: PageOptions) -> str:
    """The whole page."""
    return set_in_html(TopicHtmlPage(explanation, options, html_text, WIDTH), explanation.topic.title)


def topic_part(explanation: Explanation, options: PageOptions) -> str:
    """The page without <html> and <head>."""
    return part_of(TopicHtmlPage(explanation, options, html_text, WIDTH))
