"""How long a submission takes to mark on one core, beside a bare script that compares with key.csv.

The script reads the same answer forms and says for each answer whether it lies in the interval of the key: nothing
follows, nothing is named. Ours reads the record of the sheet, reads the form, and marks. A third of the students make
no mistake, a third one at a random line and go on from it, a third hand in numbers that have nothing to do with the
exercise: the dearest case, in which every line is held against every mistake. Seconds are those of the processor.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from random import Random
from statistics import mean
from tempfile import TemporaryDirectory
from time import process_time

from measuring import interleaved, ratio, table

from backtrace.check.checking import lines_for
from backtrace.check.marking.class_marking import Job, Unit, made
from backtrace.check.marking.instances import Sheet, read_instance
from backtrace.check.marking.quantities import joint_exercises
from backtrace.check.marking.settings import Settings
from backtrace.check.students.working import Student, calculated
from backtrace.mistakes.applied import slips
from backtrace.questions.keys import KEY_COLUMNS, csv_table
from backtrace.questions.sheet_file import read_sheet
from backtrace.questions.sheet_making import Job as SheetJob
from backtrace.questions.sheet_making import make, units
from backtrace.questions.sheet_records import as_json
from backtrace.questions.variants import numbered

SHEET = """title = "Homework"
[[networks]]
id = "net"
network = "3-3-2:sigmoid"
level = 2
[[items]]
kind = "forward-pass"
network = "net"
[[items]]
kind = "backward-pass"
network = "net"
"""
COPIES, CLASS, ROUNDS = 15, 1000, 3
STUDENT = Student(5)


def answers(sheet: Sheet, sort: int, draw: Random) -> str:
    """An answer form filled in. sort: 0 right, 1 with one mistake, 2 with any numbers."""
    [joint] = joint_exercises(sheet.parts)
    lines = lines_for(joint.network, ())
    planted = {}
    if sort == 1:
        part = joint.parts[int(draw.random() * len(joint.parts))]
        assert part.key is not None
        found = slips(joint.network, part.key)
        planted = {part.key: found[int(draw.random() * len(found))]} if found else {}
    worked = calculated(joint.network, STUDENT, planted)
    filled = [f"form = {sheet.form}"]
    for part in joint.parts:
        assert part.key is not None
        value = worked[lines.canonical(part.key)].paper if sort < 2 else round(draw.random(), 5)
        filled.append(f"{part.label} {part.name} = {STUDENT.shown(value)}")
    return "\n".join(filled) + "\n"


def bare(key: str) -> Callable[[str], int]:
    """A lecturer's own script: how many answers lie in their intervals."""
    rows = {(row["form"], row["part"]): row for row in csv.DictReader(io.StringIO(key))}

    def count(text: str) -> int:
        found = re.search(r"form = (\w+)", text)
        form = found[1] if found else ""
        right = 0
        for label, value in re.findall(r"(?m)^(\d+[a-z]*) .*= (\S+)$", text):
            row = rows[form, label]
            right += float(row["low"]) <= float(value) <= float(row["high"])
        return right

    return count


def row(name: str, seconds: list[float], floor: list[float]) -> tuple[str, str, str, str]:
    """A row of the table: of one submission, of a class, beside the script."""
    each = min(seconds) / COPIES
    return name, f"{1000 * each:.2f}", f"{CLASS * each:.1f}", f"{ratio(seconds, floor):.0f}"


def main() -> None:
    """Prints the tables."""
    draw = Random(1)
    job = SheetJob(read_sheet(SHEET, "bench.toml", "bench"), "master")
    records = [record for unit in units(numbered(COPIES)) for record in make(job, unit).records]
    count = bare(csv_table(KEY_COLUMNS, [row for record in records for row in record["key"]]))
    with TemporaryDirectory() as folder:
        paths = []
        for record in records:
            paths.append(f"{folder}/{record['stem']}.json")
            with open(paths[-1], "w", encoding="utf-8") as file:
                file.write(as_json(record))
        sheets = [read_instance(path) for path in paths]
        forms = {
            sort: [Unit(path, "x", answers(sheet, sort, draw)) for path, sheet in zip(paths, sheets, strict=True)]
            for sort in range(3)
        }
        cases: dict[str, Callable[[], object]] = {
            "bare script": lambda: [count(unit.text or "") for unit in forms[0]],
            "the record of a sheet read": lambda: [read_instance(path) for path in paths],
        }
        names = ("right work", "one mistake, and what follows", "any numbers")
        for sort, name in enumerate(names):
            cases[f"backtrace: {name}"] = lambda sort=sort: [made(Job(Settings()), unit) for unit in forms[sort]]
        seconds = interleaved(cases, ROUNDS, 1, process_time)
        floor = seconds["bare script"]
        print(f"{len(sheets[0].parts)} lines a submission\n")
        rows = [row(name, times, floor) for name, times in seconds.items()]
        mixed = [mean(seconds[f"backtrace: {name}"][n] for name in names) for n in range(ROUNDS)]
        rows.append(row("backtrace: a class of the three", mixed, floor))
        table(("per submission", "ms", "seconds for 1,000", "times the script"), rows)
        pages = Job(Settings(), ("html",))
        [with_pages] = interleaved(
            {"": lambda: [made(pages, unit) for unit in forms[1]]}, ROUNDS, 1, process_time
        ).values()
        table(("with a page for the student", "ms"), [("HTML", f"{1000 * min(with_pages) / COPIES:.2f}")])


if __name__ == "__main__":
    main()
