"""What a mistake is: a wrong way of working, with the belief behind it, and hints that give nothing away."""

from __future__ import annotations

from typing import NamedTuple

from backtrace.expression.tree import Expr


class Mistake(NamedTuple):
    """One entry of the catalogue.

    id: "output_delta.no_slope"; name: a few words; belief: what the person does, as a sentence; operator: a name of the
    table of operators; where: the kinds of quantity it can happen to, in words; hints: the second stronger than the
    first, neither gives the answer away; source: where it was seen, empty when it is merely a rule with one part
    dropped, doubled or replaced.
    """

    id: str
    name: str
    belief: str
    operator: str
    where: str
    hints: tuple[str, str]
    source: str = ""


class Slip(NamedTuple):
    """What a mistake makes of one quantity: the number that comes out, and the wrong line that leads to it where there
    is one."""

    mistake: Mistake
    value: float
    form: Expr | None = None
