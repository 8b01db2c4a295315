"""Reads a sheet file: what a homework is made of. Everything unknown, missing or of the wrong sort is refused with its
place and what would have been right.

    title = "Homework 3"
    [page]        course, term, instructions, logo, paper, language, decimal, notation
    [marking]     right, rounding, follow_through, wrong, carry
    [[networks]]  id, network, level: drawn once per variant, used by several items
    [[items]]     kind, with its settings; or bank; or bank_file. With each: points, level
    [sheet]       shuffle, answer_space, self_check
"""

from __future__ import annotations

import os.path
import re
from collections.abc import Mapping
from typing import NamedTuple

from backtrace.errors import InputError, Place, nearest, printable
from backtrace.expression.tree import Given
from backtrace.network.fields import Table, shown
from backtrace.network.source import Document, decoded, file_text
from backtrace.questions.kinds import MODULES, kind
from backtrace.questions.records import LEVELS, Setting
from backtrace.questions.words import LANGUAGES
from backtrace.shipped import shipped

PAPERS = ("a4", "letter")
DECIMALS = ("point", "comma")
CARRIES = ("full", "rounded")
SPACES = ("lines", "boxes", "none")
MOST_ITEMS = 100
MOST_NETWORKS = 50
MOST_POINTS = 1000

PAGE_KEYS = ("course", "term", "instructions", "logo", "paper", "language", "decimal", "notation")
MARKING_KEYS = ("right", "rounding", "follow_through", "wrong", "carry")
SHEET_KEYS = ("shuffle", "answer_space", "self_check")
NETWORK_KEYS = ("id", "network", "level")
# What every item may say; the rest are settings of its kind.
ITEM_KEYS = ("kind", "bank", "bank_file", "points", "level", "network")


class PageChoice(NamedTuple):
    """What stands at the head of every sheet and how it is printed. logo: the path of a picture, empty for none;
    decimal: empty for the sign that the language uses."""

    course: str = ""
    term: str = ""
    instructions: str = ""
    logo: str = ""
    paper: str = "a4"
    language: str = "en"
    decimal: str = ""
    notation: str = ""


class Marking(NamedTuple):
    """Which part of a part's points each verdict is worth, and what the key carries from line to line."""

    right: float = 1.0
    rounding: float = 1.0
    follow_through: float = 1.0
    wrong: float = 0.0
    carry: str = "full"


class SharedNetwork(NamedTuple):
    """A network that several items use, drawn once per variant. network: as on a command line."""

    id: str
    network: str
    level: int
    place: Place


class Item(NamedTuple):
    """One exercise of the sheet: a kind with its settings, or a question of a bank.

    network: the id of a shared network, or a network as on a command line, empty for the kind's own.
    """

    kind: str
    bank: str
    bank_file: str
    points: float
    level: int
    network: str
    settings: Mapping[str, object]
    place: Place


class SheetFile(NamedTuple):
    """A sheet file as read. name: the stem of its file, what its random numbers are named after; text: the file, word
    for word."""

    name: str
    title: str
    page: PageChoice
    marking: Marking
    networks: tuple[SharedNetwork, ...]
    items: tuple[Item, ...]
    shuffle: bool
    answer_space: str
    self_check: bool
    text: str

    @property
    def points(self) -> float:
        """Of the whole sheet."""
        return sum(item.points for item in self.items)


def shipped_sheets() -> list[str]:
    """The names of the sheets that ship with the program, in order."""
    folder = _folder()
    if not os.path.isdir(folder):
        return []
    return sorted(name.removesuffix(".toml") for name in os.listdir(folder) if name.endswith(".toml"))


def shipped_sheet_titles() -> list[tuple[str, str]]:
    """Name and title of each."""
    from backtrace.network.source import title_line

    return [(name, title_line(file_text(os.path.join(_folder(), f"{name}.toml")))) for name in shipped_sheets()]


def new_sheet(name: str | None = None) -> str:
    """A sheet file to begin with, every line explained; or the one of that name that ships with the program."""
    return file_text(_shipped_path(name) if name else os.path.join(shipped("exercises"), "new-sheet.toml"))


def _shipped_path(name: str) -> str:
    """The file of a sheet that ships with the program; raises InputError for another name."""
    if name not in shipped_sheets():
        own = "" if os.path.splitext(name)[1] else f" (a file of your own needs its suffix: {printable(name)}.toml)"
        hint = f"{nearest(name, shipped_sheets())}{own}".strip()
        raise InputError(f"there is no sheet '{printable(name)}' of ours", hint=hint)
    return os.path.join(_folder(), f"{name}.toml")


