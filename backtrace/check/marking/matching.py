"""Whose hand-in is which: by the form id in it, else by the form id or the student's id in its path; of several the
latest counts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from backtrace.check.marking.handins import HandIn, Refused
from backtrace.check.marking.instances import Sheet
from backtrace.check.marking.written import form_in

WORDS = r"[^\W_]+"
TIME = r"(?:[-_ T.]?([0-2][0-9])[-_.:h]?([0-5][0-9])(?:[-_.:m]?([0-5][0-9]))?)?"
DATE = rf"(20[0-9]{{2}})[-_.]?([01][0-9])[-_.]?([0-3][0-9]){TIME}"
# What Moodle writes behind a name, and is nobody's id.
PARTICIPANT = r"_[0-9]+_assignsubmission_"
# The number behind a name: answers (2).txt, answers-2.txt, answers_v2.txt, attempt 2.
COUNTED = r"(?i)(?:[ _.-](?:v|version|attempt|versuch|try)?[ _.-]?|\()([0-9]{1,3})\)?$"


class Matched(NamedTuple):
    """What belongs to whom. chosen: the hand-in of each sheet, by its stem; faults: why that of a sheet could not be
    read; lost: (hand-in, why) that belongs to nobody; double: (kept, those before it); strange: (hand-in, remark)."""

    chosen: dict[str, HandIn]
    faults: dict[str, Refused]
    lost: tuple[tuple[str, str], ...]
    double: tuple[tuple[str, tuple[str, ...]], ...]
    strange: tuple[tuple[str, str], ...]


class Owners:
    """Finds the sheet that a hand-in belongs to."""

    def __init__(self, sheets: Sequence[Sheet]) -> None:
        self.by_form: dict[str, list[Sheet]] = {}
        self.by_first: dict[str, list[tuple[tuple[str, ...], Sheet]]] = {}
        self.by_name: dict[str, list[Sheet]] = {}
        for sheet in sheets:
            self.by_form.setdefault(sheet.form, []).append(sheet)
            if sheet.id and (parts := words(sheet.id)):
                self.by_first.setdefault(parts[0], []).append((parts, sheet))
            if sheet.name:
                self.by_name.setdefault(" ".join(words(sheet.name)), []).append(sheet)

    def of_path(self, path: str) -> list[Sheet]:
        """The sheets of the students whose id stands in a path; where none does, whose name begins a folder of it."""
        parts = words(re.sub(PARTICIPANT, "_", path))
        found = {
            sheet.stem: sheet
            for at, word in enumerate(parts)
            for id, sheet in self.by_first.get(word, ())
            if parts[at : at + len(id)] == id
        }
        if not found:
            for part in path.split("/"):
                for sheet in self.by_name.get(" ".join(words(part.partition("_")[0])), ()):
                    found[sheet.stem] = sheet
        return list(found.values())

    def form_of_path(self, path: str) -> str:
        """The form id in a path; empty for none."""
        return next((word.upper() for word in words(path) if word.upper() in self.by_form), "")

    def owner(self, hand_in: HandIn) -> tuple[Sheet | None, str]:
        """The sheet of a hand-in, and a remark: why there is none, or what is strange about it."""
        stated = form_in(hand_in.text)
        form = stated if stated in self.by_form else self.form_of_path(hand_in.name)
        people = self.of_path(hand_in.name)
        unknown = ""
        if stated and stated not in self.by_form:
            close = get_close_matches(stated, self.by_form, n=1)
            unknown = f"there is no form {stated}" + (f"; did they mean {close[0]}?" if close else "")
        if form:
            own = self.by_form[form]
            if len(own) > 1:
                own = [sheet for sheet in people if sheet in own]
                if len(own) != 1:
                    return None, f"several students have form {form}, and its name does not say which of them"
            others = [sheet for sheet in people if sheet.form != form]
            strange = f"form {form} is that of {own[0].whose}, the name says {others[0].whose}" if others else ""
            return own[0], strange or unknown
        if len(people) == 1:
            return people[0], unknown
        if people:
            return None, unknown or "its name fits several students"
        return None, unknown or "it names no form, and its name no student"


def matched(sheets: Sequence[Sheet], found: Iterable[HandIn | Refused]) -> Matched:
    """Every hand-in with the sheet it belongs to."""
    owners = Owners(sheets)
    all_of: dict[str, list[HandIn]] = {}
    faults: dict[str, Refused] = {}
    lost, strange = list[tuple[str, str]](), list[tuple[str, str]]()
    for one in found:
        if isinstance(one, Refused):
            people = owners.by_form.get(owners.form_of_path(one.name), []) or owners.of_path(one.name)
            if len(people) == 1:
                faults.setdefault(people[0].stem, one)
            continue
        sheet, remark = owners.owner(one)
        if sheet is None:
            lost.append((one.name, remark))
            continue
        all_of.setdefault(sheet.stem, []).append(one)
        if remark:
            strange.append((one.name, remark))
    chosen, double = dict[str, HandIn](), list[tuple[str, tuple[str, ...]]]()
    for stem, several in all_of.items():
        latest = max(several, key=recency)
        chosen[stem] = latest
        if len(several) > 1:
            double.append((latest.name, tuple(one.name for one in several if one is not latest)))
    kept = {stem: fault for stem, fault in faults.items() if stem not in chosen}
    return Matched(chosen, kept, tuple(lost), tuple(double), tuple(strange))


def recency(one: HandIn) -> tuple[bool, tuple[int, ...], int, tuple[int, ...], str]:
    """What orders the hand-ins of one person: one that names its form before one that does not, then the date in the
    path, the number behind the name, the time in the archive, the name."""
    date = re.findall(DATE, one.name)
    stem = re.sub(r"\.[A-Za-z]{1,5}$", "", one.name)
    counted = re.search(COUNTED, stem)
    stamp = tuple(int(part or 0) for part in date[-1]) if date else ()
    return bool(form_in(one.text)), stamp, int(counted[1]) if counted else 0, one.when, one.name


def words(text: str) -> tuple[str, ...]:
    """The words of an id, a name or a path."""
    return tuple(re.findall(WORDS, text.casefold()))
