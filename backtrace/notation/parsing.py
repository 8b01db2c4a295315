"""Typed spelling to quantity: what a name without sample and update marks may mean.

A candidate is decoded from the letter and the digits, and counts only when the profile, asked to spell it, gives back
what was typed. So reading can never disagree with spelling, and no table of all names of a large network is built.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from backtrace.network.quantity import LOSS, RATE, SHARED, Quantity, kept_of, neutral
from backtrace.notation.listing import loss_parts
from backtrace.notation.numbering import Numbering
from backtrace.notation.optimizing import beginnings, kept_slots, settled_quantities
from backtrace.notation.profile import FALLBACKS, KINDS, WHOLE_KINDS, Pattern
from backtrace.notation.spelling import Spelling, variant
from backtrace.notation.symbols import ACCENTS, GREEK, ascii, letter_forms

RAISED = {**dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾", "0123456789()", strict=True))}
LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))
SWAPPED = r"([A-Za-z]+)_([0-9,]+)\^(\(\d+\)|\[\d+\]|\d+)"
NEUTRAL = r"(i|t|w|b|net|out|delta|E_|d|W|X|T)(\d*)(?:_(\d+))?(?:_(\d+))?"
SETTINGS = {"eta": RATE, "lr": RATE, "learning_rate": RATE}
NEUTRAL_LAYER = {"w": "weight", "W": "weight", "b": "bias", "net": "net", "out": "out", "delta": "delta"}


def plain(text: str) -> str:
    """The ASCII form of a name typed in Unicode: `z²₁` is `z^2_1`, `δ_o1` is `delta_o1`; LaTeX braces fall away."""
    if text.isascii():
        return _ordered(text.replace("{", "").replace("}", ""))
    from unicodedata import normalize

    out: list[str] = []
    before = ""
    for character in normalize("NFC", text):
        if character in RAISED:
            out.append(RAISED[character] if before in RAISED else "^" + RAISED[character])
        elif character in LOWERED:
            joined = before in LOWERED or before in "_,"
            out.append(LOWERED[character] if before and joined else "_" + LOWERED[character])
        elif character == "⁺":
            out.append("+")
        elif character in "′’":
            out.append("'")
        else:
            forms = (
                letter_forms(character) if character in GREEK or normalize("NFD", character)[-1] in ACCENTS else None
            )
            out.append(forms[0] if forms else character)
        before = character
    return _ordered("".join(out).replace("{", "").replace("}", ""))


def _ordered(text: str) -> str:
    text = re.sub(r"(?<=[A-Za-z])\[(?=\d+\])", "^[", text)
    return re.sub(SWAPPED, r"\1^\3_\2", text)


def ascii_letter(pattern: Pattern) -> str:
    """How names by this pattern begin."""
    forms = letter_forms(pattern.letter)
    return forms[0] if forms else ""


class Parser:
    """Reads names under one spelling."""

    def __init__(self, spelling: Spelling) -> None:
        self.spelling = spelling
        self.network = spelling.network
        self.numbering: Numbering = spelling.numbering
        self._patterns: list[tuple[str, Pattern, bool, str]] | None = None

    def meanings(self, name: str) -> list[Quantity]:
        """Every quantity that the ASCII name may mean, without sample and updates; the profile's own come first.

        The bias of a layer (`b1`) that has no shared one gives the biases of its units; it does not choose among them.
        """
        found = dict.fromkeys([*self._spelt(name), *self._inside_loss(name), *self._of_optimizer(name)])
        plainly = list(self._neutral(name))
        if len(plainly) == 1 or not found:
            found |= dict.fromkeys(plainly)
        if name.startswith("delta_"):
            unit = self.numbering.by_name(name[6:])
            if unit:
                found[Quantity("delta", *unit)] = None
        return list(found)

    def _inside_loss(self, name: str) -> Iterator[Quantity]:
        """Parts of the loss by their one spelling or their neutral name; there are few."""
        for q in loss_parts(self.network):
            if name in (self.spelling.ascii(q), neutral(q)):
                yield q

    def _of_optimizer(self, name: str) -> Iterator[Quantity]:
        """A setting, slot or other quantity of the network's optimizer: `beta1`, `mu`, `m_w5`, `Δw5`."""
        for q in settled_quantities(self.network):
            if name in (neutral(q), self.spelling.ascii(q)):
                yield q
        for slot in kept_slots(self.network):
            start = next((start for start in beginnings(slot) if name.startswith(start)), None)
            if start:
                for parameter in self.meanings(name[len(start) :]):
                    if parameter.kind in ("weight", "bias"):
                        yield kept_of(parameter, slot.name)

    def _spelt(self, name: str) -> Iterator[Quantity]:
        if self._patterns is None:
            self._patterns = [(*of_kind, ascii_letter(of_kind[1])) for of_kind in self._readable()]
        for kind, pattern, own, letter in self._patterns:
            q = self._decoded(name, kind, pattern, letter) if name.startswith(letter) else None
            if q is None or not self.exists(q):
                continue
            expected = self.spelling.profile.patterns[self._variant(q, kind)] if own else pattern
            if ascii(self.spelling.shaped(expected, q)) == name:
                yield q

    def _variant(self, q: Quantity, kind: str) -> str:
        return kind if kind == "loss_sample" else variant(q, self.network)

    def _readable(self) -> Iterator[tuple[str, Pattern, bool]]:
        patterns = self.spelling.profile.patterns
        for kind in KINDS:
            yield kind, patterns[kind], True
        for kind in WHOLE_KINDS:
            yield f"whole_{kind}", patterns[f"whole_{kind}"], True
        for alias in self.spelling.profile.aliases:
            yield alias.kind, alias.pattern, False

    def _decoded(self, name: str, kind: str, pattern: Pattern, letter: str) -> Quantity | None:
        """The quantity whose spelling by the pattern could be this name, which begins with its letter, or None."""
        rest = name[len(letter) :]
        values: dict[str, int] = {}
        offset = self.spelling.profile.input_index
        if pattern.sup:
            mark = re.match(r"\d+" if self.spelling.profile.layer_style == "suffix" else r"\^[(\[]?(\d+)[)\]]?", rest)
            if not mark or len(mark[0]) > 8:
                return None
            values["layer"] = int(mark[mark.lastindex or 0]) - offset
            rest = rest[mark.end() :]
        if not self._take_indices(rest.removeprefix("_") if letter else rest, pattern, kind, values):
            return None
        return self._quantity(kind, values)

    def _take_indices(self, rest: str, pattern: Pattern, kind: str, values: dict[str, int]) -> bool:
        profile = self.spelling.profile
        tokens = [
            part
            for token in pattern.sub
            for part in (
                ("to", "from")
                if profile.weight_order == "to_from"
                else ("from", "to")
                if profile.weight_order == "from_to"
                else ("flat",)
            )
            * (token == "link")
            or (token,)
        ]
        if tokens and (tokens[0] == "name" or tokens[0].startswith("=")) and len(tokens) == 1:
            if tokens[0] != "name":
                return rest == tokens[0][1:]
            unit = self.numbering.by_name(rest)
            if unit:
                values["layer"], values["unit"] = unit
            return unit is not None
        parts = rest.split(",") if "," in rest else list(rest) if len(tokens) == len(rest) else [rest] if rest else []
        if len(parts) != len(tokens) or not all(
            part.isascii() and part.isdecimal() and len(part) < 8 for part in parts
        ):
            return False
        for token, part in zip(tokens, parts, strict=True):
            number = int(part)
            if token == "layer":
                number -= profile.input_index
            elif token in ("unit", "to", "from") and profile.unit_numbers == "network" and kind != "wire":
                place = self.numbering.by_place(number)
                if place is None:
                    return False
                number = place[1]
                values.setdefault("layer", place[0] + (token == "from"))
            if token == "flat":
                weight = self.numbering.by_flat(number)
                if weight is None:
                    return False
                values |= {"layer": weight.layer, "to": weight.unit, "from": weight.source}
            else:
                values[token] = number
        return True

    def _quantity(self, kind: str, values: dict[str, int]) -> Quantity | None:
        base = kind.removeprefix("whole_")
        layer = self.numbering.last if base.endswith("_last") else values.get("layer", 0)
        base = FALLBACKS.get(base, base)
        if base in ("loss", "rate"):
            return LOSS if base == "loss" else RATE
        if base in ("input", "target", "loss_term", "wire"):
            layer = 0
        if kind.startswith("whole_"):
            return Quantity(base, layer)
        if kind == "bias_shared":
            return Quantity("bias", layer, SHARED)
        unit = values.get("unit", values.get("output", values.get("to", 0)))
        return Quantity(base, layer, unit, values.get("from", 0)) if unit else None

    def _neutral(self, name: str) -> Iterator[Quantity]:
        if name in SETTINGS:
            yield SETTINGS[name]
        if name == "E":
            yield LOSS
        match = re.fullmatch(NEUTRAL, name)
        if not match:
            return
        letter, *digits = match.groups()
        if any(group and (len(group) > 7 or group[0] == "0") for group in digits):
            return
        first, second, third = (int(group) if group else 0 for group in digits)
        for q in self._neutral_meaning(letter, first, second, third):
            if self.exists(q):
                yield q

    def _neutral_meaning(self, letter: str, first: int, second: int, third: int) -> Iterator[Quantity]:
        simple = {"i": "input", "t": "target", "E_": "loss_term", "d": "wire"}
        if letter in ("X", "T"):
            if not (first or second or third):
                yield Quantity("input" if letter == "X" else "target")
        elif letter in simple:
            if first and not second and not third:
                yield Quantity(simple[letter], 0, first)
        elif letter in ("w", "W"):
            if bool(second) == bool(third) == (letter == "w"):
                found = Quantity("weight", first, second, third)
                yield self.network.weight(first, second, third) if second and self.exists(found) else found
        elif letter == "b" and not second and 1 <= first <= self.numbering.last:
            shared = self.network.layers[first - 1].shared_bias
            yield from (
                [Quantity("bias", first, SHARED)]
                if shared
                else [Quantity("bias", first, unit) for unit in range(1, self.network.size(first) + 1)]
            )
        elif not third:
            yield Quantity(NEUTRAL_LAYER[letter], first, second)

    def exists(self, q: Quantity) -> bool:
        """Whether the network has such a quantity."""
        if q.kind in ("loss", "rate"):
            return True
        if q.kind == "wire":
            return q.unit > 0
        if q.kind in ("input", "target", "loss_term"):
            least = 1 if q.kind == "loss_term" else 0
            return least <= q.unit <= self.network.size(0 if q.kind == "input" else self.numbering.last)
        if not 1 <= q.layer <= self.numbering.last:
            return False
        layer = self.network.layers[q.layer - 1]
        if q.kind == "bias":
            return layer.has_bias and ((q.unit == SHARED) == layer.shared_bias) and q.unit <= layer.units
        if q.kind == "weight":
            return (
                bool(q.unit) == bool(q.source)
                and 0 <= q.unit <= layer.units
                and 0 <= q.source <= self.network.size(q.layer - 1)
            )
        return 0 <= q.unit <= layer.units
