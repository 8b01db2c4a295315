"""The lines of a derivation before they have a format: for each step what is shown of it, with its numbers put in.

All pages are made from these rows, so that they cannot differ in what they say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from backtrace.derivation.steps import Derivation, Remark, Section, Step, Table, Value
from backtrace.expression.tree import Expr, symbol, symbols
from backtrace.network.quantity import Quantity
from backtrace.render.gaps import in_place_of, numbered_gaps, put_in_gaps
from backtrace.render.matrices import SHOWN, leaf, printed_width, put_in_matrices, widest
from backtrace.render.numbers import literal, put_in
from backtrace.render.options import PageOptions

# Sections of what is used but not derived; they have no number.
LATER = ("later_update", "later_update_rounded", "later_update_same", "later_update_same_rounded")
UNNUMBERED = ("", "given", "answers", "from_forward", "from_later_forward", *LATER)
WIDTH, NAMED = 84, 20  # of a page, and of what stands around a matrix on its line
AROUND = 14  # of what cannot be parted from a matrix that has a line for itself: " = ", an indent, "1 − ("
FEW, FEWEST = 3, 2  # columns of a matrix that are shown where there is hardly room, and on any page
# A form with numbers put in, and the value; None for what is not shown.
Numbers: TypeAlias = "tuple[Expr | None, Expr | None]"
INLINE_KINDS = ("net", "out", "loss", "result")


class Row(NamedTuple):
    """One line: left relation part = part = … = value.

    rule: the calculus rule that led to it; shapes: of the operands and the result; continued: the left side stands on
    the row above; inline: a bare result that may stand beside others; uses: how often it is used again, where that is
    marked; step: the one whose numbers stand on the row, None where it has none.
    """

    id: str
    left: Expr
    relation: str
    parts: tuple[Expr, ...]
    value: Expr | None
    rule: str = ""
    shapes: str = ""
    continued: bool = False
    inline: bool = False
    uses: int = 0
    step: Step | None = None

    @property
    def matrix(self) -> bool:
        """Whether the value is a matrix, which is set as one more part."""
        return self.value is not None and self.value.op == "matrix"


class Block(NamedTuple):
    """Rows and remarks that are laid out together; a table is alone in its block. given: they state numbers that
    nothing above is compared with."""

    items: tuple[Row | Remark | Table, ...]
    given: bool = False

    @property
    def inline(self) -> bool:
        """Whether the rows are bare results of quantities, to be set side by side."""
        rows = [item for item in self.items if isinstance(item, Row)]
        return len(rows) > (0 if self.given else 1) and all(row.inline for row in rows)


def numbered(derivation: Derivation) -> Iterator[tuple[Section, int]]:
    """The sections with their numbers; 0 for those that have none."""
    number = 0
    for section in derivation.sections:
        counts = section.words not in UNNUMBERED
        number += counts
        yield section, number if counts else 0


def blocks(section: Section, derivation: Derivation, options: PageOptions) -> list[Block]:
    """The blocks of a section; a remark without words ends one."""
    found: list[Block] = []
    items: list[Row | Remark | Table] = []
    given = section.words == "given"
    for item in section.items:
        if isinstance(item, Remark) and not item.words:
            found.append(Block(tuple(items), given))
            items = []
        elif isinstance(item, Table):
            found += [Block(tuple(items), given), Block((item,))]
            items = []
        elif isinstance(item, Remark):
            items.append(item)
        else:
            items += rows(item, derivation, options)
    found.append(Block(tuple(items), given))
    return [block for block in found if block.items]


def rows(step: Step, derivation: Derivation, options: PageOptions, found: Numbers | None = None) -> Iterator[Row]:
    """The rows of one step: its calculus lines, if it has any, then the step itself. found: its numbers, if they are
    known already."""
    for number, line in enumerate(step.lines):
        left, forms = shown_left(line, derivation, options), shown_forms(line, derivation, options)
        yield Row(line.id, left, line.relation, forms, None, line.rule, continued=number > 0)
    follows = bool(step.lines) and step.lines[-1].left == step.left and step.lines[-1].forms[-1:] == step.forms[:1]
    row = main_row(step, follows or step.stated, derivation, options, found)
    if row.parts or row.value is not None:
        yield row._replace(continued=follows or (step.statement and step.stated))


def main_row(
    step: Step, stated: bool, derivation: Derivation, options: PageOptions, found: Numbers | None = None
) -> Row:
    """The row of a step. Symbols that the page has just shown are not repeated beside their numbers."""
    substituted, value = found or numbers(step, derivation, options)
    computed = substituted is not None or value is not None
    parts = shown_forms(step, derivation, options) if "symbols" in options.show or not computed else ()
    if stated and (computed or "symbols" not in options.show):
        parts = ()
    if value is not None and parts and parts[-1].op == "number":
        parts = ()  # a factor that is the number 1 needs no "= 1 = 1"
    if substituted is not None and "numbers" in options.show:
        parts = (*parts, substituted)
    if parts and "value" not in options.show:
        value = None
    inline = step.kind in INLINE_KINDS and not step.forms and value is not None and value.op in ("number", "gap")
    return Row(
        step.id,
        shown_left(step, derivation, options),
        step.relation,
        parts,
        value,
        step.rule,
        step.shapes,
        inline=inline,
        uses=step.uses,
        step=step if substituted is not None or value is not None else None,
    )


def shown_left(step: Step, derivation: Derivation, options: PageOptions) -> Expr:
    """The left side as the page shows it."""
    return numbered_gaps(step.gaps.left, derivation, options) if step.gaps else assigned(step)


def shown_forms(step: Step, derivation: Derivation, options: PageOptions) -> tuple[Expr, ...]:
    """The forms as the page shows them."""
    if not step.gaps:
        return step.forms
    return tuple(numbered_gaps(form, derivation, options) for form in step.gaps.forms)


def assigned(step: Step) -> Expr:
    """The left side as it is written: `w := w − …` has the old name on its left."""
    if step.relation != ":=" or step.left.op != "symbol" or not isinstance(step.left.args[0], Quantity):
        return step.left
    return symbol(step.left.args[0]._replace(updates=0))


def numbers(step: Step, derivation: Derivation, options: PageOptions) -> Numbers:
    """The last form with its numbers put in, None where that would say nothing new, and the printed value; gaps where
    the worksheet has them."""
    substituted, value = printed_numbers(step, derivation, options)
    if not step.gaps:
        return substituted, value
    if substituted is not None:
        substituted = put_in_gaps(step.forms[-1], substituted, step.gaps.keys, derivation, options)
    if value is not None and step.gaps.value is not None:
        value = in_place_of(value, step.gaps.value, derivation, options)
    return substituted, value


def printed_numbers(step: Step, derivation: Derivation, options: PageOptions) -> Numbers:
    """The same without gaps."""
    if step.statement or step.value is None:
        return None, None
    form = step.forms[-1] if step.forms else None
    known: Mapping[Any, Value] = derivation.values
    used = {key: known[key] for key in symbols(form) if key in known} if form else {}
    columns = shown_columns([*used.values(), step.value], options)
    if form is None or not all(key in used for key in symbols(form)) or (form.op, form.args[0]) == ("call", "softmax"):
        return None, leaf(step.value, options.style, columns=columns)
    plain = {key: value for key, value in used.items() if isinstance(value, float | int)}
    if isinstance(step.value, float | int) and len(plain) == len(used):
        substituted = put_in(form, plain, options.style, step.value).expr
        value = literal(step.value, options.style)
    else:
        substituted, value = put_in_matrices(form, used, options.style, step.value, columns)
        room = (options.width or WIDTH) - AROUND
        while not options.whole and columns > FEWEST and max(widest(substituted), widest(value)) > room:
            columns -= 1  # the digits that make the line true take more room than the results alone
            substituted, value = put_in_matrices(form, used, options.style, step.value, columns)
    if form.op in ("symbol", "number") or substituted in (value, form) or negated(substituted, value):
        return None, value
    return substituted, value


def negated(substituted: Expr, value: Expr) -> bool:
    """Whether −(3), put in for −x, is written like the value −3."""
    if substituted.op != "neg" or substituted.args[0].op != "number" or value.op != "number":
        return False
    return bool(value.args[1] == f"-{substituted.args[0].args[1]}")


def shown_columns(values: Sequence[Value], options: PageOptions) -> int:
    """How many columns of these matrices fit on a line behind a name, each matrix on a line of its own."""
    room = (options.width or WIDTH) - NAMED
    matrices = [value for value in values if not isinstance(value, float | int)]
    if options.whole:
        return max((max(len(m), len(m[0])) for m in matrices), default=SHOWN)
    return next(
        (
            most
            for most in range(SHOWN, FEW, -1)
            if all(printed_width(m, most, options.style) <= room for m in matrices)
        ),
        FEW,
    )
