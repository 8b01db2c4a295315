"""The catalogue's mistakes about a quantity of a network, for the answers of exercises."""

from __future__ import annotations

from collections.abc import Sequence

from backtrace.mistakes.applied import every_slip
from backtrace.mistakes.records import Slip
from backtrace.network.quantity import Key
from backtrace.network.records import Network


def known(network: Network, key: Key) -> Sequence[Slip]:
    """What each catalogued mistake makes of it, those that give the right value included; nothing for what comes after
    a second update, for which a mistake is one of the updates before."""
    return every_slip(network, key)
