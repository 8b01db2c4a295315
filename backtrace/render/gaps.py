"""The gaps of a worksheet on a page: where they stand, how wide they are, in which order they are counted."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator

from backtrace.derivation.steps import Derivation
from backtrace.expression.tree import Expr, gap, operands, with_operands
from backtrace.render.options import PageOptions

NAME = 8  # the width of a gap for a name or a formula; one width for all, or it would give the answer away
SIGN_AND_POINT = 2


def width_of(what: Hashable, options: PageOptions) -> int:
    """How many digits there is room for."""
    if isinstance(what, Expr):
        return NAME
    digits = options.digits if options.decimals is None else options.decimals + 1
    return max(digits + SIGN_AND_POINT, 5)


def a_gap(what: Hashable, derivation: Derivation, options: PageOptions) -> Expr:
    """The gap for something, with its number and its width."""
    return gap(what, derivation.gaps.get(what, 0), width_of(what, options))


def numbered_gaps(e: Expr, derivation: Derivation, options: PageOptions) -> Expr:
    """An expression whose gaps have their numbers and widths."""
    if e.op == "gap":
        return a_gap(e.args[0], derivation, options)
    parts = operands(e) if e.op != "matrix" else ()
    return with_operands(e, tuple(numbered_gaps(part, derivation, options) for part in parts)) if parts else e


def in_place_of(printed: Expr, what: Hashable, derivation: Derivation, options: PageOptions) -> Expr:
    """Gaps in place of a number, or of the entries of a matrix: the first of them has the number of all."""
    if printed.op != "matrix":
        return a_gap(what, derivation, options)
    found = a_gap(what, derivation, options)
    later = gap(what, 0, found.args[2])
    rows = [[entry if entry.op == "ellipsis" else later for entry in row] for row in printed.args[0]]
    rows[0][0] = found
    return Expr("matrix", (tuple(map(tuple, rows)),))


def put_in_gaps(
    form: Expr, printed: Expr, keys: Collection[Hashable], derivation: Derivation, options: PageOptions
) -> Expr:
    """The numbers put into a form, with gaps for those of `keys`."""
    if form.op == "symbol":
        key = form.args[0]
        return in_place_of(printed, key, derivation, options) if key in keys else printed
    if form.op == "matrix":
        return printed
    pairs = zip(operands(form), operands(printed), strict=True)
    parts = tuple(put_in_gaps(part, shown, keys, derivation, options) for part, shown in pairs)
    return with_operands(printed, parts) if parts else printed


def gaps_in(e: Expr) -> Iterator[Hashable]:
    """What belongs in the gaps of an expression, from left to right."""
    return (found.args[0] for found in gaps(e))


def gaps(e: Expr) -> Iterator[Expr]:
    """The gaps of an expression, from left to right."""
    if e.op == "gap":
        yield e
    elif e.op == "matrix":
        for row in e.args[0]:
            for entry in row:
                yield from gaps(entry)
    else:
        for part in operands(e):
            yield from gaps(part)
