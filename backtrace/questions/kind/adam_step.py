"""Two updates with Adam."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from backtrace.questions.making import STEP_SETTINGS, read_settings, samples
from backtrace.questions.optimizing import two_updates
from backtrace.questions.records import Instance, Kind


def make(draw: Random, level: int, settings: Mapping[str, object]) -> Instance:
    """Asks for the gradient of each step, the running means, and the weights."""
    wanted = read_settings({"small": True, **settings}, STEP_SETTINGS)
    return two_updates(KIND.name, draw, level, wanted, "adam", ("m", "v"))


KIND = Kind("adam-step", "two updates with Adam", STEP_SETTINGS, make, samples)
