"""What a topic writes with: the letters of the notation, the quantities of any network, and lines that are remembered
so that they can be checked.

    def build(on: Lecture) -> None:
        layer, j, i = on.layer, on.unit("j"), on.unit("i")
        on.section("gradient_of_a_weight")
        on.remark("weight_runs", on.weight(layer, j, i))
        on.chain(
            on.d(on.loss, on.weight(layer, j, i)),
            (mul(on.d(on.loss, on.net(layer, j)), on.d(on.net(layer, j), on.weight(layer, j, i))), "chain rule"),
        )
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from backtrace.derivation.general.checking import Claim
from backtrace.derivation.steps import Remark, Section, Step, Table, Value
from backtrace.expression.tree import Expr, applied, replace, symbol, total
from backtrace.network.activations import Activation
from backtrace.network.indexed import Function, Index, Over, indexed
from backtrace.network.losses import Loss
from backtrace.network.quantity import LOSS, RATE, Derivative, Key
from backtrace.network.records import Network
from backtrace.notation.lettered import function_named, letters_of
from backtrace.notation.profile import Profile

if TYPE_CHECKING:
    from random import Random

SPARE = "ijknmpqr"  # letters for units that the notation uses for something else


class Asked(NamedTuple):
    """What the reader chose: None for any activation, any loss, any sizes."""

    profile: Profile
    activation: Activation | None = None
    loss: Loss | None = None
    network: Network | None = None


class Lecture:
    """One topic being written. `sections` and `claims` are what comes out."""

    def __init__(self, topic: str, asked: Asked) -> None:
        self.topic = topic
        self.asked = asked
        self.profile = asked.profile
        letters = letters_of(asked.profile)
        self.layer = Index(letters.layer)
        self.last = Index(letters.last, last=True)
        self.sample = Index(letters.sample)
        self.taken = {letters.layer, letters.last}
        self.units: dict[str, Index] = {}
        known = asked.activation
        self.function = (
            Function(known.symbol, known.name if not known.text else "f", known.latex)
            if known
            else function_named(letters.function)
        )
        self.functions: dict[Function, Activation | None] = {self.function: None}
        self.sections: list[Section] = []
        self.claims: list[Claim] = []
        self.checks: list[Callable[[Random], int]] = []  # of statements that the networks of `claims` cannot try
        self.values: dict[Key, Value] = {}
        self.batch = False

    # Indices and quantities

    def unit(self, letter: str) -> Index:
        """The index of a unit: the letter asked for, unless the notation counts layers with it; the same each time."""
        if letter not in self.units:
            used = self.taken | {index.letter for index in self.units.values()}
            chosen = letter if letter not in used else next(c for c in SPARE if c not in used)
            self.units[letter] = Index(chosen)
        return self.units[letter]

    def net(self, layer: Index, unit: Index | None = None) -> Expr:
        """The weighted sum of a unit, or of a whole layer."""
        return symbol(indexed("net", layer, unit))

    def out(self, layer: Index, unit: Index | None = None) -> Expr:
        """The output of a unit, or of a whole layer."""
        return symbol(indexed("out", layer, unit))

    def weight(self, layer: Index, to: Index | None = None, source: Index | None = None) -> Expr:
        """The weight into unit `to` of a layer from unit `source` of the layer below, or the whole matrix."""
        return symbol(indexed("weight", layer, to, source))

    def bias(self, layer: Index, unit: Index | None = None) -> Expr:
        """The bias of a unit, or the vector of a layer."""
        return symbol(indexed("bias", layer, unit))

    def target(self, unit: Index | None = None) -> Expr:
        """The target of an output, or of all."""
        return symbol(indexed("target", None, unit))

    @property
    def loss(self) -> Expr:
        """The loss."""
        return symbol(LOSS)

    @property
    def rate(self) -> Expr:
        """The learning rate."""
        return symbol(RATE)

    def loss_of(self, sample: Index) -> Expr:
        """The loss of one sample."""
        return symbol(indexed("loss", sample=sample))

    def d(self, of: Expr, by: Expr) -> Expr:
        """∂of/∂by of two quantities."""
        return symbol(Derivative(of.args[0], by.args[0]))

    def new(self, parameter: Expr) -> Expr:
        """The parameter after the update, for the left side of a line."""
        return symbol(parameter.args[0]._replace(updates=1))

    def f(self, argument: Expr, primes: int = 0) -> Expr:
        """The activation, or with a prime its slope, at the argument."""
        return applied(self.function, argument, primes)

    def slope(self, net: Expr, out: Expr) -> Expr:
        """f′ at a net as the page goes on with it: by its formula for a known activation, else f′(net)."""
        known = self.asked.activation
        if known is None or known.slope is None:
            return self.f(net, 1)
        return replace(known.slope, lambda key: net if key == "x" else out if key == "y" else None)

    def over(self, unit: Index, layer: Index, body: Expr, start: int = 1) -> Expr:
        """Σ over the units of a layer; from 0 where the bias is among them."""
        return total(Over(unit.letter, layer, start), body)

    # Lines

    def section(self, words: str, *args: Expr | str | int) -> None:
        """Begins a numbered section; the words are a key of render/topic_words.py."""
        self.sections.append(Section(words, args, ()))

    def remark(self, words: str, *args: Expr | str | int) -> None:
        """A sentence; expressions among its arguments are written as formulas."""
        self.append(Remark(words, args))

    def gap(self) -> None:
        """An empty line: what comes next is aligned for itself."""
        self.append(Remark(""))

    def line(self, left: Expr, form: Expr, rule: str = "", relation: str = "=", shapes: str = "") -> None:
        """One line, left = form."""
        self.chain(left, (form, rule), relation=relation, shapes=shapes)

    def chain(self, left: Expr, *forms: tuple[Expr, str], relation: str = "=", shapes: str = "") -> None:
        """left = form = form = …, each form on a line of its own with the rule that led to it."""
        number = len(self.claims) + 1
        name = f"{self.topic}:{number}"
        lines = tuple(
            Step(f"{name}.{place}", "rule", left, (form,), rule=rule, relation=relation, statement=True, shapes=shapes)
            for place, (form, rule) in enumerate(forms, 1)
        )
        self.claims.append(Claim(name, (left, *(form for form, _ in forms)), self.batch))
        for place, one in enumerate(lines):
            self.append(one._replace(stated=place > 0))

    def append(self, item: Step | Remark | Table) -> None:
        """Puts a line, a sentence or a table at the end of the section."""
        last = self.sections[-1]
        self.sections[-1] = last._replace(items=(*last.items, item))


