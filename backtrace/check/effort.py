"""How much is worked out for one submission. It is bounded by a count and not by a clock, so that the same work has the
same report on every machine."""

from __future__ import annotations

# In operations: signs and names of the formulas that are worked out. Honest work of a thousand lines takes a tenth.
TO_JUDGE = 3_000_000
TO_EXPLAIN = 500_000
NO_END = 10**18


class TooMuchWork(Exception):
    """Nothing more is worked out for this submission."""


class Effort:
    """left: how many operations may still be done."""

    def __init__(self, left: int) -> None:
        self.left = left

    def spend(self, operations: int) -> None:
        """Counts what is about to be done; raises TooMuchWork where that is more than is left."""
        self.left -= operations
        if self.left < 0:
            raise TooMuchWork

    @property
    def is_over(self) -> bool:
        """Whether something was not worked out."""
        return self.left < 0
