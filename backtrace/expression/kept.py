"""What is kept because it is asked for again and again: never more than so much of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import wraps
from typing import TypeVar

MOST = 64
S = TypeVar("S")
T = TypeVar("T")


class Same:
    """What is compared by being the same object, which it holds on to: a key of what is kept for that object."""

    __slots__ = ("one",)

    def __init__(self, one: object) -> None:
        self.one = one

    def __hash__(self) -> int:
        return id(self.one)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.one is other.one


class Kept(dict[Hashable, T]):
    """What was made last, by what it was made for; never more than so much of it."""

    __slots__ = ("most",)

    def __init__(self, most: int = MOST) -> None:
        super().__init__()
        self.most = most

    def keep(self, key: Hashable, made: T) -> T:
        """The same thing, kept."""
        while len(self) >= self.most:
            del self[next(iter(self))]
        self[key] = made
        return made


class Met(Kept[bool]):
    """What was asked for before. What is asked for once is made as it comes; what is met again is worth keeping."""

    __slots__ = ()

    def again(self, key: Hashable) -> bool:
        """Whether this was asked for before; from now on it was."""
        return key in self or not self.keep(key, True)


class Hashed(tuple[T, ...]):
    """A tuple that works out its hash once: the key of what is asked for again and again."""

    _hash: int | None = None

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = super().__hash__()
        return self._hash


def for_the_last(make: Callable[[S], T]) -> Callable[[S], T]:
    """The same function, which has what it gave last at hand: asked about the very same object, it gives that again."""
    last: list[tuple[S, T]] = []

    @wraps(make)
    def made(one: S) -> T:
        if not last or last[0][0] is not one:
            last[:] = [(one, make(one))]
        return last[0][1]

    return made
