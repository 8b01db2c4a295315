"""What a topic writes with: the letters of the notation, the quantities of any network, and lines that are remembered
so that they can be checked.

    def build(on: Lecture) -> None:
        layer, i, j = on.layer, on.unit("i"), on.unit("j")
        on.conventions(i, j)
        weight = on.weight(layer, j, i)
        on.section("gradient_of_a_weight", weight)
        on.chain(
            on.d(on.loss, weight),
            (mul(on.d(on.loss, on.net(layer, j)), on.d(on.net(layer, j), weight)), "chain rule"),
        )

Everything a topic needs of the notation comes from here, so that it is written once for all of them. Words are keys of
render/topic_words.py; rules are the few words that stand beside a line.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from backtrace.derivation.general.checking import Claim
from backtrace.derivation.general.instances import Asked
from backtrace.derivation.general.shapes import Shapes
from backtrace.derivation.steps import Remark, Section, Step, Table, Value
from backtrace.expression.tree import Expr, add, applied, mul, neg, replace, sub, symbol, total
from backtrace.network.activations import Activation
from backtrace.network.finding import load
from backtrace.network.indexed import Free, Function, Index, Ones, Over, Size, indexed
from backtrace.network.losses import Loss
from backtrace.network.quantity import LOSS, RATE, Derivative
from backtrace.network.records import Network
from backtrace.notation.lettered import function_named, letters_of

if TYPE_CHECKING:
    from random import Random

SPARE = "ijknpqrst"  # letters for units where the notation uses the one asked for for something else
# In the form of a slope that is written through the output, these stand for net and output.
NET, OUT = "x", "y"


class Lecture:
    """One topic being written; `sections` and `claims` are what comes out.

    data: what networks the lines that follow are about, a key of instances.DATA. checks: of statements that claims
    cannot say, each giving how many equalities it compared. values: of what stands in lines with numbers.
    """

    def __init__(self, topic: str, asked: Asked) -> None:
        self.topic = topic
        self.asked = asked
        self.profile = asked.profile
        self.letters = letters_of(asked.profile)
        self.layer = Index(self.letters.layer)
        self.last = Index(self.letters.last, last=True)
        self.units: dict[str, Index] = {}
        self.function = function_named(self.letters.function)
        self.functions: dict[Function, Activation | None] = {self.function: None}
        self.sections: list[Section] = []
        self.claims: list[Claim] = []
        self.checks: list[Callable[[Random], int]] = []
        self.values: dict[Any, Value] = {}
        self.data = "one"
        self.shapes = Shapes(self.profile.orientation == "row", asked.network)

    def network(self, default: str) -> Network:
        """The network whose numbers or sizes a part of the page is about.

        Statements in letters are tried on networks of other sizes all the same: it may have too few layers for them.
        """
        found = self.asked.network or load(default)
        self.asked = self.asked._replace(network=None)
        return found

    # Indices

    def unit(self, letter: str) -> Index:
        """The index of a unit: the letter asked for, unless the notation counts layers with it; the same each time."""
        if letter not in self.units:
            self.units[letter] = Index(self._unused(letter))
        return self.units[letter]

    @property
    def sample(self) -> Index:
        """The index of a sample, in the letter of the notation unless a unit has it already."""
        if "sample" not in self.units:
            self.units["sample"] = Index(self._unused(self.letters.sample))
        return self.units["sample"]

    def _unused(self, letter: str) -> str:
        used = {self.letters.layer, self.letters.last, *(index.letter for index in self.units.values())}
        choices = [letter, *SPARE]
        chosen: str = next(one for one in choices if one not in used)
        return chosen

    def samples(self) -> Expr:
        """How many samples there are."""
        return symbol(Size(self.letters.samples))

    def size(self, layer: Index) -> Expr:
        """How many units a layer has."""
        return symbol(Size("n", layer))

    def index(self, index: Index) -> Expr:
        """An index as it stands in a sentence."""
        return symbol(index)

    # Quantities

    def net(self, layer: Index | int, unit: Index | None = None) -> Expr:
        """The weighted sum of a unit, or of a whole layer."""
        return symbol(indexed("net", layer, unit))

    def out(self, layer: Index | int, unit: Index | None = None) -> Expr:
        """The output of a unit, or of a whole layer; of layer 0 the inputs."""
        return symbol(indexed("out" if layer != 0 else "input", layer, unit))

    def weight(self, layer: Index | int, to: Index | None = None, source: Index | None = None) -> Expr:
        """The weight into unit `to` of a layer from unit `source` of the layer below, or the whole matrix."""
        return symbol(indexed("weight", layer, to, source))

    def bias(self, layer: Index | int, unit: Index | None = None) -> Expr:
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

    @property
    def ones(self) -> Expr:
        """A column of ones, one for each sample."""
        return symbol(Ones())

    def loss_of(self, sample: Index) -> Expr:
        """The loss of one sample."""
        return symbol(indexed("loss", sample=sample))

    def free(self, name: str, low: float = -3.0, high: float = 3.0) -> Expr:
        """A variable of no network, tried at numbers from `low` to `high`."""
        return symbol(Free(name, low, high))

    def d(self, of: Expr, by: Expr) -> Expr:
        """∂of/∂by of two quantities."""
        return symbol(Derivative(of.args[0], by.args[0]))

    def delta(self, layer: Index | int, unit: Index | None = None) -> Expr:
        """δ of a unit or a layer; where the notation has no letter for it, the derivative that it stands for."""
        if self.profile.delta_named:
            return symbol(indexed("delta", layer, unit))
        return self.d(self.loss, self.net(layer, unit))

    def signed(self, form: Expr) -> Expr:
        """±form: with a minus where the notation's δ is −∂loss/∂net."""
        if self.profile.delta_sign > 0 or not self.profile.delta_named:
            return form
        return form.args[0] if form.op == "neg" else neg(form)

    def new(self, parameter: Expr) -> Expr:
        """The parameter after the update, for the left side of a line."""
        return symbol(parameter.args[0]._replace(updates=1))

    # Formulas

    def f(self, argument: Expr, primes: int = 0) -> Expr:
        """The activation, or with a prime its slope, at the argument."""
        return applied(self.function, argument, primes)

    @property
    def slope_known(self) -> bool:
        """Whether f′ can be put in: the reader named the activation."""
        return self.asked.activation is not None and self.asked.activation.slope is not None

    def slope(self, net: Expr, out: Expr) -> Expr:
        """f′ at a net as the page goes on with it: by its formula for a known activation, else f′(net)."""
        known = self.asked.activation
        if known is None or known.slope is None:
            return self.f(net, 1)
        return replace(known.slope, lambda key: {NET: net, OUT: out}.get(str(key)))

    def loss_form(self, form: Expr, out: Expr, target: Expr) -> Expr:
        """A term of the known loss, or its slope, for one output."""
        count = symbol(Size("n", self.last))
        return replace(form, lambda key: {"t": target, "y": out, "m": count}.get(str(key)))

    def loss_slope(self, out: Expr, target: Expr) -> Expr:
        """∂loss/∂out of an output: by its formula for a known loss, else the derivative itself."""
        known: Loss | None = self.asked.loss
        return self.d(self.loss, out) if known is None else self.loss_form(known.slope, out, target)

    def over(self, unit: Index, layer: Index | int, body: Expr, start: int = 1) -> Expr:
        """Σ over the units of a layer; from 0 where the bias is among them."""
        assert isinstance(layer, Index)
        return total(Over(unit.letter, layer, start), body)

    def over_samples(self, body: Expr) -> Expr:
        """Σ over the samples."""
        return total(Over(self.sample.letter), body)

    def weighted_sum(self, layer: Index, to: Index, source: Index) -> Expr:
        """Σ w·out + b, the net written out."""
        products = mul(self.weight(layer, to, source), self.out(layer.plus(-1), source))
        return add(self.over(source, layer.plus(-1), products), self.bias(layer, to))

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

    def line(self, left: Expr, form: Expr, rule: str = "", relation: str = "=") -> None:
        """One line, left = form."""
        self.chain(left, (form, rule), relation=relation)

    def chain(self, left: Expr, *forms: tuple[Expr, str], relation: str = "=") -> None:
        """left = form = form = …, each form on a line of its own with the rule that led to it. All are checked."""
        name = self._claim(left, *(form for form, _ in forms))
        for place, (form, rule) in enumerate(forms, 1):
            identity = f"{name}.{place}" if len(forms) > 1 else name
            sign = relation if place == 1 else "="
            kind = "update" if relation == ":=" else "rule"
            step = Step(identity, kind, left, (form,), rule=rule, relation=sign, statement=True, stated=place > 1)
            self.append(step)

    def update(self, parameter: Expr, *forms: tuple[Expr, str]) -> None:
        """The new value of a parameter: w⁺ = …, or w := … where the notation assigns."""
        self.chain(self.new(parameter), *forms, relation=":=" if self.profile.assigns else "=")

    def descent(self, parameter: Expr, gradient: Expr) -> Expr:
        """w − η·gradient."""
        return sub(parameter, mul(self.rate, gradient))

    def matrix_line(self, left: Expr, form: Expr, rule: str = "") -> None:
        """One line about whole layers, with the shape of everything in it."""
        name = self._claim(left, form)
        shapes = self.shapes.of_line(left, form)
        self.append(Step(name, "matrix", left, (form,), rule=rule, statement=True, shapes=shapes))

    def wrong(self, words: str, left: Expr, form: Expr) -> None:
        """A sentence about a common mistake, left = form; that it does not hold is checked too."""
        self.claims.append(Claim(f"{self.topic}:{words}", (left, form), self.data, wrong=True))
        self.remark(words, left, form)

    def _claim(self, *sides: Expr) -> str:
        name = f"{self.topic}:{len(self.claims) + 1}"
        self.claims.append(Claim(name, sides, self.data))
        return name

    def append(self, item: Step | Remark | Table) -> None:
        """Puts a line, a sentence or a table at the end of the section."""
        if not self.sections:
            self.sections.append(Section("", (), ()))
        last = self.sections[-1]
        self.sections[-1] = last._replace(items=(*last.items, item))
