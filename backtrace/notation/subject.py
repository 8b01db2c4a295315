"""What can be derived from, a network or a circuit, and the spelling that goes with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from backtrace.network.records import Network
from backtrace.notation.profile import Profile
from backtrace.notation.spelling import Spelling

if TYPE_CHECKING:
    from backtrace.network.circuit import Circuit
    from backtrace.notation.circuits import CircuitSpelling

Subject: TypeAlias = "Network | Circuit"


def spelling(profile: Profile, subject: Subject) -> Spelling | CircuitSpelling:
    """How the names of the subject are written under a profile."""
    if isinstance(subject, Network):
        return Spelling(profile, subject)
    from backtrace.notation.circuits import CircuitSpelling

    return CircuitSpelling(profile, subject)
