"""The names of a circuit: written as they were typed, under every notation; only derivatives follow its style.

| typed   | text    | LaTeX                  |
|---------|---------|------------------------|
| x       | x       | x                      |
| w0, x_1 | w0, x_1 | w_{0}, x_{1}           |
| alpha_2 | alpha_2 | \\alpha_{2}             |
| net_h1  | net_h1  | \\mathrm{net}_{h1}      |
"""

from __future__ import annotations

import re

from backtrace.errors import InputError, nearest, printable
from backtrace.network.circuit import Circuit, named
from backtrace.network.quantity import Derivative, Key, Quantity
from backtrace.notation import symbols
from backtrace.notation.listing import NameRow
from backtrace.notation.profile import Profile
from backtrace.notation.symbols import GREEK, Symbol

LONGEST = 120
PARTS = r"([A-Za-z]+?)(?:_?(\d+)|_([A-Za-z0-9]+))?"
LETTERS = {name: letter for letter, name in GREEK.items()}
WIRE = r"d_?(\d{1,6})"
SHOWN = 12


class CircuitSpelling:
    """The spellings of a circuit's quantities and derivatives; no two share one in any form."""

    def __init__(self, profile: Profile, circuit: Circuit) -> None:
        self.profile = profile
        self.circuit = circuit
        names = circuit.names()
        # dx is written for df/dx only where nothing else is called so.
        self.prefixes = profile.derivative == "d_prefix" and not any(f"d{name}" in names for name in names)
        self._latex: dict[str, str] = {}
        taken: set[str] = set()
        for name in names:
            written = latex_name(name)
            self._latex[name] = rf"\mathrm{{{_escaped(name)}}}" if written in taken else written
            taken.add(self._latex[name])

    def text(self, key: Key) -> str:
        """In Unicode: x, d1, ∂f/∂x."""
        if isinstance(key, Derivative):
            if self.prefixed(key):
                return f"d{self.text(key.by)}"
            return f"∂{self.text(key.of)}/∂{self.text(key.by)}" + (f"[{self.text(key.via)}]" if key.via else "")
        return key.name or symbols.text(self.symbol(key))

    def ascii(self, key: Key) -> str:
        """As it can be typed: x, d1, df/dx."""
        if isinstance(key, Derivative):
            if self.prefixed(key):
                return f"d{self.ascii(key.by)}"
            return f"d{self.ascii(key.of)}/d{self.ascii(key.by)}" + (f"[{self.ascii(key.via)}]" if key.via else "")
        return key.name or symbols.ascii(self.symbol(key))

    def latex(self, key: Key) -> str:
        r"""In LaTeX: x, d_{1}, \frac{\partial f}{\partial x}."""
        if isinstance(key, Derivative):
            if self.prefixed(key):
                return f"d{self.latex(key.by)}"
            via = f"_{{[{self.latex(key.via)}]}}" if key.via else ""
            return rf"\frac{{\partial {self.latex(key.of)}}}{{\partial {self.latex(key.by)}}}{via}"
        return self._latex[key.name] if key.name else symbols.latex(self.symbol(key))

    def prefixed(self, key: Derivative) -> bool:
        """Whether the derivative is written dx: of the output, in a notation that does so."""
        return self.prefixes and key.of == self.circuit.output and key.by.kind != "wire" and key.via is None

    def symbol(self, q: Quantity) -> Symbol:
        """The symbol of a wire, or of what one route adds."""
        if q.kind == "term":
            return Symbol("term", "upright", sub=(str(q.unit),))
        return Symbol("d", sub=(str(q.unit),), joined=self.profile.index_style == "joined")


def latex_name(name: str) -> str:
    """A typed name in LaTeX: digits and what follows an underscore become its index."""
    found = re.fullmatch(PARTS, name)
    if not found:
        return rf"\mathrm{{{_escaped(name)}}}"
    letters, digits, index = found.groups()
    base = f"\\{letters}" if letters in LETTERS else letters if len(letters) == 1 else rf"\mathrm{{{letters}}}"
    if not digits and not index:
        return base
    below = digits or (index if len(index) == 1 else rf"\mathrm{{{index}}}")
    return f"{base}_{{{below}}}"


def _escaped(name: str) -> str:
    return name.replace("_", r"\_")


def resolve(typed: str, circuit: Circuit, profile: Profile) -> Key:
    """The quantity (x, q, d1) or derivative (df/dq, grad_q) that a name means; InputError when there is none."""
    text = typed.strip()
    shown = printable(text)
    if not text or len(text) > LONGEST:
        raise InputError(f"'{shown}' is not a name", hint=_names(circuit))
    if "/" in text:
        return _derivative(text, circuit)
    if text.startswith("grad_"):
        return Derivative(circuit.output, _quantity(text[5:], circuit))
    if text[0] in "d∂" and CircuitSpelling(profile, circuit).prefixes and _found(text, circuit) is None:
        by = _found(text[1:], circuit)
        if by is not None:
            return Derivative(circuit.output, by)
    return _quantity(text, circuit)


def _derivative(text: str, circuit: Circuit) -> Key:
    shown = printable(text)
    above, _, below = (part.strip() for part in text.partition("/"))
    if above[:1] not in ("d", "∂") or below[:1] not in ("d", "∂"):
        raise InputError(f"'{shown}' is not a derivative", hint=f"a derivative is written d{circuit.output.name}/dx")
    return Derivative(_quantity(above[1:], circuit), _quantity(below[1:], circuit))


def _quantity(text: str, circuit: Circuit) -> Quantity:
    found = _found(text.strip(), circuit)
    if found is None:
        hint = nearest(text.strip(), circuit.names())
        raise InputError(f"there is no quantity '{printable(text)}' in this circuit", hint=hint or _names(circuit))
    return found


def _found(text: str, circuit: Circuit) -> Quantity | None:
    """The quantity of a name. Which gates there are is the derivation's business."""
    if text in circuit.names():
        return named(text)
    wire = re.fullmatch(WIRE, text)
    return Quantity("wire", unit=int(wire[1])) if wire else None


def _names(circuit: Circuit) -> str:
    names = circuit.names()
    return "the names are " + ", ".join(names[:SHOWN]) + (", …" if len(names) > SHOWN else "")


def listing(circuit: Circuit, profile: Profile) -> list[NameRow]:
    """A row for every name."""
    spelling = CircuitSpelling(profile, circuit)
    rows = []
    for name in circuit.names():
        what = "given" if name in circuit.leaves else "the output" if named(name) == circuit.output else "computed"
        rows.append(NameRow(name, spelling.ascii(named(name)), spelling.text(named(name)), what))
    return rows