def load_sheet(name: str) -> SheetFile:
    """The sheet file at that path, on standard input (`-`), or the one of that name that ships with the program."""
    if name == "-":
        import sys

        return read_sheet(decoded(sys.stdin.buffer.read(), "stdin"), "stdin", "stdin", "")
    if "/" in name or "\\" in name or os.path.splitext(name)[1]:
        stem = os.path.splitext(os.path.basename(name))[0]
        return read_sheet(file_text(name), printable(name, 200), stem, os.path.dirname(name))
    return read_sheet(file_text(_shipped_path(name)), f"{name}.toml", name, _folder())


def read_sheet(text: str, file: str, name: str, folder: str = "") -> SheetFile:
    """The sheet of the text. folder: where paths in it start. Raises InputError with file, line and what was wanted."""
    document = Document(text, file)
    whole = Table(
        document, (), document.tables, ("title", "page", "marking", "networks", "items", "sheet"), "the sheet"
    )
    networks = _networks(whole, document, folder)
    sheet = Table(document, ("sheet",), whole.values.get("sheet", {}), SHEET_KEYS, "[sheet]")
    page = _page(Table(document, ("page",), whole.values.get("page", {}), PAGE_KEYS, "[page]"), folder)
    titles, title = _in_language(whole, "title", page.language)
    return SheetFile(
        name,
        titles.text(title, longest=200),
        page,
        _marking(Table(document, ("marking",), whole.values.get("marking", {}), MARKING_KEYS, "[marking]")),
        networks,
        _items(whole, document, folder, networks),
        sheet.boolean("shuffle", False),
        sheet.choice("answer_space", SPACES, "lines"),
        sheet.boolean("self_check", False),
        text,
    )


def _folder() -> str:
    return os.path.join(shipped("exercises"), "sheets")


def _list(whole: Table, key: str, most: int) -> list[object]:
    rows = whole.values.get(key, [])
    if not isinstance(rows, list):
        raise whole.refusal(key, f"{key} must be a list of tables", f"write [[{key}]] before each")
    if len(rows) > most:
        raise whole.refusal(key, f"there are more than {most} {key}")
    return rows


def _in_language(table: Table, key: str, language: str) -> tuple[Table, str]:
    """Where a text stands that may be given once, or once in each language: {en = "…", de = "…"}."""
    value = table.values.get(key)
    if not isinstance(value, dict):
        return table, key
    texts = Table(table.document, (*table.path, key), value, LANGUAGES, f"{table.what}: {key}")
    return texts, next((code for code in (language, *LANGUAGES) if code in texts), language)


def _page(table: Table, folder: str) -> PageChoice:
    language = table.choice("language", LANGUAGES, "en")
    texts, key = _in_language(table, "instructions", language)
    words = texts.values.get(key, "")
    if not isinstance(words, str):
        raise texts.refusal(key, f"{key} must be a text in quotes, not {shown(words)}")
    logo = table.text("logo")
    if logo and not os.path.isfile(os.path.join(folder, logo)):
        raise table.refusal("logo", f"there is no file '{printable(logo)}'", "the path starts where the sheet file is")
    return PageChoice(
        table.text("course", longest=200),
        table.text("term", longest=200),
        re.sub(r"\s+", " ", words).strip()[:5000],
        os.path.join(folder, logo) if logo else "",
        table.choice("paper", PAPERS, "a4"),
        language,
        table.choice("decimal", DECIMALS, "point") if "decimal" in table else "",
        _path(table.text("notation"), folder),
    )


def _path(text: str, folder: str) -> str:
    """A path of the sheet file as it is from here; a name without a suffix is a name."""
    return os.path.join(folder, text) if os.path.splitext(text)[1] in (".toml",) else text


def _marking(table: Table) -> Marking:
    shares = {}
    for key in MARKING_KEYS[:-1]:
        if key in table:
            shares[key] = float(table.number(key))
            if not 0 <= shares[key] <= 1:
                raise table.refusal(key, f"{key} must lie between 0 and 1", "it is the part of a part's points")
    return Marking(**shares, carry=table.choice("carry", CARRIES, "full"))


def _level(table: Table, default: int) -> int:
    return table.whole("level", LEVELS[0], LEVELS[-1]) if "level" in table else default


