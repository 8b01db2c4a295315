"""Our own pages for a terminal, read back: statements begin at an indent of three, what goes on stands farther in, and
headings, sentences, tables and drawings of routes say nothing that could be judged."""

from __future__ import annotations

import re
from collections.abc import Sequence

from backtrace.check.submission.boxes import folded, typed_box
from backtrace.check.submission.splitting import MAX_PARTS
from backtrace.check.submission.statements import Piece, Statement, Work

HEADER = r"\S.{0,200}?: [0-9].*\binputs?\b"
STATEMENT = r"   \S.* :?= "
UPDATE = r"\(this is update ([0-9]{1,6})\b"
INDENT = 3
# Wider than any page that we print.
WIDEST = 1_200
RELATION = r"(?:^|\s)(:?=)(?:\s+|$)"
# Words behind a formula: a rule of calculus, how often a factor is used, the shapes of matrices.
NOTE = r"(?:^|(?<!\s)\s{2,})(\((?:[a-zσ'′]|1 [a-z]|[-−][a-z] [a-z]{3})[^()]*\))$"
NOTE_START = r"(?:^|(?<!\s)\s{2,})\([-−]?[a-z]+ [a-z][^()]*$"
USED = r"(?:^|,\s?|(?<!\s)\s{3,})used \d+ times$"
SHAPE = r"\d+[×x]\d+(?![⁰¹²³⁴⁵⁶⁷⁸⁹⁻\d])"
SIGN = r"(?:·|\*|⊙|\.\*|@|\+|−|-|/|,|→|->|ᵀ|\^T)"
SHAPES = rf"(?:^|(?<!\s)\s{{3,}})((?=[\[(\d])(?:[\[\]()]|{SHAPE}|\s|{SIGN})*{SHAPE}[\])]*(?:\s*{SIGN})?)$"
APART = r"(?<=[\w⁰¹²³⁴⁵⁶⁷⁸⁹\]⟧)])\s{3,}(?=\S)(?![=:+−·*⊙@(-]|\.\*|\[)"
ARROWS = (" → ", "┬→", "├→", "└→", " -> ", "+->", "|->")


def is_terminal_page(lines: Sequence[str]) -> bool:
    """Whether this is a page as `backtrace derive` prints it."""
    first = next((line for line in lines if line.strip()), "")
    if any(len(line) > WIDEST for line in lines):
        return False
    return re.match(HEADER, first) is not None and any(re.match(STATEMENT, line[:400]) for line in lines)


def terminal_work(lines: Sequence[str]) -> Work:
    """The statements of such a page."""
    return _Page(lines).work()


class _Page:
    """One pass over the lines."""

    def __init__(self, lines: Sequence[str]) -> None:
        plain = [re.sub(USED, "", line) for line in lines]
        self.ascii = all(line.isascii() for line in lines)
        self.lines = folded(plain, SHAPES)
        self.found: list[Statement] = []
        update = next(filter(None, (re.search(UPDATE, line) for line in lines)), None)
        self.step = int(update[1]) if update else 1
        self.open = self.noted = False

    def work(self) -> Work:
        """Everything that the page states."""
        start = next((n for n, line in enumerate(self.lines) if re.match(r"(?:\d+  |Given|From the )", line)), 1)
        for number, line in enumerate(self.lines[start:], start + 1):
            self.line(line, number)
        return Work(tuple(self.found), "typed" if self.ascii else "text")

    def line(self, line: str, number: int) -> None:
        """Takes in one line."""
        if not line.strip():
            self.noted = False
            return
        if self.noted:
            self.noted = not line.rstrip().endswith(")")
            return
        line = self.without_notes(line)
        indent = len(line) - len(line.lstrip())
        if not line.strip() or (indent < INDENT) or any(arrow in line for arrow in ARROWS):
            self.open &= not line.strip()
            return
        if indent == INDENT and not re.match(RELATION, line.lstrip()):
            self.statements(line, number)
        elif self.open:
            self.more(line.strip(), number)

    def without_notes(self, line: str) -> str:
        """The line without the words or shapes at its end."""
        for pattern in (NOTE, SHAPES):
            found = re.search(pattern, line)
            if found:
                return line[: found.start()]
        begins = re.search(NOTE_START, line)
        if begins and "=" not in line[begins.start() :]:
            self.noted = True
            return line[: begins.start()]
        return line

    def statements(self, line: str, number: int) -> None:
        """A line that begins a statement, or several side by side; anything else is a sentence."""
        pieces = re.split(APART, line.strip())
        self.open = False
        for piece in pieces:
            left, *rest = re.split(RELATION, piece)
            if not rest or not is_left(left):
                self.open = False
                return
            self.open = True
            parts = tuple(Piece(typed_box(part.strip()), number) for part in rest[1::2] if part.strip())
            assigned = rest[0] == ":="
            one = Statement(number, piece.strip(), Piece(left.strip(), number), parts, assigned, step=self.step)
            self.found.append(one)

    def more(self, text: str, number: int) -> None:
        """What goes on in a further line."""
        before = self.found[-1]
        first, *rest = re.split(RELATION, text)
        parts = list(before.parts)
        if first.strip():
            goes_on = typed_box(first.strip())
            if parts:
                parts[-1] = parts[-1]._replace(text=f"{parts[-1].text} {goes_on}")
            else:
                parts.append(Piece(goes_on, number))
        parts += [Piece(typed_box(part.strip()), number) for part in rest[1::2] if part.strip()]
        self.found[-1] = before._replace(text=f"{before.text} {text}", parts=tuple(parts[:MAX_PARTS]))


def is_left(text: str) -> bool:
    """Whether this can be the left side of a line: one name, or a gap."""
    name = text.strip()
    return bool(name) and " " not in name and name.count("(") == name.count(")") and len(name) < 100
