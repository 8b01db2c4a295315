"""From lines `name = formula` and `name = number` to a circuit; whatever cannot be one is refused with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from backtrace.errors import InputError, Place, nearest, printable
from backtrace.expression.evaluate import evaluate
from backtrace.expression.functions import FUNCTIONS, EvaluationError
from backtrace.expression.reader import INSTEAD, read
from backtrace.expression.tokens import place_of, tokens
from backtrace.expression.tree import Expr, Given, operands, symbols
from backtrace.network.circuit import Circuit, Line, named
from backtrace.network.finding import words_for_a_shell
from backtrace.network.quantity import Quantity

MOST_LINES = 100
MOST_CHARACTERS = 10_000
LONGEST_NAME = 30
NAME = r"\s*([A-Za-z][A-Za-z0-9_]*)\s*=(?!=)\s*"
# What pages call the part of one route.
RESERVED = r"term_?\d+"
SHOWN = 8


class Source(NamedTuple):
    """Text with lines of a circuit; `file` is what it is called in messages: a file, or the option it came by."""

    text: str
    file: str = ""


class Entry(NamedTuple):
    """`name = formula` as it was typed; place: of the name, start: of the formula."""

    name: str
    place: Place
    formula: str
    start: Place


def read_circuit(sources: Iterable[Source], given: Iterable[Source] = (), name: str = "circuit") -> Circuit:
    """The circuit of all lines of `sources`, at the numbers of `given` (a later one wins over an earlier source).

    A line without names gives a leaf its value. The output is the one name that no line uses. Raises InputError.
    """
    entries = list(_distinct(_entries(sources, r";")))
    settings = [_distinct(_entries([source], r"[;,]")) for source in given]
    points = [entry for source in settings for entry in source]
    known = {entry.name for entry in (*entries, *points)}
    formulas = [(entry, _formula(entry, known)) for entry in entries]
    lines = [Line(e.name, form, e.start, _marks(e)) for e, form in formulas if _names(form)]
    values = {e.name: _number(e, form) for e, form in formulas if not _names(form)}
    if not lines:
        place = entries[0].place if entries else Place()
        raise InputError("there is no formula to compute", place, "a line is written f = (x + y)*z")
    ordered = _in_order(lines)
    leaves = _leaves(ordered, {line.name for line in lines})
    _refuse_two_meanings_of_e(ordered, leaves)
    _refuse_unused_values([entry for entry, form in formulas if not _names(form)], lines, leaves)
    _refuse_unused_values(points, lines, leaves)
    values |= {entry.name: _number(entry, _formula(entry, known)) for entry in points}
    return Circuit(name, tuple(ordered), tuple(leaves), _complete(values, leaves, lines))


def _entries(sources: Iterable[Source], between: str) -> Iterator[Entry]:
    """The lines of all sources, without comments; `between`: what may part several on one line."""
    count = total = 0
    for source in sources:
        for number, line in enumerate(source.text.splitlines(), 1):
            total += len(line)
            if total > MOST_CHARACTERS:
                raise InputError(
                    "this is too long for a circuit",
                    Place(source.file, number),
                    f"at most {MOST_CHARACTERS} characters are read",
                )
            column = 1
            for part in re.split(between, line.partition("#")[0]):
                if part.strip():
                    count += 1
                    yield _entry(part, Place(source.file, number, column))
                if count > MOST_LINES:
                    raise InputError(f"there are more than {MOST_LINES} lines", Place(source.file, number))
                column += len(part) + 1


def _entry(text: str, place: Place) -> Entry:
    found = re.match(NAME, text)
    blanks = len(text) - len(text.lstrip())
    here = place._replace(column=place.column + blanks)
    if not found:
        raise InputError(
            f"'{printable(text.strip())}' is no line of a circuit",
            here,
            "a line is written name = formula, as in f = (x + y)*z; a decimal has a point",
        )
    name = found[1]
    _check_name(name, here)
    if name in FUNCTIONS:
        raise InputError(f"{name} is a function and cannot be computed", here, "choose another name")
    return Entry(name, here, text[found.end() :], place._replace(column=place.column + found.end()))


def _check_name(name: str, place: Place | None = None) -> None:
    if len(name) > LONGEST_NAME:
        raise InputError(f"the name '{printable(name)}' is too long", place, f"at most {LONGEST_NAME} letters")
    if re.fullmatch(RESERVED, name):
        raise InputError(f"the name {name} is what a page calls the part of a route", place, "choose another name")


def _distinct(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The entries; a name given twice is refused."""
    first: dict[str, Place] = {}
    for entry in entries:
        if entry.name in first:
            raise InputError(
                f"{entry.name} is given twice", entry.place, f"it stands at {first[entry.name]} already; leave one out"
            )
        first[entry.name] = entry.place
        yield entry


def _formula(entry: Entry, known: set[str]) -> Expr:
    """The tree of a formula. A name before a bracket is a factor only where it is known from elsewhere."""
    called = set()
    found = tokens(entry.formula, entry.start)
    for token, after in pairwise(found):
        if token.kind == "name" and after.kind == "(" and token.text not in known:
            called.add(token.text)

    def key(name: str) -> Quantity | None:
        if name in FUNCTIONS or name in called or (name in INSTEAD and name not in known):
            return None
        _check_name(name)
        return named(name)

    return read(entry.formula, key, entry.start)


