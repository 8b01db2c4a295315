"""One exercise from its kind, a seed and a level: the same for the same three and the same settings."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from random import Random

from backtrace.errors import InputError
from backtrace.questions.kinds import kind as kind_named
from backtrace.questions.records import LEVELS, Instance


def exercise(kind: str, seed: str = "1", level: int = 1, settings: Mapping[str, object] | None = None) -> Instance:
    """The exercise; raises InputError for an unknown kind, level or setting, and with the seed where no numbers were
    found."""
    made = kind_named(kind)
    if level not in LEVELS:
        raise InputError(f"there is no level {level}", hint="the levels are 1, 2 and 3")
    digest = sha256("\0".join(("exercise", kind, str(level), seed)).encode()).digest()
    try:
        instance = made.make(Random(int.from_bytes(digest[:16], "big")), level, settings or {})
    except InputError as error:
        if not error.what.startswith("no numbers were found"):
            raise
        raise InputError(f"{kind}, level {level}, seed {seed}: {error.what}", error.place, error.hint) from None
    return instance._replace(seed=seed)
