"""Our own Markdown and LaTeX pages, read back: what stands in their alignments, and between dollar signs."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from backtrace.check.submission.splitting import MAX_LINE, MAX_PARTS
from backtrace.check.submission.statements import Piece, Statement, Work
from backtrace.check.submission.terminal_pages import UPDATE

ALIGNED = ("aligned", "align", "align*")
ROUTES = ("gather*",)
INLINE = r"(?<![\\$])\$([^$\n]{1,2000})\$(?!\$)"
MARKS = r" *\\label\{[^{}]*\}| *\\nonumber"
# Where rows end, and matrices, whose rows are their own.
PIECES = r"(\\begin\{bmatrix\}|\\end\{bmatrix\}|\\intertext|\\\\(?:\[[^\]]*\])?)"
GOES_ON = r"\quad {}"


def is_typeset_page(lines: Sequence[str]) -> bool:
    """Whether this is a page in Markdown or LaTeX as `backtrace derive` prints it."""
    return any(re.match(r"\\begin\{align(?:ed|\*)?\}\s*$", line) for line in lines)


def typeset_work(lines: Sequence[str]) -> Work:
    """The statements of such a page."""
    return Work(tuple(_Page(lines).statements()), "latex")


class _Page:
    """One page."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.text = "\n".join(line[:MAX_LINE] for line in lines)
        self.starts = [0, *(found.end() for found in re.finditer("\n", self.text))]
        for start, end in environments(self.text, ROUTES):
            self.text = self.text[:start] + re.sub(r"[^\n]", " ", self.text[start:end]) + self.text[end:]
        update = re.search(UPDATE, self.text)
        self.step = int(update[1]) if update else 1

    def statements(self) -> Iterator[Statement]:
        """Everything that the page states."""
        # The first line of text is about the network.
        at = re.search(r"^(?!\\)\S.*$|^\\noindent.*$", self.text, re.MULTILINE)
        start = at.end() if at else 0
        for opening, closing in environments(self.text, ALIGNED):
            body = self.text[opening:closing]
            yield from self.inline(start, opening)
            if r"\to " not in body or "=" in body:
                yield from self.block(opening, closing)
            start = closing
        yield from self.inline(start, len(self.text))

    def line_at(self, position: int) -> int:
        """The number of the line in which a position stands."""
        return bisect_right(self.starts, position)

    def inline(self, start: int, end: int) -> Iterator[Statement]:
        """Statements within sentences."""
        for found in re.compile(INLINE).finditer(self.text, start, end):
            left, *parts = sides(found[1])
            if parts:
                yield self.statement(found.start(), left[1], parts)

    def statement(self, position: int, left: str, parts: Sequence[tuple[str, str]]) -> Statement:
        """`left = part = part`, where a sign and a part belong together."""
        number = self.line_at(position)
        text = " ".join([left, *(f"{sign} {part}" for sign, part in parts)])
        pieces = tuple(Piece(part, number) for _, part in parts[:MAX_PARTS] if part)
        assigned = bool(parts) and parts[0][0] == ":="
        return Statement(number, text, Piece(left, number), pieces, assigned, step=self.step)

    def block(self, start: int, end: int) -> Iterator[Statement]:
        """The rows of an alignment."""
        current: Statement | None = None
        for position, row in self.rows(start, end):
            left, mark, right = aligned(row)
            math = right.partition(r"\qquad")[0].strip()
            if left.strip() and mark:
                if current is not None:
                    yield current
                current = self.statement(position, left.strip(), [])
            if current is None or not mark or not math:
                continue
            first, *parts = sides(math.removeprefix(GOES_ON))
            pieces = list(current.parts)
            if math.startswith(GOES_ON) and pieces and first[1]:
                pieces[-1] = pieces[-1]._replace(text=f"{pieces[-1].text} {first[1]}")
            number = self.line_at(position)
            pieces += [Piece(part, number) for _, part in parts if part]
            text = f"{current.text} {math}"
            assigned = current.assigned or (bool(parts) and parts[0][0] == ":=")
            current = current._replace(text=text, parts=tuple(pieces[:MAX_PARTS]), assigned=assigned)
        if current is not None:
            yield current

    def rows(self, start: int, end: int) -> Iterator[tuple[int, str]]:
        """The rows and where each begins; words between rows are left out."""
        body, row, at, inside = self.text[start:end], "", start, False
        position = 0
        for piece in re.split(PIECES, body):
            begins, position = start + position, position + len(piece)
            if piece.startswith("\\\\") and not inside:
                yield self.first(at, row), re.sub(MARKS, "", row)
                row, at = "", start + position
            elif piece == r"\intertext":
                yield self.first(at, row), re.sub(MARKS, "", row)
                row, at = r"\intertext", begins
            else:
                if row == r"\intertext":
                    after = braced(piece, 0)
                    row, piece, at = "", piece[after:], begins + after
                inside = piece == r"\begin{bmatrix}" or (inside and piece != r"\end{bmatrix}")
                row += piece
        yield self.first(at, row), re.sub(MARKS, "", row)

    @staticmethod
    def first(at: int, row: str) -> int:
        """Where the first sign of a row stands."""
        return at + len(row) - len(row.lstrip())


def environments(text: str, names: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where the insides of these environments begin and end, those that do not end left out."""
    at = 0
    for begins in re.finditer(r"\\begin\{([a-z]+\*?)\}\n", text):
        if begins[1] not in names or begins.start() < at:
            continue
        ends = text.find(f"\n\\end{{{begins[1]}}}", begins.end() - 1)
        if ends < 0:
            return
        at = ends
        yield begins.end(), max(ends, begins.end())


def sides(text: str) -> list[tuple[str, str]]:
    """What stands between the relation signs, each with the sign before it."""
    found, depth, start, sign = list[tuple[str, str]](), 0, 0, ""
    for at, letter in enumerate(text):
        depth += (letter == "{") - (letter == "}")
        if letter == "=" and not depth:
            before = text[start:at].rstrip()
            found.append((sign, before.removesuffix(":").strip()))
            sign, start = (":=" if before.endswith(":") else "="), at + 1
    return [*found, (sign, text[start:].strip())]


def aligned(row: str) -> tuple[str, str, str]:
    """A row before and behind the sign at which it is aligned, those of matrices apart."""
    at = row.split(r"\begin{bmatrix}")[0].find("&")
    return (row[:at], "&", row[at + 1 :]) if at >= 0 else (row, "", "")


def braced(text: str, at: int) -> int:
    """The position behind the braces that open here; the end of the text where they do not close."""
    depth = 0
    for end in range(at, len(text)):
        depth += (text[end] == "{") - (text[end] == "}")
        if not depth:
            return end + 1
    return len(text)