def _marks(entry: Entry) -> tuple[Place, ...]:
    """Where functions, quotients and powers stand."""
    found = tokens(entry.formula, entry.start)
    return tuple(
        place_of(token.start, entry.start)
        for token, after in pairwise(found)
        if token.kind in ("/", "^", "squared") or (token.text in FUNCTIONS and after.kind == "(")
    )


def _names(form: Expr) -> list[str]:
    """The names in a formula, each once."""
    return list(dict.fromkeys(key.name for key in symbols(form) if isinstance(key, Quantity)))


def _number(entry: Entry, form: Expr) -> float:
    """The number that a line without names gives, as typed where it was typed as a number."""
    used = _names(form)
    if used:
        raise InputError(
            f"the value of {entry.name} is to be a number, not a formula in {used[0]}",
            entry.start,
            "formulas belong to the lines of the circuit",
        )
    sign, literal = ("-", form.args[0]) if form.op == "neg" else ("", form)
    if literal.op == "number":
        return Given(sign + literal.args[1])
    try:
        return evaluate(form, lambda key: 0.0)
    except EvaluationError as error:
        raise InputError(f"{entry.name} has no value: {error.what}", entry.start, error.hint) from None


def _leaves(lines: Sequence[Line], computed: set[str]) -> list[str]:
    return list(dict.fromkeys(name for line in lines for name in _names(line.formula) if name not in computed))


def _refuse_two_meanings_of_e(lines: Sequence[Line], leaves: Sequence[str]) -> None:
    """Refuses the name e beside a function that pages write as a power of e, or whose slope they do."""
    if "e" not in (*leaves, *(line.name for line in lines)):
        return
    for line in lines:
        for name in ("exp", "erf", "sigmoid"):
            if _calls(line.formula, name):
                raise InputError(
                    f"e is a name here, and {name} is written with the number e",
                    line.place,
                    "choose another name for e, as in err",
                )


def _calls(form: Expr, name: str) -> bool:
    return (form.op == "call" and form.args[0] == name) or any(_calls(part, name) for part in operands(form))


def _refuse_unused_values(entries: Iterable[Entry], lines: Sequence[Line], leaves: Sequence[str]) -> None:
    computed = {line.name: line.place for line in lines}
    for entry in entries:
        if entry.name in computed:
            raise InputError(
                f"{entry.name} is computed and cannot be given a value",
                entry.place,
                f"its formula stands at {computed[entry.name]}; values are for " + _listed(leaves),
            )
        if entry.name not in leaves:
            raise InputError(
                f"{printable(entry.name)} has a value, but no formula uses it",
                entry.place,
                nearest(entry.name, leaves),
            )


def _complete(values: dict[str, float], leaves: Sequence[str], lines: Sequence[Line]) -> tuple[float, ...] | None:
    """The values in the order of the leaves; refused when only some are there."""
    missing = [name for name in leaves if name not in values]
    if not values:
        return None
    if missing:
        line = next(line for line in lines if missing[0] in _names(line.formula))
        verb = "has" if len(missing) == 1 else "have"
        raise InputError(
            f"{_listed(missing)} {verb} no value, but {next(iter(values))} has",
            line.place,
            f"give all of them (--at '{missing[0]}=…'), or none to see symbols alone",
        )
    return tuple(values[name] for name in leaves)


def _in_order(lines: Sequence[Line]) -> list[Line]:
    """The lines as typed, each after those it uses, the output last; cycles and idle lines are refused."""
    by_name = {line.name: line for line in lines}
    uses = {line.name: [name for name in _names(line.formula) if name in by_name] for line in lines}
    ordered: dict[str, Line] = {}

    def place(name: str, way: list[str]) -> None:
        if name in way:
            cycle = [*way[way.index(name) :], name]
            raise InputError(
                f"{name} depends on itself: {' → '.join(cycle)}",
                by_name[name].place,
                "a circuit has no way back; give one of them a formula in other names",
            )
        if name not in ordered:
            for below in uses[name]:
                place(below, [*way, name])
            ordered[name] = by_name[name]

    for line in lines:
        place(line.name, [])
    used = {below for names in uses.values() for below in names}
    ends = [line for line in lines if line.name not in used]
    output = lines[-1] if lines[-1] in ends else ends[0]
    idle = [line for line in ends if line is not output]
    if idle:
        raise InputError(
            f"{idle[0].name} is computed but no formula uses it",
            idle[0].place,
            f"the output is {output.name}, to which everything has to lead; leave {idle[0].name} out, or use it",
        )
    del ordered[output.name]
    return [*ordered.values(), output]


def _listed(names: Sequence[str]) -> str:
    shown = [*names[:SHOWN], *(["…"] if len(names) > SHOWN else [])]
    return ", ".join(shown[:-1]) + " and " + shown[-1] if len(shown) > 1 else shown[0]


def described(circuit: Circuit) -> str:
    """In a few words: "f from x, y, z"."""
    return f"{circuit.output.name} from {_listed(circuit.leaves)}"


def command_words(texts: Sequence[str], path: str | None, given: str | None, points: Sequence[str]) -> str:
    """What to type behind `backtrace derive` to get the same circuit again."""
    options = [("--expr", text) for text in texts]
    options += [("--circuit", path)] if path is not None else []
    options += [("--given", given)] if given is not None else []
    return words_for_a_shell([word for option in (*options, *(("--at", point) for point in points)) for word in option])
