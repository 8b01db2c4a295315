"""Two updates with Adam."""

from __future__ import annotations

from collections.abc import Mapping

from backtrace.questions.making import STEP_SETTINGS, read_settings, samples
from backtrace.questions.optimizing import two_updates
from backtrace.questions.records import Instance, Kind
from backtrace.questions.seeds import Draws


def make(draw: Draws, level: int, settings: Mapping[str, object]) -> Instance:
    """Asks for the gradient of each step, the running mean, both means corrected, and the weight.

    The output is the net by default, so that gradients are not too small to square.
    """
    wanted = read_settings({"output": "identity", **settings}, STEP_SETTINGS)
    return two_updates(KIND.name, draw, level, wanted, "adam", ("m", "m_hat", "v_hat"))


KIND = Kind("adam-step", "two updates with Adam", STEP_SETTINGS, make, samples)
