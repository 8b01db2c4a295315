"""The network of a sheet's exercise, from what the sheet's folder holds: the record of a copy, or a file of its given
numbers."""

from __future__ import annotations

import re

from backtrace.check.marking.instances import read_instance
from backtrace.check.marking.quantities import joint_exercises
from backtrace.check.records import Submission
from backtrace.errors import InputError, Place, printable
from backtrace.network.records import Network
from backtrace.network.source import file_text

# How a file of given numbers says which network they belong to.
CHECKED_BY = r"^# backtrace check (\S+) "
HEAD = 10
# How a line of an answer form begins: 1a, 12c.
LABEL = r"([0-9]{1,3})[a-z]{1,2}(?: |$)"


def network_of_record(path: str, exercise: int | None = None) -> Network:
    """The network of an exercise of a sheet, of its only one where no number is said; raises InputError."""
    place = Place(printable(path, 200))
    found = [(joint.exercise, joint.network) for joint in joint_exercises(read_instance(path).parts)]
    if not found:
        raise InputError("no exercise of this sheet has a network with numbers", place)
    numbers = ", ".join(dict.fromkeys(str(number) for number, _ in found))
    chosen = [network for number, network in found if exercise in (None, number)]
    if not chosen:
        raise InputError(f"exercise {exercise} of this sheet has no network", place, f"there is: {numbers}")
    if any(network != chosen[0] for network in chosen):
        raise InputError("this sheet has several networks", place, f"say which with --exercise: {numbers}")
    return chosen[0]


def network_of_given(path: str) -> tuple[str, int | None]:
    """What to type for the network of a file of given numbers, and its exercise, as the head of the file says; raises
    InputError."""
    before = ""
    for line in file_text(path).splitlines()[:HEAD]:
        found = re.match(CHECKED_BY, line)
        if found:
            number = re.search(r"\b[0-9]{1,3}\b", before)
            return found[1], int(number[0]) if number else None
        before = line
    hint = "the files given-….txt of a sheet do; name the network otherwise, and this file with --given"
    raise InputError("this file does not say to which network its numbers belong", Place(printable(path, 200)), hint)


def of_exercise(submission: Submission, exercise: int) -> Submission:
    """What of an answer form belongs to one exercise; lines without a label stay."""
    labels = ((line, re.match(LABEL, line.name)) for line in submission.lines)
    kept = tuple(line for line, label in labels if label is None or int(label[1]) == exercise)
    return submission._replace(lines=kept)
