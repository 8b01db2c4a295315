"""The folder that sheets are made in: what is there already, what may be written, and the tables over all of it.

out/students/              what students get, and nothing else
out/teacher/run.json       the master seed and how the sheets were asked for
out/teacher/instances/     a record per sheet, written last: a sheet whose record is there is complete
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from backtrace.cli.output import write_bytes, write_file
from backtrace.errors import InputError, Place, printable

STUDENTS, TEACHER, INSTANCES = "students", "teacher", "teacher/instances"
RUN = "teacher/run.json"


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
        elif os.path.isdir(self.path) and os.listdir(self.path) and not self.force:
            raise InputError(
                f"'{shown}' exists already and is no folder of sheets", hint="name a new one; --force writes into it"
            )
        folder = self.inside(INSTANCES)
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
            if name.endswith(".json"):
                record = self._json(f"{INSTANCES}/{name}")
                self.records[str(record["stem"])] = record

    def _json(self, name: str) -> dict[str, Any]:
        from json import load

        path = self.inside(name)
        try:
            with open(path, encoding="utf-8") as file:
                data = load(file)
        except (OSError, ValueError, RecursionError):
            raise InputError(
                "the file cannot be read as JSON", Place(printable(path, 200)), "was it changed?"
            ) from None
        if not isinstance(data, dict) or data.get("version") != 1 or (name != RUN and "stem" not in data):
            raise InputError("this is not one of our files", Place(printable(path, 200)), "was it changed?")
        return data

    def begin(self, run: Mapping[str, Any], sheet_text: str) -> None:
        """Makes the folders, and writes down how the sheets are asked for before the first is made."""
        if self.force:
            self._clear()
        for name in (STUDENTS, INSTANCES):
            try:
                os.makedirs(self.inside(name), exist_ok=True)
            except OSError as error:
                reason = (error.strerror or str(error)).lower()
                raise InputError(f"cannot make the folder '{printable(self.inside(name), 200)}': {reason}") from None
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
                ours = path.startswith(
                    (os.path.normpath(self.inside(STUDENTS)), os.path.normpath(self.inside(TEACHER)))
                )
                if ours and os.path.isfile(path) and not os.path.islink(path):
                    os.unlink(path)
        self.records = {}

    def _remove_leftovers(self, folder: str) -> None:
        """What a run that was killed had not finished writing."""
        for name in os.listdir(self.inside(folder)):
            if name.startswith(".backtrace-") and name.endswith(".part"):
                os.unlink(os.path.join(self.inside(folder), name))

    def write(self, name: str, text: str) -> None:
        """Writes a file of a sheet. One with the same text is left alone: a run was stopped after it."""
        path = self.inside(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if not self.force and os.path.isfile(path) and not os.path.islink(path):
            with open(path, "rb") as file:
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


def free_stem(stem: str, taken: Sequence[str] | Mapping[str, Any]) -> str:
    """The stem, with a number behind it where another sheet has it already."""
    found, n = stem, 2
    while found in taken:
        found, n = f"{stem}-{n}", n + 1
    return found
