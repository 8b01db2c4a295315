"""The folder that sheets are made in: what is there already, what may be written, and the tables over all of it.

out/students/              what students get, and nothing else
out/teacher/run.json       the master seed and how the sheets were asked for
out/teacher/instances/     a record per sheet, written last: a sheet whose record is there is complete
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from backtrace.cli.output import write_bytes, write_file
from backtrace.errors import InputError, Place, printable

STUDENTS, TEACHER, INSTANCES = "students", "teacher", "teacher/instances"
RUN = "teacher/run.json"
CHANGED = "was it changed by hand?"
# What a second run needs of what the first wrote, and of which type it is.
RUN_FIELDS: dict[str, Any] = {
    "fingerprint": str,
    "master_seed": str,
    "of": str,
    "forms": int | None,
    "formats": list,
    "per_file": str,
}
RECORD_FIELDS: dict[str, Any] = {
    "stem": str,
    "number": int,
    "form": str,
    "variant": str,
    "student": dict | None,
    "attempt": int,
    "note": str,
    "files": list,
    "key": list,
}


class SheetFolder:
    """A folder of sheets, begun or to begin."""

    def __init__(self, path: str, force: bool) -> None:
        self.path, self.force = path, force
        self.begun: dict[str, Any] = {}
        self.records: dict[str, dict[str, Any]] = {}
        self._look()

    def inside(self, name: str) -> str:
        """The path of a file in the folder."""
        return os.path.join(self.path, *name.split("/"))

    def _look(self) -> None:
        """What is there; raises InputError for a folder that holds something else."""
        shown = printable(self.path, 200)
        if os.path.lexists(self.path) and not os.path.isdir(self.path):
            raise InputError(f"'{shown}' is not a folder", hint="-o names the folder for sheets and keys")
        for name in (STUDENTS, TEACHER, INSTANCES):
            if os.path.islink(self.inside(name)):
                raise InputError(f"'{printable(self.inside(name), 200)}' is a symbolic link and is not written through")
        if os.path.isfile(self.inside(RUN)):
            self.begun = self._json(RUN)
        elif os.path.isdir(self.path) and names_in(self.path) and not self.force:
            raise InputError(
                f"'{shown}' exists already and is no folder of sheets", hint="name a new one; --force writes into it"
            )
        folder = self.inside(INSTANCES)
        for name in names_in(folder) if os.path.isdir(folder) else ():
            if name.endswith(".json"):
                self.records[name.removesuffix(".json")] = self._json(f"{INSTANCES}/{name}")

    def _json(self, name: str) -> dict[str, Any]:
        from json import load

        path = self.inside(name)
        try:
            with reached(path, "read"), open(path, encoding="utf-8") as file:
                data = load(file)
        except (ValueError, RecursionError):
            raise InputError("the file cannot be read as JSON", Place(printable(path, 200)), CHANGED) from None
        stem = os.path.basename(name).removesuffix(".json")
        if not (is_run(data) if name == RUN else is_record(data, stem)):
            raise InputError("this is not one of our files", Place(printable(path, 200)), CHANGED)
        found: dict[str, Any] = data
        return found

    def begin(self, run: Mapping[str, Any], sheet_text: str) -> None:
        """Makes the folders, and writes down how the sheets are asked for before the first is made."""
        if self.force:
            self._clear()
        for name in (STUDENTS, INSTANCES):
            make_folder(self.inside(name))
        for folder in (STUDENTS, TEACHER, INSTANCES):
            self._remove_leftovers(folder)
        if not self.begun or self.force:
            from backtrace.questions.sheet_records import as_json

            self.write_anew(RUN, as_json(run, 1))
            if sheet_text:
                self.write_anew(f"{TEACHER}/sheet.toml", sheet_text)

    def _clear(self) -> None:
        """Takes away what the records say is ours, so that nothing of an earlier run is left among the new."""
        for stem, record in self.records.items():
            for name in [*record.get("files", []), f"{INSTANCES}/{stem}.json"]:
                path = os.path.normpath(self.inside(str(name)))
                ours = path.startswith(tuple(os.path.normpath(self.inside(f)) + os.sep for f in (STUDENTS, TEACHER)))
                if ours and os.path.isfile(path) and not os.path.islink(path):
                    with reached(path, "remove"):
                        os.unlink(path)
        self.records = {}

    def _remove_leftovers(self, folder: str) -> None:
        """What a run that was killed had not finished writing."""
        for name in names_in(self.inside(folder)):
            if name.startswith(".backtrace-") and name.endswith(".part"):
                path = os.path.join(self.inside(folder), name)
                with reached(path, "remove"):
                    os.unlink(path)

    def write(self, name: str, text: str) -> None:
        """Writes a file of a sheet. One with the same text is left alone: a run was stopped after it."""
        path = self.inside(name)
        make_folder(os.path.dirname(path))
        if not self.force and os.path.isfile(path) and not os.path.islink(path):
            with reached(path, "read"), open(path, "rb") as file:
                if file.read() == text.encode("utf-8", "backslashreplace"):
                    return
        write_file(path, text, self.force)

    def write_anew(self, name: str, text: str) -> None:
        """Writes a file that is made from all the sheets, in place of what it was before."""
        write_file(self.inside(name), text, force=True)

    def lay_beside(self, picture: str) -> None:
        """Copies a picture to the sheets, whose LaTeX names it."""
        try:
            with open(picture, "rb") as file:
                data = file.read()
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise InputError(f"the logo cannot be read: {reason}", Place(printable(picture, 200))) from None
        write_bytes(self.inside(f"{STUDENTS}/{os.path.basename(picture)}"), data, force=True)

    def in_order(self) -> list[dict[str, Any]]:
        """The records by number."""
        return [self.records[stem] for stem in sorted(self.records, key=lambda s: (self.records[s]["number"], s))]


@contextmanager
def reached(path: str, doing: str) -> Iterator[None]:
    """Says of what the system refuses which file it was, and why."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(f"cannot {doing} '{printable(path, 200)}': {reason}") from None


