"""From a Markdown or LaTeX page to its statements."""

from __future__ import annotations

import re

from tests.readback.latex import braced
from tests.readback.statements import Statement
from tests.readback.tree import Unreadable

ALIGNED = re.compile(r"\\begin\{(aligned|align\*?)\}\n(.*?)\n\\end\{\1\}", re.S)
ROUTES = re.compile(r"\\begin\{gather\*\}.*?\\end\{gather\*\}", re.S)
INLINE = re.compile(r"(?<![\\$])\$([^$]+)\$(?!\$)")
LABEL = re.compile(r" *\\label\{[^{}]*\}| *\\nonumber")


class TypesetPage:
    """Splits a page."""

    def __init__(self, page: str) -> None:
        self.found: list[Statement] = []
        self.header: Statement | None = None
        self.page = ROUTES.sub("", page)
        self.read()

    def read(self) -> None:
        at = 0
        for block in ALIGNED.finditer(self.page):
            self.inline(self.page[at : block.start()])
            body = block[2]
            if r"\begin{" in body.replace(r"\begin{bmatrix}", ""):
                raise Unreadable(f"an environment within a block: {body}")
            if r"\to " not in body or "=" in body:
                self.block(body)
            at = block.end()
        self.inline(self.page[at:])

    def inline(self, text: str) -> None:
        """Statements within sentences; the first sentence of a page is its header."""
        for matched in INLINE.finditer(text):
            if "=" not in matched[1]:
                continue
            left, *parts = split(matched[1])
            self.found.append(Statement("in a sentence", left, parts))
            if matched.start() < text.find("\n") and self.header is None and not self.found[:-1]:
                self.header = self.found.pop()

    def block(self, body: str) -> None:
        body = LABEL.sub("", body)
        while r"\intertext" in body:
            at = body.index(r"\intertext")
            _, end = braced(body, at + len(r"\intertext"))
            body = body[:at] + r" \\ " + body[end:]
        for row in rows(body):
            if row.strip():
                self.row(row.strip())

    def row(self, row: str) -> None:
        left, mark, right = top_level(row, "&")
        if not mark:
            raise Unreadable(f"no place to align: {row}")
        math, _, note = right.partition(r"\qquad")
        math, note = math.strip(), note.strip()
        if left.strip():
            self.found.append(Statement(f"row {row!r}", left.strip()))
        current = self.found[-1]
        if math.startswith(r"\quad {}"):
            current.parts[-1] += " " + math.removeprefix(r"\quad {}").strip()
        elif math:
            first, *parts = split(math)
            if first.strip():
                raise Unreadable(f"a row begins without a relation: {row}")
            current.parts += parts
            current.assigned |= math.startswith(":=")
        if note:
            current.notes.append(note)


def split(text: str) -> list[str]:
    """The parts between the relation signs."""
    found, depth, start = [], 0, 0
    for at, c in enumerate(text):
        depth += (c == "{") - (c == "}")
        if c == "=" and not depth:
            found.append(text[start:at].rstrip().removesuffix(":").strip())
            start = at + 1
    return [*found, text[start:].strip()]


def rows(body: str) -> list[str]:
    """The rows of an alignment; matrices keep theirs."""
    found = [""]
    inside = False
    for piece in re.split(r"(\\begin\{bmatrix\}|\\end\{bmatrix\}|\\\\(?:\[[^\]]*\])?)", body):
        if piece.startswith(r"\\") and not inside:
            found.append("")
            continue
        inside = piece == r"\begin{bmatrix}" or (inside and piece != r"\end{bmatrix}")
        found[-1] += piece
    return found


def top_level(text: str, mark: str) -> tuple[str, str, str]:
    """The text split at the first mark outside matrices."""
    before = text.split(r"\begin{bmatrix}")[0]
    at = before.find(mark)
    return (text[:at], mark, text[at + 1 :]) if at >= 0 else (text, "", "")