def _networks(whole: Table, document: Document, folder: str) -> tuple[SharedNetwork, ...]:
    found: list[SharedNetwork] = []
    for index, row in enumerate(_list(whole, "networks", MOST_NETWORKS)):
        table = Table(document, ("networks", index), row, NETWORK_KEYS, f"network {index + 1}")
        own = table.text("id", longest=60)
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", own):
            raise table.refusal("id", f"'{printable(own)}' cannot be an id", "a letter, then letters, digits or _")
        if own in [other.id for other in found]:
            raise table.refusal("id", f"two networks have the id '{own}'")
        text = table.text("network")
        if not text:
            raise table.refusal("network", "there is no network", 'write one as on a command line: network = "2-2-1"')
        found.append(SharedNetwork(own, _path(text, folder), _level(table, 1), table.place("network")))
    return tuple(found)


def _items(whole: Table, document: Document, folder: str, networks: tuple[SharedNetwork, ...]) -> tuple[Item, ...]:
    rows = _list(whole, "items", MOST_ITEMS)
    if not rows:
        raise whole.refusal("items", "there are no items", 'write [[items]] and kind = "…"; backtrace sheet --new')
    return tuple(_item(document, index, row, folder, networks) for index, row in enumerate(rows))


def _item(document: Document, index: int, row: object, folder: str, networks: tuple[SharedNetwork, ...]) -> Item:
    what = f"item {index + 1}"
    name = row.get("kind", "") if isinstance(row, dict) else ""
    place = document.place("items", index, "kind") if name else document.place("items", index)
    settings: tuple[Setting, ...] = ()
    if name:
        if not isinstance(name, str):
            raise InputError(f"{what}: kind must be a text in quotes, not {shown(name)}", place)
        try:
            settings = kind(name).settings
        except InputError as error:
            raise error.at(place) from None
    keys = dict.fromkeys((*ITEM_KEYS, *(setting.name for setting in settings)))
    table = Table(document, ("items", index), row, keys, what)
    bank, bank_file = table.text("bank", longest=80), table.text("bank_file")
    if bool(name) == bool(bank or bank_file):
        said = "both a kind and a question of a bank" if name else "neither a kind nor a question of a bank"
        raise table.refusal(
            "", f"there is {said}", f'write kind = "…" ({", ".join(list(MODULES)[:4])}, …) or bank = "…"'
        )
    points = float(table.number("points")) if "points" in table else 1.0
    if not 0 <= points <= MOST_POINTS:
        raise table.refusal("points", f"points must lie between 0 and {MOST_POINTS}")
    chosen = {s.name: setting_value(s, table.values[s.name], table) for s in settings if s.name in table.values}
    network = table.text("network") if isinstance(table.values.get("network", ""), str) else ""
    if network and name and "network" not in [setting.name for setting in settings]:
        raise table.refusal("network", f"an exercise of kind '{name}' takes no network")
    if network and bank:
        raise table.refusal("network", "a question of a bank takes no network")
    chosen.pop("network", None)
    known = [shared.id for shared in networks]
    return Item(
        name,
        bank,
        os.path.join(folder, bank_file) if bank_file else "",
        points,
        _level(table, next((shared.level for shared in networks if shared.id == network), 1)),
        network if network in known else _path(network, folder),
        chosen,
        table.place("kind" if name else "bank"),
    )


def setting_value(setting: Setting, value: object, table: Table) -> object:
    """A value of a kind's setting, checked against its choices and against the sort of its default."""
    name, default = setting.name, setting.default
    if isinstance(value, Given | int) and not isinstance(value, bool) and isinstance(default, str | float):
        # A number for a setting that is spelled, such as a learning rate, stays as typed.
        value = float(value) if isinstance(default, float) else getattr(value, "text", str(value))
    if setting.choices and value not in setting.choices:
        named = ", ".join(str(choice) for choice in setting.choices)
        raise table.refusal(name, f"{name} = {shown(value)} is not known", f"there is: {named}")
    sorts = {bool: "true or false", int: "a whole number", float: "a number", str: "a text in quotes"}
    wanted = type(default)
    if wanted in sorts and (not isinstance(value, wanted) or isinstance(value, bool) != (wanted is bool)):
        raise table.refusal(name, f"{name} must be {sorts[wanted]}, not {shown(value)}", setting.meaning)
    if wanted is tuple and isinstance(value, list):
        return tuple(value)
    return value