def make_folder(path: str) -> None:
    """Makes a folder where there is none."""
    with reached(path, "make the folder"):
        os.makedirs(path, exist_ok=True)


def names_in(folder: str) -> list[str]:
    """What is in a folder, in order."""
    with reached(folder, "read the folder"):
        return sorted(os.listdir(folder))


def is_run(data: Any) -> bool:
    """Whether the file that says how the sheets were asked for can be gone on from."""
    return has_fields(data, RUN_FIELDS)


def is_record(data: Any, stem: str) -> bool:
    """Whether the record under this name is one that the tables of the class can be made of."""
    from backtrace.questions.keys import KEY_COLUMNS

    if not has_fields(data, RECORD_FIELDS) or data["stem"] != stem or not data["files"]:
        return False
    student = data["student"] or {"id": "", "name": ""}
    texts = [student.get("id"), student.get("name"), *data["files"]]
    for row in data["key"]:
        if not isinstance(row, dict) or row.keys() != set(KEY_COLUMNS):
            return False
        texts += row.values()
    return all(isinstance(text, str) for text in texts) and all(map(is_figure, data["key"]))


def has_fields(data: Any, fields: Mapping[str, Any]) -> bool:
    """Whether the data is of our version and has these fields, each of its type."""
    if not isinstance(data, dict) or data.get("version") != 1 or not fields.keys() <= data.keys():
        return False
    return all(isinstance(data[name], type) for name, type in fields.items())


def is_figure(row: Mapping[str, str]) -> bool:
    """Whether the answer of a row can be shown to its digits, where it is a number."""
    from math import isfinite

    if row["sort"] != "numeric" or not row["answer"]:
        return True
    try:
        return isfinite(float(row["answer"])) and 1 <= int(row["digits"]) <= 15
    except ValueError:
        return False


def free_stem(stem: str, taken: Sequence[str] | Mapping[str, Any]) -> str:
    """The stem, with a number behind it where another sheet has it already."""
    found, n = stem, 2
    while found in taken:
        found, n = f"{stem}-{n}", n + 1
    return found
