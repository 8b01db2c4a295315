"""What a student handed in: an answer form filled in, or typed work for a form id, line by line.

form = K7QM2XPD
1a net_h1 = 0.63          an answer to the part with this label
net_h2 = w3*i1 + … = 0.7  work: a quantity by its name
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

from backtrace.errors import InputError, Place, printable
from backtrace.network.source import SIZE_CAP, decoded

MOST_LINES = 2000
FORM = r"(?im)^[ \t#]{0,9}(?:form(?:ular)?)[ \t]{0,9}[=:,;|\t][ \t]{0,9}([A-Za-z0-9]{1,40})[ \t]*$"
LABEL = r"\(?([0-9]{1,3}[A-Za-z]{0,2})(?:\)|\.)?(?=[\s=:≈,;|]|$)"
EXERCISE = r"(?i)(?:exercise|aufgabe)\s+([0-9]{1,3})\s*:?$"
UNSEEN = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f]"


class Entry(NamedTuple):
    """An answer as written. before: another that it takes the place of, empty for none."""

    text: str
    before: str = ""


class Written(NamedTuple):
    """A hand-in. answers: by label; work: (exercise that a heading named or 0, line, text) of all other lines."""

    answers: dict[str, Entry]
    work: tuple[tuple[int, int, str], ...]


def text_of(data: bytes, file: str) -> str:
    """The text of a hand-in; raises InputError for one that is too large, no text, or has signs that no one types."""
    text = decoded(data, file, SIZE_CAP)
    found = re.search(UNSEEN, text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        code = f"U+{ord(found[0]):04X}"
        raise InputError(f"there is a control character {code} in the file", Place(file, line), "save it as plain text")
    if text.count("\n") > MOST_LINES:
        raise InputError(f"the file has more than {MOST_LINES} lines", Place(file))
    return text


def form_in(text: str) -> str:
    """The form id that a hand-in names; empty for none."""
    found = re.search(FORM, text)
    return found[1].upper() if found else ""


def written(text: str, labels: Collection[str]) -> Written:
    """The answers to the parts with these labels, and whatever else was written."""
    answers: dict[str, Entry] = {}
    work: list[tuple[int, int, str]] = []
    known = {label.lower(): label for label in labels}
    exercise, last = 0, ""
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw if is_notation(raw) else raw.partition("#")[0].strip()
        heading = re.match(EXERCISE, line)
        if not line or re.match(FORM, line):
            continue
        if heading:
            exercise, last = int(heading[1]), ""
        elif line[0] in "=≈" and last:
            answers[last] = answers[last]._replace(text=f"{answers[last].text} {line}")
        else:
            last = _label(line, known)
            if not last:
                work.append((exercise, number, line))
            elif not _taken(answers, last, line):
                last = ""
    return Written(answers, tuple(work))


def is_notation(line: str) -> bool:
    """Whether a remark names the notation of the work."""
    return re.match(r"\s*#\s*notation\s*:", line) is not None


def _label(line: str, known: dict[str, str]) -> str:
    """The label that a line begins with; empty for none."""
    found = re.match(LABEL, line)
    return known.get(found[1].lower(), "") if found else ""


def _taken(answers: dict[str, Entry], label: str, line: str) -> bool:
    """Takes what stands behind the first equals sign, else behind a colon, or in the next cell of a table; a line
    without an answer changes nothing."""
    sign = next((found[0] for found in (re.search("[=≈]", line), re.search("[:;,|\t]", line)) if found), "")
    text = (line.partition(sign)[2] if sign else re.sub(LABEL, "", line, count=1)).strip("=≈~ \t")
    if not text:
        return False
    before = answers.get(label)
    same = before is not None and "".join(before.text.split()) == "".join(text.split())
    answers[label] = Entry(text, before.text if before is not None and not same else "")
    return True


def shown(text: str) -> str:
    """An answer as it may stand in a table."""
    return printable(text, 200)
