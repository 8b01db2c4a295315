"""Where the numbers of a line stand that do not belong there."""

from __future__ import annotations

import re
from collections.abc import Sequence


def slips_in(text: str, slips: Sequence[str]) -> list[tuple[int, int]]:
    """Where numbers stand that do not belong there; of one that stands there more than once it cannot be said which."""
    found = [[m.span() for m in re.finditer(rf"(?<![\w.,]){re.escape(slip)}(?![\w.,])", text)] for slip in slips]
    return sorted(spans[0] for spans in found if len(spans) == 1)
