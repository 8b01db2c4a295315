"""The variants of a sheet: which there are, whose they are, and the exercises of each, drawn from its name alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from backtrace.errors import InputError, Place
from backtrace.questions.joining import joined
from backtrace.questions.kinds import kind
from backtrace.questions.labels import Exercise, asked_together
from backtrace.questions.making import NETWORK
from backtrace.questions.records import Instance
from backtrace.questions.roster import Student, slug
from backtrace.questions.sampling import network_for, shuffled, tried
from backtrace.questions.seeds import Draws, digest, form_id, stream
from backtrace.questions.sheet_file import Item, SharedNetwork, SheetFile

if TYPE_CHECKING:
    from backtrace.network.records import Network

# How often a variant that somebody else has already is drawn anew.
REDRAWS = 20
MOST_COPIES = 20_000
# How often networks are drawn anew until every exercise about them can be asked.
DRAWS = 20


class Copy(NamedTuple):
    """One sheet to be made. number: its place in the roster or among the copies, from 1; variant: the name that its
    random numbers come from; stem: of its files, safe on every system; id, name: of the student, empty without one."""

    number: int
    variant: str
    stem: str
    id: str = ""
    name: str = ""


class Variant(NamedTuple):
    """A sheet as drawn, item by item. note: a fingerprint of its numbers and answers; two variants with the same note
    are the same sheet; attempt: how often it was drawn before, because others had it."""

    form: str
    exercises: tuple[Exercise, ...]
    note: str
    attempt: int = 0


def for_students(students: Sequence[Student]) -> tuple[Copy, ...]:
    """A variant of their own for each."""
    return tuple(_copy(student, f"student {student.id}") for student in students)


def in_forms(students: Sequence[Student], forms: int, master: str) -> tuple[Copy, ...]:
    """So many variants dealt over the roster: neighbours in the list have different ones, and no variant has two
    students more than another."""
    dealt: list[Copy] = []
    for student in students:
        block, place = divmod(student.number - 1, forms)
        order = shuffled(stream(master, "deal", block), range(1, forms + 1))
        dealt.append(_copy(student, f"form {order[place]}"))
    return tuple(dealt)


def numbered(copies: int) -> tuple[Copy, ...]:
    """Copies without names."""
    if not 1 <= copies <= MOST_COPIES:
        raise InputError(f"--copies must lie between 1 and {MOST_COPIES}")
    return tuple(Copy(n, f"copy {n}", f"copy-{n:04d}") for n in range(1, copies + 1))


def _copy(student: Student, variant: str) -> Copy:
    # The number comes first: no two stems are alike, and none is a name that a system keeps for itself.
    stem = "-".join(part for part in (f"{student.number:04d}", slug(f"{student.id} {student.name}")) if part)
    return Copy(student.number, variant, stem, student.id, student.name)


def draw_variant(sheet: SheetFile, master: str, name: str, attempt: int = 0) -> Variant:
    """The variant of that name: the same whenever and wherever it is drawn.

    A network that an exercise cannot be asked about (an answer is too small, or a mistake gives the right one) is drawn
    anew with all exercises about it, at most 20 times; then InputError says why.
    """
    names = (sheet.name, name, *((f"again {attempt}",) if attempt else ()))
    tries = DRAWS if sheet.networks or any(item.network for item in sheet.items) else 1
    for n in range(tries):
        try:
            exercises = _exercises(sheet, master, (*names, *((f"try {n}",) if n else ())))
            break
        except InputError:
            if n == tries - 1:
                raise
    if sheet.shuffle:
        order = shuffled(stream(master, *names, "order"), list(asked_together(exercises)))
        exercises = [exercise for group in order for exercise in group]
    note = digest(*sorted(exercise.instance.note for exercise in exercises))
    return Variant(form_id(master, *names, note), tuple(exercises), note, attempt)


def _exercises(sheet: SheetFile, master: str, names: tuple[str, ...]) -> list[Exercise]:
    """What the items became, in the order of the file. The random numbers of one do not depend on what the others
    are."""
    shared = {n.id: _shared(n, stream(master, *names, "network", n.id)) for n in sheet.networks}
    # The last one first: later exercises ask for more, and are the first to find that a network will not do.
    drawn = [
        Exercise(_drawn(item, shared, stream(master, *names, "item", index), sheet.marking.carry), item.points)
        for index, item in reversed([*enumerate(sheet.items, 1)])
    ]
    return joined(drawn[::-1], [item.network for item in sheet.items])


def varies(sheet: SheetFile, master: str) -> bool:
    """Whether two variants of the sheet can differ at all, as far as a few draws show it."""
    return len({draw_variant(sheet, master, f"probe {n}").note for n in range(4)}) > 1


def _shared(shared: SharedNetwork, draw: Draws) -> Network:
    return _filled(_loaded(shared.network, shared.place), shared.level, draw, shared.place)


def _loaded(text: str, place: Place) -> Network:
    try:
        return _read_once(text)
    except InputError as error:
        raise error.at(place) from None


@lru_cache(maxsize=64)
def _read_once(text: str) -> Network:
    from backtrace.network.finding import load

    return load(text)


def _filled(network: Network, level: int, draw: Draws, place: Place) -> Network:
    """The network with numbers and a learning rate, drawn where it has none."""
    if network.numeric and network.optimizer.has_rate:
        return network
    try:
        return tried(lambda: network_for(draw, level, network))
    except InputError as error:
        raise error.at(place) from None


def _drawn(item: Item, shared: Mapping[str, Network], draw: Draws, carry: str) -> Instance:
    """The exercise of an item; a refusal names the item's place in the sheet file."""
    try:
        if item.bank or item.bank_file:
            return _of_bank(item, draw)
        made = kind(item.kind)
        settings = dict(item.settings)
        if item.network:
            settings["network"] = _network(item, shared, draw, NETWORK in made.settings)
        if any(setting.name == "carry" for setting in made.settings):
            settings.setdefault("carry", carry)
        return made.make(draw, item.level, settings)
    except InputError as error:
        raise error.at(item.place) from None


def _network(item: Item, shared: Mapping[str, Network], draw: Draws, numbers: bool) -> Network | str:
    """The network of an item. numbers: whether its kind needs any; one that counts takes the sizes as typed."""
    if item.network in shared:
        return shared[item.network]
    if not numbers:
        return item.network
    return _filled(_loaded(item.network, item.place), item.level, draw, item.place)


def _of_bank(item: Item, draw: Draws) -> Instance:
    from backtrace.questions import bank

    if item.bank:
        return bank.instance(bank.question(item.bank, item.bank_file), draw)
    known = list(bank.read_file(item.bank_file).values())
    return bank.instance(known[int(draw.random() * len(known))], draw)
