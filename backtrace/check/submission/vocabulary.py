"""What may be named in networks of one structure under one notation; nothing of it belongs to a submission, so that it
is made once for a class."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from backtrace.engine.structure import structure_of
from backtrace.expression.kept import Same
from backtrace.expression.tree import PI, Expr, operands
from backtrace.network.quantity import COUNT, LOSS, RATE, Derivative, Key
from backtrace.network.records import Network
from backtrace.notation.listing import FIXED, wholes
from backtrace.notation.names import Names
from backtrace.notation.optimizing import settled_quantities
from backtrace.notation.profile import Profile

if TYPE_CHECKING:
    from backtrace.check.submission.latex_signs import Latex

# What goes on with a name, so that it is another one: a + belongs to it where no operand follows.
BEFORE = r"(?<![\w'@,])"
BEHIND = r"(?![\w'@,]|\+(?!\s*[\w.(\[√∂]))(?!(?<=[+'])\s*[\w.(\[√∂])"


def vocabulary_of(network: Network, profile: Profile) -> Vocabulary:
    """The vocabulary of a network, the same one for all that differ in numbers only."""
    return structure_of(network).kept(("vocabulary", Same(profile)), lambda: Vocabulary(network, profile))


class Vocabulary:
    """The names of one notation."""

    def __init__(self, network: Network, profile: Profile) -> None:
        self.network, self.profile = network, profile
        self.rows = profile.orientation == "row"
        self.names = Names(network, profile)

    @cached_property
    def of_one(self) -> Names:
        """The names where there is one sample only: under the heading of a sample."""
        network = self.network
        inputs, targets = network.inputs and network.inputs[:1], network.targets and network.targets[:1]
        return Names(network._replace(inputs=inputs, targets=targets), self.profile)

    @cached_property
    def settled(self) -> dict[str, Key]:
        """Names that mean what they mean before all else: the loss by itself, which a notation that writes dW for
        ∂E/∂W writes dE; the rate and the settings, as one notation's rate is the neutral name of a setting."""
        spell = self.names.spelling
        keys: list[Key] = [Derivative(LOSS, LOSS), RATE, COUNT._replace(updates=1), *settled_quantities(self.network)]
        return {name(key): key for key in keys for name in (spell.ascii, spell.text)}

    @cached_property
    def has_pi(self) -> bool:
        """Whether the exercise has the number π, in an activation or its slope."""
        activations = (layer.activation for layer in self.network.layers)
        formulas = (formula for one in activations for formula in (one.formula, one.slope))
        return any(PI in _parts(formula) for formula in formulas if formula is not None)

    @cached_property
    def latex(self) -> Latex:
        """The names as our LaTeX spells them."""
        from backtrace.check.submission.latex_signs import Latex

        return Latex(self.network, self.names.spelling)

    @cached_property
    def layers(self) -> dict[str, Key]:
        """The names of whole layers, before and after an update; in a matrix line they come before all others."""
        spell, found = self.names.spelling, dict[str, Key]()
        for q in (q._replace(updates=updates) for q in wholes(self.network) for updates in (0, 1)):
            if q.updates and q.kind in FIXED:
                continue
            found |= {spell.ascii(q): q, spell.text(q): q}
            if q.kind not in ("delta", "target"):
                by = Derivative(LOSS._replace(updates=q.updates), q)
                found |= {spell.ascii(by): by, spell.text(by): by}
        return found

    @cached_property
    def _a_layer(self) -> re.Pattern[str]:
        longest = sorted(self.layers, key=len, reverse=True)
        return re.compile(rf"{BEFORE}(?:{'|'.join(map(re.escape, longest))}){BEHIND}")

    def layer_at(self, text: str, position: int) -> str:
        """The name of a whole layer that begins at a position, or nothing."""
        found = self._a_layer.match(text, position)
        return found[0] if found else ""

    def has_layer(self, text: str) -> bool:
        """Whether a whole layer stands in a text."""
        return self._a_layer.search(text) is not None

    @cached_property
    def _a_settled_name(self) -> re.Pattern[str]:
        longest = sorted(self.settled, key=len, reverse=True)
        return re.compile(rf"(?:{'|'.join(map(re.escape, longest))}){BEHIND}")

    def settled_at(self, text: str, position: int) -> int:
        """The length of the settled name that begins at a position, 0 when there is none."""
        found = self._a_settled_name.match(text, position)
        return found.end() - position if found else 0


def _parts(form: Expr) -> Iterator[Expr]:
    """A formula and everything in it."""
    yield form
    for part in operands(form):
        yield from _parts(part)
