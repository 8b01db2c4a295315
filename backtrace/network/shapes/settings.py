"""The settings of one layer as its kind reads them: checked, with defaults, every refusal at its key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite
from typing import Any

from backtrace.errors import InputError, Place, nearest, printable
from backtrace.network.fields import shown
from backtrace.network.shapes.records import MOST, Kind, Shape, Values

PADDINGS = ("valid", "same")
MOST_AXES = 8


class Settings:
    """What a kind's `make` is given. inputs: the shapes that come in; what: the layer in refusals ("layer 2")."""

    def __init__(
        self, kind: Kind, values: Values, inputs: Sequence[Shape], what: str, place: Callable[[str], Place]
    ) -> None:
        self.kind = kind
        self.values = values
        self.inputs = tuple(inputs)
        self.what = what
        self.place = place

    @property
    def input(self) -> Shape:
        """The shape of the first input."""
        return self.inputs[0]

    def refusal(self, key: str, what: str, hint: str = "") -> InputError:
        """An error about a key ("" for the whole layer)."""
        return InputError(f"{self.what}: {what}", self.place(key), hint)

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def _value(self, key: str) -> Any:
        value = self.values.get(key, self.kind.key(key).default)
        if value is None:
            raise self.refusal("", f"{key} is missing", f"{self.kind.key(key).says}: {key} = 2")
        return value

    def _checked(self, key: str, value: Any) -> int:
        least = self.kind.key(key).least
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.refusal(key, f"{key} must be a whole number, not {shown(value)}")
        if not least <= value <= MOST:
            raise self.refusal(key, f"{key} must lie between {least} and {MOST}")
        return value

    def whole(self, key: str) -> int:
        """A whole number."""
        return self._checked(key, self._value(key))

    def sizes(self, key: str, axes: int) -> Shape:
        """A whole number for each axis; a single one stands for all."""
        value = self._value(key)
        if not isinstance(value, (list, tuple)):
            return (self._checked(key, value),) * axes
        if len(value) != axes:
            raise self.refusal(key, f"{key} has {len(value)} numbers, not {axes}", "one for each axis, or a single one")
        return tuple(self._checked(key, one) for one in value)

    def padding(self, axes: int) -> Shape | str:
        """Numbers for each axis, or one of the words of PyTorch."""
        value = self._value("padding")
        if not isinstance(value, str):
            return self.sizes("padding", axes)
        if value not in PADDINGS:
            raise self.refusal("padding", f"padding = '{printable(value)}' is not known", nearest(value, PADDINGS))
        return value

    def flag(self, key: str) -> bool:
        """true or false."""
        value = self._value(key)
        if not isinstance(value, bool):
            raise self.refusal(key, f"{key} must be true or false, not {shown(value)}")
        return value

    def word(self, key: str) -> str:
        """One of the key's words."""
        value, known = self._value(key), self.kind.key(key).choices
        if not isinstance(value, str) or value not in known:
            hint = nearest(value, known) if isinstance(value, str) else "there is: " + ", ".join(known)
            raise self.refusal(key, f"{key} = {shown(value)} is not known", hint)
        return value

    def share(self, key: str) -> float:
        """A number from 0 to 1."""
        value = self._value(key)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value) or not 0 <= value <= 1:
            raise self.refusal(key, f"{key} must be a number from 0 to 1, not {shown(value)}")
        return float(value)

    def shape(self, key: str) -> Shape:
        """A list of whole numbers, or a single one."""
        value = self._value(key)
        row = value if isinstance(value, (list, tuple)) else [value]
        if not 1 <= len(row) <= MOST_AXES:
            raise self.refusal(key, f"{key} has {len(row)} numbers", f"one for each axis, at most {MOST_AXES}")
        return tuple(self._checked(key, one) for one in row)

    def agreed(self, key: str, found: int, thing: str) -> int:
        """A size that follows from the input; where it is given all the same, it must agree."""
        if key in self.values and self.whole(key) != found:
            raise self.refusal(
                key,
                f"{key} = {self.values[key]}, but its input, {times(self.input)}, has {found} {thing}",
                f"{key} = {found}, or leave it out: it follows from the layer before",
            )
        return found

    def axes(self, *allowed: int, meaning: str, hint: str = "") -> Shape:
        """The shape of the input, when it has one of the allowed numbers of axes."""
        if len(self.input) not in allowed:
            count = len(self.input)
            raise self.refusal(
                "",
                f"{self.kind.name} takes {meaning}, but its input is {times(self.input)}, "
                f"of {count} ax{'i' if count == 1 else 'e'}s",
                hint,
            )
        return self.input


def times(shape: Shape) -> str:
    """A shape as a person writes it: 6×28×28."""
    return "×".join(str(size) for size in shape)
