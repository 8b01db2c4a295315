"""From bytes to lines of text: UTF-8 or UTF-16 with a mark, any line ends, nothing that cannot be seen.

What a student hands in is taken whole or refused with its place; it is never half read. Every limit that needs no look
at the text is checked before anything is scanned.
"""

from __future__ import annotations

import re

from backtrace.errors import InputError, Place
from backtrace.network.source import SIZE_CAP, decoded

MAX_LINES = 2_000
LINE_END = r"\r\n|\r|\n"
# Control characters but TAB and the ends of lines, halves of a pair, and marks of another byte order.
UNSEEN = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]"


def lines_of(work: bytes | str, name: str = "") -> list[str]:
    """The lines of a submission, without their ends.

    Raises InputError where it is too long, not UTF-8 (or UTF-16 with a mark), or has characters that cannot be seen.
    """
    if len(work) > SIZE_CAP:
        raise InputError("the work is larger than 1 MB", Place(name), "hand in the lines alone")
    text = (decoded(work, name) if isinstance(work, bytes) else work).removeprefix("\ufeff")
    ends = len(re.findall(LINE_END, text))
    if ends > MAX_LINES:
        raise InputError(f"the work has {ends} lines", Place(name), f"at most {MAX_LINES} lines are read")
    unseen = re.search(UNSEEN, text)
    if unseen:
        code = f"U+{ord(unseen[0]):04X}"
        raise InputError(f"the character {code} cannot stand in a text", place_in(text, unseen.start(), name))
    return re.split(LINE_END, text)


def place_in(text: str, position: int, name: str = "") -> Place:
    """The line and column of a position."""
    before = re.split(LINE_END, text[:position])
    return Place(name, len(before), len(before[-1]) + 1)
