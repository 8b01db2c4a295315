"""The named mistakes, in the order in which a step is worked out."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from backtrace.mistakes import forward
from backtrace.mistakes.records import Mistake

PHASES: tuple[tuple[str, tuple[Mistake, ...]], ...] = (("The forward pass", forward.MISTAKES),)

CATALOGUE: Mapping[str, Mistake] = MappingProxyType({m.id: m for _, phase in PHASES for m in phase})
