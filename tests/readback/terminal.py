"""From a terminal page to its statements."""

from __future__ import annotations

import re
from collections.abc import Collection

from tests.readback.boxes import SHAPES, folded
from tests.readback.statements import Statement

RELATION = re.compile(r"(?:^|\s):?=(?:\s+|$)")
NOTE = re.compile(r"(?:^|\s{2,})(\((?:[a-zσ'′]|1 added)[^()]*\))$")
USED = re.compile(r"(?:^|,|\s{3})\s*used \d+ times$")
NOTE_START = re.compile(r"(?:^|\s{2,})(\([a-z]+ [a-z][^()]*)$")
WORD = re.compile(r"(?<![\w⁰-⁹₀-₉⁺⁻@∂.^])(?!pi\b)[a-z]{2,}(?![\w⁰-⁹₀-₉⁺⁻′(@^])")
UNNUMBERED = ("Given", "From the ")
ARROWS = (" → ", "┬→", "├→", "└→", " -> ", "+->", "|->")
APART = re.compile(r"(?<=[\w⁰¹²³⁴⁵⁶⁷⁸⁹\]⟧)])\s{3,}(?![=:+−·*⊙@(-]|\.\*|\[)")


class TerminalPage:
    """Splits a page. names: what may stand in formulas, so that a name is not taken for a word."""

    def __init__(self, page: str, names: Collection[str], ascii: bool = False) -> None:
        self.words = {word for name in names for word in re.findall(r"[a-z]{2,}", name)}
        self.lines = folded([USED.sub("", line) for line in page.splitlines()], ascii)
        self.header = ""
        self.found: list[Statement] = []
        self.read()

    def read(self) -> None:
        at = 0
        while at < len(self.lines) and self.lines[at] and not self.lines[at].startswith(UNNUMBERED):
            line = self.lines[at]
            if re.match(r"   \S", line) and RELATION.search(line):
                self.header += "; "
            self.header += " " + line.strip()
            at += 1
        prose = note = False
        for number, line in enumerate(self.lines[at:], at + 1):
            text = line.strip()
            if not text:
                prose = False
            elif prose or note:
                prose, note = prose and text[-1] not in ".:?)", note and not text.endswith(")")
            elif self.is_prose(line):
                prose = text[-1] not in ".:?)" and not re.match(r"\d+  |Given$", line)
                if line.endswith(("local =", "goes")):  # the one heading that is longer than a narrow page
                    prose = True
            else:
                note = self.line(line, f"line {number}")

    def is_prose(self, line: str) -> bool:
        """Headings, sentences and drawings of routes."""
        text = self.without_notes(line, [])[0]
        if not text.strip():
            return False
        if re.match(r"\d+  ", line) or line.rstrip().endswith(":") or line.startswith(UNNUMBERED):
            return True
        if any(arrow in text for arrow in ARROWS):
            return True
        return len([word for word in WORD.findall(text) if word not in self.words]) > 1

    def without_notes(self, line: str, notes: list[str]) -> tuple[str, bool]:
        """The line without the words or shapes at its end, and whether such words go on in the next line."""
        for pattern in (NOTE, SHAPES):
            matched = pattern.search(line)
            if matched:
                notes.append(matched[1].strip())
                return line[: matched.start()], False
        matched = NOTE_START.search(line)
        if matched:
            notes.append(matched[1].strip())
            return line[: matched.start()], True
        return line, False

    def line(self, line: str, place: str) -> bool:
        """Takes in one line of a statement, or several statements side by side; whether its note goes on."""
        notes: list[str] = []
        line, goes_on = self.without_notes(line, notes)
        indent = len(line) - len(line.lstrip())
        pieces = APART.split(line.strip())
        for piece in pieces if line.strip() else ():
            first, *rest = RELATION.split(piece)
            assigned = ":=" in piece
            if first and indent == 3:
                self.found.append(Statement(place, first.strip(), [part.strip() for part in rest], assigned=assigned))
                continue
            current = self.found[-1]
            current.assigned |= assigned
            if first and current.parts:
                current.parts[-1] += " " + first.strip()
            elif first:
                current.left += " " + first.strip()
            current.parts += [part.strip() for part in rest]
        if notes:
            self.found[-1].notes += notes
        return goes_on


def header_statement(header: str) -> Statement | None:
    """The loss written out behind the sizes."""
    _, _, loss = header.rpartition("; ")
    if RELATION.search(loss):
        left, *parts = RELATION.split(loss)
        return Statement("header", left.strip(), [part.strip() for part in parts])
    return None
