"""The commands of our own LaTeX, as they would be typed. A small bounded reader: what it does not know is refused."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from itertools import islice

from backtrace.check.submission.typeset_pages import braced
from backtrace.engine.structure import structure_of
from backtrace.errors import InputError, printable
from backtrace.expression.functions import FUNCTIONS
from backtrace.expression.reader import MAX_DEPTH
from backtrace.network.quantity import LOSS, Derivative, Key, Quantity, kept_of
from backtrace.network.records import Network
from backtrace.notation.listing import FIXED, PER_SAMPLE, quantities, wholes
from backtrace.notation.optimizing import kept_slots
from backtrace.notation.spelling import Spelling

MOST_NAMES = 5_000
# What the loss is derived by, in a notation that writes dW for ∂E/∂W.
PREFIXED = ("input", "weight", "bias", "net", "out", "loss_term", "softmax", "penalty", "data_loss", "loss")
NUMBER = r"[0-9]+(?:(?:\.|\{,\})[0-9]+)?"
TENS = r" \\times 10\^\{(-?[0-9]{1,3})\}"
ONES = r"\\mathbf\{1\}_\{([0-9]+) \\times ([0-9]+)\}"
ROUTE = r"\\mathrm\{term\}_\{([0-9]+)\}"
GAP = r"\\boxed\{.*?\\vphantom\{\\big\|\}\}"
MATRIX = r"\\begin\{bmatrix\} (.*?) \\end\{bmatrix\}"
# What stands for what, tried in this order.
SIGNS = (
    (r"\cdot ", "*"),
    (r"\odot ", " .* "),
    (r"\, ", " @ "),
    (r"\Bigl(", "("),
    (r"\Bigr)", ")"),
    (r"\Bigl[", "["),
    (r"\Bigr]", "]"),
    (r"\lvert ", "abs("),
    (r"\rvert ", ")"),
    (r"\tfrac{1}{2}", "(1/2)"),
    (r"\cdots", "..."),
    (r"\vdots", "..."),
    (r"\ddots", "..."),
    (r"^{\top}", "^T"),
    (r"\pi", repr(math.pi)),
    ("{}", ""),
    ("; ", ", "),
)
GROUPS = ((r"\sqrt", "sqrt(", ")"), ("e^", "exp(", ")"), ("^", "^(", ")"))
CALLED = {made.latex: name for name, made in FUNCTIONS.items()} | {
    r"\mathrm{softmax}": "softmax",
    r"\mathrm{diag}": "diag",
}


class Latex:
    """Formulas of one network in the LaTeX of one notation."""

    def __init__(self, network: Network, spelling: Spelling) -> None:
        self.spelling = spelling
        self.names: dict[str, Key] = {}
        for key in islice(_keys(network, spelling), MOST_NAMES):
            self.names.setdefault(spelling.latex(key), key)
        self.by_start: dict[str, list[str]] = {}
        for name in sorted(self.names, key=len, reverse=True):
            self.by_start.setdefault(name[:2], []).append(name)
        self.called = sorted(CALLED, key=len, reverse=True)

    def typed(self, text: str, depth: int = 0) -> str:
        """A formula as it would be typed. Raises InputError for what we do not print."""
        if depth > MAX_DEPTH:
            raise InputError(f"braces are nested more than {MAX_DEPTH} deep")
        found, at = list[str](), 0
        while at < len(text):
            piece, at = self.one(text, at, depth)
            found.append(piece)
        return "".join(found)

    def one(self, text: str, at: int, depth: int) -> tuple[str, int]:
        """What begins at a position, and where it ends."""
        if text.startswith(r"\frac{\partial", at):
            derivative = self.derivative(text, at, depth)
            if derivative is not None:
                return derivative
        name = self.name_at(text, at)
        if name:
            return self.spelling.ascii(self.names[name]), at + len(name)
        for pattern, instead in ((ONES, r"ones_\1,\2"), (ROUTE, r"term_\1"), (GAP, "________")):
            whole = re.compile(pattern).match(text, at)
            if whole:
                return whole.expand(instead), whole.end()
        table = re.compile(MATRIX).match(text, at)
        if table:
            rows = (row.split(" & ") for row in table[1].split(r" \\ "))
            return "[" + "; ".join(
                "  ".join(self.typed(cell, depth + 1) for cell in row) for row in rows
            ) + "]", table.end()
        figure = re.compile(NUMBER).match(text, at)
        if figure:
            tens = re.compile(TENS).match(text, figure.end())
            power, end = (f"e{tens[1]}", tens.end()) if tens else ("", figure.end())
            return figure[0].replace("{,}", ".") + power, end
        return self.sign(text, at, depth)

    def sign(self, text: str, at: int, depth: int) -> tuple[str, int]:
        """A function, a sign, or a command with braces."""
        for command in self.called:
            if text.startswith((f"{command}(", rf"{command}\Bigl("), at):
                return CALLED[command], at + len(command)
        for sign, instead in SIGNS:
            if text.startswith(sign, at):
                return instead, at + len(sign)
        if text.startswith(r"\frac{", at):
            middle = braced(text, at + 5)
            end = braced(text, middle)
            above, below = text[at + 6 : middle - 1], text[middle + 1 : end - 1]
            return f"(({self.typed(above, depth + 1)})/({self.typed(below, depth + 1)}))", end
        for command, opening, shut in GROUPS:
            if text.startswith(command + "{", at):
                end = braced(text, at + len(command))
                return opening + self.typed(text[at + len(command) + 1 : end - 1], depth + 1) + shut, end
        if text[at] in "+-()[], ":
            return text[at], at + 1
        raise InputError(f"'{printable(text[at : at + 30])}' is no LaTeX that we print", hint="type the formula")

    def derivative(self, text: str, at: int, depth: int) -> tuple[str, int] | None:
        """∂A/∂B, or a derivative that is still to be carried out."""
        middle = braced(text, at + 5)
        end = braced(text, middle)
        above, below = text[at + 6 : middle - 1], text[middle + 1 : end - 1]
        by = self.names.get(below.removeprefix(r"\partial "))
        if by is None:
            return None
        if above == r"\partial":
            return f"d/d{self.spelling.ascii(by)} ", end
        of = self.names.get(above.removeprefix(r"\partial "))
        if not isinstance(of, Quantity) or not isinstance(by, Quantity):
            return None
        shut = braced(text, end + 1) if text.startswith("_{[", end) else end
        via = self.names.get(text[end + 3 : shut - 2])
        if shut > end and isinstance(via, Quantity):
            return self.spelling.ascii(Derivative(of, by, via)), shut
        return self.spelling.ascii(Derivative(of, by)), end

    def name_at(self, text: str, at: int) -> str:
        """The longest name that begins at a position, or nothing."""
        for name in (*self.by_start.get(text[at : at + 2], ()), *self.by_start.get(text[at : at + 1], ())):
            if text.startswith(name, at):
                after = text[at + len(name) : at + len(name) + 1]
                if not re.match(r"[\w'_]", after) and (name.endswith("}") or after != "{"):
                    return str(name)
        return ""


def _keys(network: Network, spelling: Spelling) -> Iterator[Key]:
    """Everything that may stand on a page by a name of its own, before and after an update."""
    wires = (key for key in structure_of(network).graph.keys if isinstance(key, Quantity) and key.kind == "wire")
    kept = (
        kept_of(q, slot.name) for q in wholes(network) if q.kind in ("weight", "bias") for slot in kept_slots(network)
    )
    plain = (*quantities(network), *wholes(network), *wires, *kept, Quantity("margins"), Quantity("softmax"))
    yield Derivative(LOSS, LOSS)
    for q in plain:
        samples = range(1, network.samples + 1) if q.kind in PER_SAMPLE and q.unit + (q.kind == "loss") else ()
        for sample in (0, *(samples if network.samples > 1 else ())):
            one = q._replace(sample=sample or q.sample)
            for updates in (0, 1) if q.kind not in FIXED else (0,):
                made = one._replace(updates=updates)
                yield made
                by = Derivative(LOSS._replace(updates=updates), made)
                if made.kind in PREFIXED and spelling.prefixed(by):
                    yield by
