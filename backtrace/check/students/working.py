"""How a simulated student works a network out, line by line: what stands on paper has so many digits, and the next
line uses what stands there, or the full display of the calculator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from backtrace.check.checking import given_numbers, lines_for
from backtrace.check.lines import Lines
from backtrace.check.students.order_of_work import DELTA, GATES, order_of_work
from backtrace.errors import InputError
from backtrace.expression.rounding import as_float, cut, decimal15
from backtrace.mistakes.applied import every_slip
from backtrace.mistakes.records import Slip
from backtrace.network.losses import loss_named
from backtrace.network.quantity import Key, Quantity
from backtrace.network.records import Network

# Numbers with so many places before or behind the point are written with a power of ten.
LONGEST = 12

Wrong: TypeAlias = float | Slip


class Student(NamedTuple):
    """How somebody works.

    digits: significant ones written; decimals: places behind the point in place of them; carries: the calculator's
    full display is used on, not what was written; skips: the part of the lines left out; cuts: digits are cut off, not
    rounded; view: see `order_of_work`; steps: updates worked out, after: and the loss after them; shuffled: the lines
    stand in any order; sign: −1 for δ with the other sign; loss, reduction: another that is meant throughout;
    formulas: each line says how: name = formula = numbers = value.
    """

    digits: int = 4
    carries: bool = False
    skips: float = 0.0
    cuts: bool = False
    view: str = DELTA
    decimals: int | None = None
    steps: int = 1
    after: bool = False
    shuffled: bool = False
    sign: int = 1
    loss: str = ""
    reduction: str = ""
    formulas: bool = False

    def written(self, value: float) -> float:
        """The number as it stands on paper."""
        full = decimal15(value)
        keep = self.digits if self.decimals is None else max(0, full.exponent + self.decimals)
        return as_float(full._replace(digits=full.digits[:keep]) if self.cuts else cut(full, keep)) + 0.0

    def shown(self, value: float) -> str:
        """What `written` gave, with trailing zeros and all."""
        if self.decimals is not None:
            return f"{value:.{self.decimals}f}"
        text = f"{value:.{self.digits - 1}e}"
        places = self.digits - 1 - int(text.partition("e")[2])
        return f"{value:.{places}f}" if 0 < places < LONGEST else text

    def means(self, network: Network) -> Network:
        """The network as this student understands it."""
        if self.loss:
            network = network._replace(loss=loss_named(self.loss))
        return network._replace(reduction=self.reduction) if self.reduction else network


class Entry(NamedTuple):
    """A number of a student's: as it stands on paper, and as it is used on."""

    paper: float
    used: float


def calculated(network: Network, student: Student, wrong: Mapping[Key, Wrong] | None = None) -> dict[Key, Entry]:
    """What a student gets for every line, in the order of work. wrong: mistakes, which honest work goes on with: a
    number to be written there, or a mistake of `every_slip`, made on this student's own numbers."""
    network = student.means(network)
    lines = lines_of(network, student)
    wanted = order_of_work(network, lines, student.view, student.steps, student.after)
    known: dict[Key, float] = dict(given_numbers(network))
    mistakes = {lines.canonical(key): one for key, one in (wrong or {}).items()}
    found: dict[Key, Entry] = {}

    def value(key: Key) -> float:
        key = lines.canonical(key)
        if key not in known:
            made = lines.function(key)
            if made is None:
                raise KeyError(key)
            known[key] = made.function(*map(value, made.keys))
        return known[key]

    def mistaken(slip: Slip, key: Key) -> float:
        if slip.form is not None:
            made = lines.compiled(slip.form)
            return made.function(*map(value, made.keys))
        own = {k: entry.used for k, entry in found.items()}
        again = (s for s in every_slip(network, key, own) if s.mistake.id == slip.mistake.id and s.form is None)
        return min((s.value for s in again), key=lambda x: abs(x - slip.value), default=slip.value)

    for key in map(lines.canonical, wanted):
        planted = mistakes.get(key)
        try:
            exact = value(key) if planted is None else planted if isinstance(planted, float) else mistaken(planted, key)
        except (InputError, KeyError):
            continue  # with these numbers nobody could go on here
        paper = student.written(exact)
        known[key] = exact if student.carries else paper
        found[key] = Entry(paper, known[key])
    return found


def lines_of(network: Network, student: Student) -> Lines:
    """The right lines as a student of this view writes them."""
    if student.view == DELTA:
        return lines_for(network, ())
    plain = lines_for(network, (Quantity("wire"),) if student.view == GATES else ())
    return lines_for(network, order_of_work(network, plain, student.view))
