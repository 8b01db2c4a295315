"""What can be derived from, a network or a circuit, and the spelling that goes with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias

from backtrace.network.quantity import Key
from backtrace.network.records import Network
from backtrace.notation.profile import Profile

if TYPE_CHECKING:
    from backtrace.network.circuit import Circuit

Subject: TypeAlias = "Network | Circuit"


class Speller(Protocol):
    """The spelling of a key in each form."""

    def text(self, key: Key) -> str:
        """In Unicode."""

    def ascii(self, key: Key) -> str:
        """As it can be typed."""

    def latex(self, key: Key) -> str:
        """In LaTeX."""


def spelling(profile: Profile, subject: Subject) -> Speller:
    """How the names of the subject are written under a profile."""
    if isinstance(subject, Network):
        from backtrace.notation.spelling import Spelling

        return Spelling(profile, subject)
    from backtrace.notation.circuits import CircuitSpelling

    return CircuitSpelling(profile, subject)
