"""Page layout: fills the templates that ship with the program. The only importer of jinja2.

Templates hold layout and no logic about mathematics. What is put in is data: it is never read as a template.
"""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from backtrace.shipped import shipped


@cache
def environment() -> Environment:
    """The one environment, with signs that neither LaTeX nor Markdown uses."""
    return Environment(
        loader=FileSystemLoader(shipped("templates")),
        undefined=StrictUndefined,
        autoescape=False,  # every value is escaped for its page before it comes here
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        comment_start_string="<#",
        comment_end_string="#>",
    )


def fill(template: str, **values: object) -> str:
    """The template with its values."""
    return environment().get_template(template).render(**values)
