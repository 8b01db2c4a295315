"""What chance is made of: streams of random numbers and form ids, each fixed by names alone.

A stream depends on nothing but the master seed and the names given: not on the order in which sheets are made, not on
the process, not on the day. SHA-256 stands between names and numbers: neighbouring seeds share nothing.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from hashlib import sha256
from random import Random
from typing import Protocol

# What a form id is spelled with: no letter that is mistaken for a digit (0 O, 1 I L) when it is copied by hand.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
FORM_LENGTH = 8


class Draws(Protocol):
    """Where random numbers come from, as from a `Random`: no more of it is used."""

    @property
    def random(self) -> Callable[[], float]:
        """The next number, at least 0 and less than 1."""

    def getstate(self) -> object:
        """What is equal before and after where nothing was drawn."""


class Stream:
    """The random numbers that belong to some names. Nothing is worked out before the first is asked for: of many a
    stream none is."""

    __slots__ = ("_begun", "_names", "random")

    def __init__(self, *names: str | int) -> None:
        self._names = names
        self._begun: Random | None = None
        self.random: Callable[[], float]

    def __getattr__(self, name: str) -> Callable[[], float]:
        if name != "random":
            raise AttributeError(name)
        self._begun = Random(int.from_bytes(sha256(_joined(*self._names)).digest(), "big"))
        self.random = self._begun.random
        return self.random

    def getstate(self) -> object:
        """What is equal before and after where nothing was drawn."""
        return self._begun and self._begun.getstate()


def stream(master: str | int, *names: str | int) -> Stream:
    """The random numbers that belong to these names under this master seed."""
    return Stream(master, *names)


def fresh_seed() -> str:
    """A master seed that nobody can guess, for a sheet that was given none."""
    from secrets import token_hex

    return token_hex(16)


def form_id(master: str, *names: str | int) -> str:
    """A form id: a hash of the names under the master seed, which students do not know; eight signs."""
    digest = hmac.digest(_joined("form", master), _joined(*names), "sha256")
    number, signs = int.from_bytes(digest, "big"), ""
    for _ in range(FORM_LENGTH):
        number, sign = divmod(number, len(ALPHABET))
        signs += ALPHABET[sign]
    return signs


def digest(*names: str | int) -> str:
    """A short fingerprint of the names: equal names have equal ones."""
    return sha256(_joined(*names)).hexdigest()[:32]


def _joined(*names: str | int) -> bytes:
    # The length goes before each name: ("ab", "c") and ("a", "bc") are different names. A number and its digits are
    # the same name, as they are on a command line.
    texts = [str(name).encode("utf-8", "surrogatepass") for name in names]
    return b"".join([b"%d:%b" % (len(text), text) for text in texts])
