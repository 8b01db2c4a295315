"""A statement of the bank: true or false?"""

from __future__ import annotations

from collections.abc import Mapping

from backtrace.questions.kind.bank import SETTINGS, drawn
from backtrace.questions.making import samples
from backtrace.questions.records import Instance, Kind
from backtrace.questions.seeds import Draws


def make(draw: Draws, level: int, settings: Mapping[str, object]) -> Instance:
    """True as often as false."""
    return drawn(draw, "true-false", level, settings)


KIND = Kind("true-false", "a statement of the bank, true or false", SETTINGS, make, samples)
