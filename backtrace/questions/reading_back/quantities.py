"""Parts that ask for the number of a named quantity, for a factor of the chain rule, or for a wrong line."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from backtrace.errors import InputError
from backtrace.expression.tree import Expr
from backtrace.network.quantity import Derivative, Quantity
from backtrace.questions.reading_back.mathematics import Formula, formula, made, word
from backtrace.questions.reading_back.networks import Net, Structure, elsewhere, structure
from backtrace.questions.reading_back.records import Carried, Contradiction, Fits
from backtrace.questions.reading_back.sentences import Said
from backtrace.questions.reading_back.sheets import Asked, Exercise, Places
from backtrace.questions.reading_back.training import Trained

CLOSE = 1e-9
# How far a line's number may lie from what its formula makes of the rounded numbers before it.
ROUNDED, LEAST = 3e-4, 5e-6


@lru_cache(maxsize=8)
def _trained(said: tuple[Said, ...], numbers: tuple[tuple[str, float], ...], places: Places) -> Trained:
    return Trained(Exercise(said, dict(numbers), (), (), places))


def trained(exercise: Exercise) -> Trained:
    """The exercise's network and its updates, computed once for all parts."""
    return _trained(exercise.said, tuple(exercise.numbers.items()), exercise.places)


def named(exercise: Exercise, part: Asked) -> Carried:
    """The quantity that the sentence asks for, which has to be that before the box."""
    asked = word(part.ask.args[0])
    if asked != part.name:
        raise Contradiction(f"{asked} is asked for, and {part.name} stands before the box")
    found = trained(exercise)
    return Carried(found.value(asked), found.by_hand(asked, part.digits) if part.digits else None)


def factor(exercise: Exercise, part: Asked) -> Fits:
    """A factor of the chain rule: what it has to be equal to at other numbers of the same network."""
    made_of = structure(exercise)
    gradient, product = word(part.ask.args[0]), formula(part.ask.args[1])
    for net in elsewhere(made_of):
        whole = product(Over(net, {"blank": net[part.name]}))
        # The product is one route's; where several lead to the weight it is not the whole gradient.
        if set(made_of.sizes[2:]) <= {1} and not close(whole, net[gradient]):
            raise Contradiction(f"the product shown does not come to {gradient}")

    def fits(e: Expr) -> bool:
        mine = formula_of(e, made_of)
        return all(close(mine(net), net[part.name]) for net in elsewhere(made_of))

    return fits


class Over(dict[str, complex]):
    """The quantities of a network, some of them replaced."""

    def __init__(self, net: Net, replaced: Mapping[str, complex]) -> None:
        super().__init__(replaced)
        self.net = net

    def __missing__(self, name: str) -> complex:
        return self.net[name]


def close(a: complex, b: complex) -> bool:
    """Whether two numbers are the same but for the last digits."""
    return abs(a.real - b.real) <= CLOSE * max(1.0, abs(b.real))


@lru_cache(maxsize=4096)
def formula_of(e: Expr, made_of: Structure) -> Formula:
    """The formula of a key in the names of the sheet."""
    return made(e, lambda key: on_sheet(key, made_of))


def on_sheet(key: object, made_of: Structure) -> str:
    """How a quantity of a key is called on the sheet, in plain words."""
    if isinstance(key, Derivative):
        return f"slope_{on_sheet(key.of, made_of)}_by_{on_sheet(key.by, made_of)}"
    if not isinstance(key, Quantity) or key.sample:
        raise InputError(f"{key} of a key is not read")
    marks = "P" * key.updates
    if key.kind in ("input", "target"):
        return f"{key.kind[0]}{key.unit}{marks}"
    if key.kind == "weight":
        below = sum(a * b for a, b in zip(made_of.sizes[: key.layer - 1], made_of.sizes[1 : key.layer], strict=True))
        return f"w{below + (key.unit - 1) * made_of.sizes[key.layer - 1] + key.source}{marks}"
    if key.kind in ("net", "out", "bias"):
        return f"{key.kind.replace('bias', 'b')}_{made_of.units(key.layer)[key.unit - 1]}{marks}"
    if key.kind in ("loss", "rate"):
        return {"loss": "E", "rate": "eta"}[key.kind] + marks
    raise InputError(f"{key.kind} of a key is not read")


def wrong_line(exercise: Exercise, part: Asked) -> int:
    """The first numbered line whose formula is not that of what it is about; every number has to follow."""
    shown = Over(trained(exercise).net(0), {})
    for number, line in enumerate(exercise.lines, 1):
        comes_to = formula(line.formula)(shown).real
        if abs(comes_to - line.value) > ROUNDED * abs(comes_to) + LEAST:
            raise Contradiction(f"line {number} does not come to what it says: {comes_to!r}")
        shown[line.name] = complex(line.value)
    return first_wrong(exercise)


def first_wrong(exercise: Exercise) -> int:
    """The number of the first line whose formula is wrong."""
    made_of = structure(exercise)
    for number, line in enumerate(exercise.lines, 1):
        if not _right(line.name, line.formula, made_of):
            return number
    raise Contradiction("no line is wrong")


@lru_cache(maxsize=8192)
def _right(name: str, latex: str, made_of: Structure) -> bool:
    return all(close(formula(latex)(net), net[name]) for net in elsewhere(made_of))


def right_value(exercise: Exercise, part: Asked) -> float:
    """What the wrong line should have come to."""
    return trained(exercise).value(exercise.lines[first_wrong(exercise) - 1].name)
