"""What a page says: `left = part = part`, whatever page it stood on."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Statement:
    """One line of a derivation. place: where it begins, for messages; notes: the words behind its parts;
    assigned: `left := …`, so that the left side is the new value of what has the same name on the right."""

    place: str
    left: str
    parts: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    assigned: bool = False

    def __str__(self) -> str:
        return f"{self.place}: {' = '.join([self.left, *self.parts])}"
