"""The names of a submission: those of a notation, under the heading that holds, and those that the person defined."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import cached_property
from math import pi
from typing import TYPE_CHECKING

from backtrace.check.lines import moved
from backtrace.check.records import OWN
from backtrace.errors import InputError, printable
from backtrace.expression.tree import PI, Expr, operands, symbols
from backtrace.network.quantity import COUNT, LOSS, RATE, Derivative, Key, Quantity
from backtrace.network.records import Network
from backtrace.notation.listing import FIXED, PER_SAMPLE, wholes
from backtrace.notation.names import Names, UnknownName
from backtrace.notation.optimizing import settled_quantities
from backtrace.notation.parsing import plain
from backtrace.notation.profile import Profile

if TYPE_CHECKING:
    from backtrace.check.latex_signs import Latex

# dE/dE: by itself.
SAME = r"[d∂]([^\s=*·/]+)/[d∂]\1(?![\w@+'])"
OWN_NAME = r"[A-Za-zα-ω][A-Za-z0-9_α-ω₀-₉]{0,39}"
# What a route adds, as our pages call it; without a line of its own nobody knows what it is.
ROUTE = r"term_?([0-9]{1,6})"
OFFERED = r"'([^']*)'"
# A name of the person's own that is closer than this to one of the network is a slip of the keyboard.
TOO_CLOSE = 0.75


class Vocabulary:
    """All names of one submission under one notation."""

    def __init__(self, network: Network, profile: Profile) -> None:
        self.network, self.profile = network, profile
        self.own: dict[str, Quantity] = {}
        # Matrices that the person defined, entry by entry.
        self.own_layers: dict[str, tuple[tuple[Key, ...], ...]] = {}
        self.names = Names(network, profile)
        # Names that are settled: the loss by itself, which a notation that writes dW for ∂E/∂W writes dE, and the rate
        # and settings, where what one notation calls its rate is the neutral name of a setting.
        spell = self.names.spelling
        settled: tuple[Key, ...] = (
            Derivative(LOSS, LOSS),
            RATE,
            COUNT._replace(updates=1),
            *settled_quantities(network),
        )
        self.settled: dict[str, Key] = {name(key): key for key in settled for name in (spell.ascii, spell.text)}
        formulas = (f for layer in network.layers for f in (layer.activation.formula, layer.activation.slope))
        self.has_pi = any(PI in _parts(formula) for formula in formulas if formula is not None)
        self._of_one: Names | None = None
        self._layers: dict[str, Key] | None = None
        self._under: dict[tuple[int, int], Naming] = {}

    def under(self, sample: int, step: int) -> Naming:
        """The names under a heading. Raises InputError for a sample that does not exist."""
        samples = self.network.samples
        if sample > samples:
            raise InputError(f"there is no sample {sample}", hint=f"the samples are 1 to {samples}")
        heading = (sample if samples > 1 else 0, step)
        if heading not in self._under:
            self._under[heading] = Naming(self, *heading)
        return self._under[heading]

    def of_one(self) -> Names:
        """The names where there is one sample only."""
        if self._of_one is None:
            network = self.network
            inputs, targets = network.inputs and network.inputs[:1], network.targets and network.targets[:1]
            self._of_one = Names(network._replace(inputs=inputs, targets=targets), self.profile)
        return self._of_one

    @cached_property
    def latex(self) -> Latex:
        """The names as our LaTeX spells them."""
        from backtrace.check.latex_signs import Latex

        return Latex(self.network, self.names.spelling)

    @property
    def layers(self) -> dict[str, Key]:
        """The names of whole layers, before and after an update, the longest first: in a matrix line they come before
        all others."""
        if self._layers is None:
            spell, found = self.names.spelling, dict[str, Key]()
            for q in (q._replace(updates=updates) for q in wholes(self.network) for updates in (0, 1)):
                if q.updates and q.kind in FIXED:
                    continue
                found |= {spell.ascii(q): q, spell.text(q): q}
                if q.kind not in ("delta", "target"):
                    by = Derivative(LOSS._replace(updates=q.updates), q)
                    found |= {spell.ascii(by): by, spell.text(by): by}
            self._layers = dict(sorted(found.items(), key=lambda item: -len(item[0])))
        return self._layers

    def layer_at(self, text: str, position: int = 0) -> str:
        """The name of a whole layer that begins at a position, or nothing."""
        for name in self.layers:
            after = text[position + len(name) : position + len(name) + 1]
            if text.startswith(name, position) and not re.match(r"[\w+'@,]", after):
                return name
        return ""

    def defines(self, form: Expr) -> bool:
        """Whether every name of the person's own in a formula was defined before."""
        return all(not isinstance(q, Quantity) or q.kind != OWN or q.name in self.own for q in symbols(form))


