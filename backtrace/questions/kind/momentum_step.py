"""Two updates with momentum."""

from __future__ import annotations

from collections.abc import Mapping

from backtrace.questions.making import STEP_SETTINGS, read_settings, samples
from backtrace.questions.optimizing import two_updates
from backtrace.questions.records import Instance, Kind, Setting
from backtrace.questions.seeds import Draws

SETTINGS = (*STEP_SETTINGS, Setting("form", "accumulate", "of the rule", ("accumulate", "velocity")))


def make(draw: Draws, level: int, settings: Mapping[str, object]) -> Instance:
    """Asks for the gradient of each step, what is accumulated, and the weights."""
    wanted = read_settings(settings, SETTINGS)
    slot = {"accumulate": "Delta", "velocity": "v"}[str(wanted["form"])]
    given = (("form", str(wanted["form"])),) if wanted["form"] != "accumulate" else ()
    return two_updates(KIND.name, draw, level, wanted, "momentum", (slot,), given)


KIND = Kind("momentum-step", "two updates with momentum", SETTINGS, make, samples)
