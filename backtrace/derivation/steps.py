"""What a derivation is made of: an ordered tree of typed steps, each with a stable id, each able to recompute its own
result.

A step is one line a person writes: `left = form = form = numbers put in = value`. Pages turn steps into text and decide
nothing about the mathematics; the notation decides how a key is spelt and never the arithmetic.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from backtrace.expression.tree import Expr
from backtrace.network.quantity import Key
from backtrace.notation.profile import Profile

if TYPE_CHECKING:
    from backtrace.notation.subject import Subject

Matrix: TypeAlias = tuple[tuple[float, ...], ...]
Value: TypeAlias = "float | Matrix"

KINDS = (
    "net",
    "out",
    "loss",
    "chain",
    "local",
    "product",
    "contribution",
    "sum",
    "delta",
    "gradient",
    "path",
    "factored",
    "gate",
    "update",
    "rule",
    "matrix",
    "result",
)


class Gaps(NamedTuple):
    """What of a line is left to be filled in (blanks.py makes it).

    left, forms: the line's left side and forms with gaps in them; keys: the quantities whose numbers are left out where
    they are put in; value: what belongs in the gap of the result, None where the result is printed.
    """

    left: Expr
    forms: tuple[Expr, ...]
    keys: frozenset[Hashable] = frozenset()
    value: Key | str | None = None


class Step(NamedTuple):
    """One line.

    id: stable within the derivation, e.g. "dE/dw5:product"; kind: one of KINDS; left: what the line is about, usually
    a symbol;
    forms: the right-hand sides in the order they are written, the last of which is put into numbers;
    value: the result, None without numbers; sources: ids of the steps whose results go in;
    rule: for kind "rule", the calculus rule that led to it; lines: the derivation of this line by calculus rules
    (kind "rule");
    relation: "=" or ":="; statement: the line states a form only (no numbers, no value shown);
    stated: the last form was written just before, so only the numbers and the value are shown;
    shapes: for matrix lines, the shape of each operand and of the result as text, "(1×2)·(2×2) → 1×2";
    uses: how many later lines use the result, where the page marks that (reuse.py);
    gaps: what is left to be filled in, on a worksheet.
    """

    id: str
    kind: str
    left: Expr
    forms: tuple[Expr, ...]
    value: Value | None = None
    sources: tuple[str, ...] = ()
    rule: str = ""
    lines: tuple[Step, ...] = ()
    relation: str = "="
    statement: bool = False
    stated: bool = False
    shapes: str = ""
    uses: int = 0
    gaps: Gaps | None = None


class Remark(NamedTuple):
    """A sentence between lines: `words` is a key of the table render/words.py, the arguments are keys of quantities,
    formulas or text."""

    words: str
    args: tuple[Key | Expr | str | int | float, ...] = ()


Cell: TypeAlias = "Remark | Expr | int | float | None"


class Table(NamedTuple):
    """Numbers under headings.

    id: stable within the derivation; words, args: its title as in Remark, no title when empty; heading: one for each
    column; rows: a float is written as results are, an int in full, a formula as it is, None for nothing. The first
    column is set left, all others right.
    """

    id: str
    words: str
    args: tuple[Key | Expr | str | int | float, ...]
    heading: tuple[Remark | Expr, ...]
    rows: tuple[tuple[Cell, ...], ...]


class Section(NamedTuple):
    """A numbered part of the page. `words` and `args` as in Remark make its heading; an empty `words` means no heading.

    routes: the routes from the quantity to the loss, each a tuple of keys; route_count: how many there are in all.
    """

    words: str
    args: tuple[Key | Expr | str | int | float, ...]
    items: tuple[Step | Remark | Table, ...]
    routes: tuple[tuple[Key, ...], ...] = ()
    route_count: int = 0


class Derivation(NamedTuple):
    """All that a page needs.

    network: what it is derived from, a network or a circuit.
    values: the number of every key that stands in a form (a float, `Given` as typed, or a Matrix); empty without
    numbers.
    quantities: what was asked for; empty for the whole training step. total_lines: how many lines the whole has.
    blank: what a worksheet leaves free, one of blanks.KINDS; empty for a page without gaps. gaps: the number of each
    gap by what goes in; a page counts them in the order in which it shows them.
    """

    network: Subject
    profile: Profile
    view: str
    detail: str
    quantities: tuple[Key, ...]
    sections: tuple[Section, ...]
    values: Mapping[Key, Value] = MappingProxyType({})
    carry: str = "full"
    blank: str = ""
    gaps: Mapping[Hashable, int] = MappingProxyType({})

    def steps(self) -> list[Step]:
        """Every step in page order; the calculus lines of a step come right before it."""
        found: list[Step] = []
        for section in self.sections:
            for item in section.items:
                if isinstance(item, Step):
                    found += [*item.lines, item]
        return found

    def used_by(self) -> dict[str, tuple[str, ...]]:
        """By the id of each step: the ids of the later steps that its result goes into, in page order.

        A line that states a form only computes nothing, so it uses nothing."""
        found: dict[str, dict[str, None]] = {}
        for step in self.steps():
            found.setdefault(step.id, {})
            for source in step.sources if not step.statement else ():
                if source in found:
                    found[source][step.id] = None
        return {name: tuple(users) for name, users in found.items()}
