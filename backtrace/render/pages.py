"""Page layout: fills the templates that ship with the program, or a teacher's own. The only importer of jinja2.

Templates hold layout and no logic about mathematics. What is put in is data: it is never read as a template. A folder
of one's own is code of its owner's, as a script is: it comes from the command line and from nowhere else.
"""

from __future__ import annotations

import os.path
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError

from backtrace.errors import InputError, Place, nearest, printable
from backtrace.shipped import shipped

HTML = (".html.j2", ".svg.j2")


class Html(str):
    """Text that is HTML already and needs no more escaping."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


def environment(folder: str = "") -> Environment:
    """The environment whose templates are those of the folder, and for any that it lacks those that ship."""
    return _environment(os.path.abspath(folder) if folder else "")


@cache
def _environment(folder: str) -> Environment:
    """The signs of templates are such as neither LaTeX nor Markdown nor HTML uses."""
    return Environment(
        loader=FileSystemLoader([*([folder] if folder else []), shipped("templates")]),
        undefined=StrictUndefined,
        autoescape=lambda name: bool(name and name.endswith(HTML)),  # for others every value is escaped before
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


def fill(template: str, folder: str = "", **values: object) -> str:
    """The template with its values; raises InputError for a template of the folder that cannot be filled."""
    if not folder:
        return environment().get_template(template).render(**values)
    try:
        return environment(folder).get_template(template).render(**values)
    except TemplateError as error:
        file, line = getattr(error, "filename", None) or folder, getattr(error, "lineno", None) or 0
        place = Place(printable(str(file), 300), line)
        what = f"the template {template} cannot be filled: {printable(str(error.message), 300)}"
        raise InputError(what, place, "the page docs/templates.md says what data it receives") from None


def check_folder(folder: str) -> None:
    """Raises InputError unless the folder exists and replaces at least one template and nothing that is none."""
    names = sorted(name for name in os.listdir(folder) if name.endswith(".j2")) if os.path.isdir(folder) else None
    place = Place(printable(folder))
    if names is None:
        raise InputError("there is no such folder of templates", place, "--templates takes a folder")
    known = sorted(os.listdir(shipped("templates")))
    if not names:
        raise InputError("no template in this folder", place, f"it may hold {', '.join(known)}")
    for name in names:
        if name not in known:
            hint = nearest(name, known) or "a file that your templates include is named without .j2"
            raise InputError(f"there is no template '{printable(name)}' to replace", place, hint)