def _parts(form: Expr) -> Iterator[Expr]:
    """A formula and everything in it."""
    yield form
    for part in operands(form):
        yield from _parts(part)


class Naming:
    """Names as they are meant under a heading: of one sample, after so many updates."""

    def __init__(self, vocabulary: Vocabulary, sample: int, step: int) -> None:
        self.vocabulary, self.sample, self.step = vocabulary, sample, step
        self.names = vocabulary.of_one() if sample else vocabulary.names

    def resolve(self, text: str) -> Key:
        """The quantity that a name means; raises InputError like `Names.resolve`."""
        own = self.own(text)
        if own is not None:
            return own
        if text in self.vocabulary.settled:
            return moved(self.vocabulary.settled[text], self.step - 1)
        itself = re.fullmatch(SAME, text)
        if itself:
            key = self.resolve(itself[1])
            return Derivative(key, key) if isinstance(key, Quantity) else key
        if self.sample and "@" in text:
            return moved(self.vocabulary.names.resolve(text), self.step - 1)
        return moved(self._of_sample(self.names.resolve(text)), self.step - 1)

    def longest(self, text: str, position: int) -> int:
        """The length of the longest name that begins at a position of a formula, 0 when there is none."""
        names = self.vocabulary.names if self.sample and "@" in text else self.names
        length = max(names.longest(text, position), self.names.longest(text, position) if names != self.names else 0)
        for pattern, known in ((OWN_NAME, self.vocabulary.own), (SAME, None)):
            found = re.compile(pattern).match(text, position)
            if found and len(found[0]) > length and (known is None or self.own(found[0])):
                length = len(found[0])
        settled = next((name for name in self.vocabulary.settled if text.startswith(name, position)), "")
        if len(settled) > length and not re.match(r"[\w+'@]", text[position + len(settled) :][:1]):
            return len(settled)
        return length

    def with_pi(self, text: str) -> str:
        """A text with the digits of pi, where the exercise has it."""
        return re.sub(r"(?<!\w)pi(?![\w(])", repr(pi), text) if self.vocabulary.has_pi and "pi" in text else text

    def layer(self, text: str) -> Key:
        """The whole layer of a name, under this heading."""
        return moved(self.vocabulary.layers[text], self.step - 1)

    def own(self, text: str) -> Quantity | None:
        """The person's own quantity of this name."""
        if not re.fullmatch(OWN_NAME, text):
            return None
        name = plain(text)
        route = re.fullmatch(ROUTE, name)
        return Quantity(OWN, name=f"term_{route[1]}") if route else self.vocabulary.own.get(name)

    def define(self, text: str, error: InputError) -> Quantity:
        """The person's own quantity of a name that the network does not know.

        Raises the error again where it is no such name, or so close to a known one that it will be a slip.
        """
        if not isinstance(error, UnknownName) or not re.fullmatch(OWN_NAME, text) or is_slip(text, error.hint):
            raise error
        return Quantity(OWN, name=plain(text))

    def _of_sample(self, key: Key) -> Key:
        if not self.sample:
            return key
        if isinstance(key, Derivative):
            via = self._quantity(key.via) if key.via is not None else None
            return Derivative(self._quantity(key.of), self._quantity(key.by), via)
        return self._quantity(key)

    def _quantity(self, key: Quantity) -> Quantity:
        return key._replace(sample=self.sample) if key.kind in (*PER_SAMPLE, "wire") and not key.sample else key


def is_slip(text: str, hint: str) -> bool:
    """Whether a name will be a slip of the keyboard, by what is offered in its place."""
    if hint.startswith("there is "):
        return True
    offered = re.findall(OFFERED, hint)
    return any(SequenceMatcher(None, text.lower(), other.lower()).ratio() >= TOO_CLOSE for other in offered)


def no_name(text: str) -> InputError:
    """The refusal of a left side that is nothing."""
    return InputError(f"'{printable(text)}' is not a name", hint="a line is written name = number")
