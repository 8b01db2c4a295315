"""Drawing one sheet or one kind of exercise for many seeds: what `preview` and `stress` have in common."""

from __future__ import annotations

from backtrace.errors import InputError, Place, printable
from backtrace.questions.kinds import MODULES, kind
from backtrace.questions.seeds import digest
from backtrace.questions.sheet_file import Item, Marking, PageChoice, SheetFile, load_sheet, shipped_sheets
from backtrace.questions.variants import Variant, draw_variant

MOST_SEEDS = 1_000_000
# What previews are drawn from; the master seed of real sheets is another.
MASTER = "preview"


def seeds_of(text: str) -> range:
    """The seeds of "1-50", or of a single number; raises InputError."""
    ends = [end.strip() for end in text.split("-")]
    if len(ends) > 2 or not all(end.isascii() and end.isdigit() and len(end) < 16 for end in ends):
        raise InputError(
            f"--seeds: '{printable(text)}' is no range of seeds", hint="two whole numbers, as in 1-50, or one"
        )
    first, last = int(ends[0]), int(ends[-1])
    if last < first:
        raise InputError(f"--seeds: {first}-{last} has no seed in it", hint=f"the smaller one first: {last}-{first}")
    if last - first >= MOST_SEEDS:
        raise InputError(f"--seeds: more than {MOST_SEEDS} seeds", hint="take them in parts")
    return range(first, last + 1)


def sheet_or_kind(name: str, level: int | None = None) -> SheetFile:
    """The sheet file of that name, or a sheet of one exercise of that kind. level: of the kind alone."""
    if name not in MODULES:
        if name not in shipped_sheets() and not set(name) & set("/\\.") and name != "-":
            raise InputError(
                f"there is no exercise kind and no sheet '{printable(name)}'",
                hint="kinds: "
                + ", ".join(MODULES)
                + (f"; sheets: {', '.join(shipped_sheets())}" if shipped_sheets() else ""),
            )
        if level is not None:
            raise InputError("--level is for a kind of exercise", hint="a sheet file says the level of its items")
        return load_sheet(name)
    item = Item(name, "", "", 1.0, level or 1, "", {}, Place())
    return SheetFile(name, kind(name).title, PageChoice(), Marking(), (), (item,), False, "lines", False, "")


def drawn(sheet: SheetFile, seed: int) -> Variant:
    """The sheet of that seed."""
    return draw_variant(sheet, MASTER, f"seed {seed}")


def fingerprint(variant: Variant, index: int) -> str:
    """What identifies one exercise of a variant."""
    return digest(variant.exercises[index].instance.note)
