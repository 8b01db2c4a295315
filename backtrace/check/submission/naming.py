"""The names of a submission: those of a notation, as they are meant under the heading that holds, and those that the
person defined."""

from __future__ import annotations

import re
from math import pi

from backtrace.check.lines import moved
from backtrace.check.records import OWN
from backtrace.check.submission.vocabulary import Vocabulary
from backtrace.errors import InputError
from backtrace.expression.tree import Expr, symbols
from backtrace.network.quantity import Derivative, Key, Quantity
from backtrace.notation.listing import PER_SAMPLE
from backtrace.notation.names import UnknownName
from backtrace.notation.parsing import plain

# dE/dE: by itself.
SAME = r"[d∂]([^\s=*·/]+)/[d∂]\1(?![\w@+'])"
OWN_NAME = r"[A-Za-zα-ω][A-Za-z0-9_α-ω₀-₉]{0,39}"
# What a route adds, as our pages call it; without a line of its own nobody knows what it is.
ROUTE = r"term_?([0-9]{1,6})"
OFFERED = r"'([^']*)'"
# A name of the person's own that is closer than this to one of the network is a slip of the keyboard.
TOO_CLOSE = 0.75


class OwnNames:
    """What the person defined so far: quantities, and matrices entry by entry."""

    def __init__(self) -> None:
        self.quantities: dict[str, Quantity] = {}
        self.matrices: dict[str, tuple[tuple[Key, ...], ...]] = {}

    def define(self, key: Key | None) -> None:
        """Takes in a quantity of the person's own."""
        if isinstance(key, Quantity) and key.kind == OWN:
            self.quantities[key.name] = key

    def define_matrix(self, name: str, keys: tuple[tuple[Key, ...], ...]) -> None:
        """Takes in a matrix of the person's own."""
        self.matrices[name] = keys
        for row in keys:
            for key in row:
                self.define(key)

    def defines(self, form: Expr) -> bool:
        """Whether every name of the person's own in a formula was defined before."""
        own = (q.name for q in symbols(form) if isinstance(q, Quantity) and q.kind == OWN)
        return all(name in self.quantities for name in own)

    def matrix_at(self, text: str, position: int) -> str:
        """The name of such a matrix that begins at a position, or nothing."""
        word = re.compile(OWN_NAME).match(text, position) if self.matrices else None
        return word[0] if word and word[0] in self.matrices else ""


class Naming:
    """Names under a heading: of one sample (0: of all), after so many updates."""

    def __init__(self, vocabulary: Vocabulary, own: OwnNames, sample: int = 0, step: int = 1) -> None:
        """Raises InputError for a sample that does not exist."""
        samples = vocabulary.network.samples
        # One sample of several keeps its number.
        most = samples if samples > 1 else vocabulary.network.data_size
        if sample > most:
            hint = "there is one sample" if most == 1 else f"the samples are 1 to {most}"
            raise InputError(f"there is no sample {sample}", hint=hint)
        self.vocabulary, self.own, self.step = vocabulary, own, step
        self.sample = sample if samples > 1 else 0
        self.names = vocabulary.of_one if self.sample else vocabulary.names

    def resolve(self, text: str) -> Key:
        """The quantity that a name means; raises InputError like `Names.resolve`."""
        own = self.own_quantity(text)
        if own is not None:
            return own
        if text in self.vocabulary.settled:
            return moved(self.vocabulary.settled[text], self.step - 1)
        itself = re.fullmatch(SAME, text)
        if itself:
            key = self.resolve(itself[1])
            return Derivative(key, key) if isinstance(key, Quantity) else key
        names = self.vocabulary.names if "@" in text else self.names
        found = names.known(text) or names.resolve(text)
        return moved(found if "@" in text else self._of_sample(found), self.step - 1)

    def longest(self, text: str, position: int) -> int:
        """The length of the longest name that begins at a position of a formula, 0 when there is none."""
        if not (text[position].isalpha() or text[position] in "∂‖"):
            return 0
        length = max(self.names.longest(text, position), self.vocabulary.settled_at(text, position))
        if self.sample and "@" in text:
            length = max(length, self.vocabulary.names.longest(text, position))
        word = re.compile(OWN_NAME).match(text, position)
        if word and len(word[0]) > length and self.own_quantity(word[0]):
            length = len(word[0])
        itself = re.compile(SAME).match(text, position) if text[position] in "d∂" else None
        return max(length, itself.end() - position) if itself else length

    def with_pi(self, text: str) -> str:
        """A text with the digits of pi, where the exercise has it."""
        return re.sub(r"(?<!\w)pi(?![\w(])", repr(pi), text) if "pi" in text and self.vocabulary.has_pi else text

    def layer(self, text: str) -> Key:
        """The whole layer of a name."""
        return moved(self.vocabulary.layers[text], self.step - 1)

    def own_quantity(self, text: str) -> Quantity | None:
        """The person's own quantity of this name."""
        if not self.own.quantities and not text.startswith("term"):
            return None
        if not re.fullmatch(OWN_NAME, text):
            return None
        name = plain(text)
        route = re.fullmatch(ROUTE, name)
        return Quantity(OWN, name=f"term_{route[1]}") if route else self.own.quantities.get(name)

    def defined(self, text: str, error: InputError) -> Quantity:
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
    from difflib import SequenceMatcher

    offered = re.findall(OFFERED, hint)
    return any(SequenceMatcher(None, text.lower(), other.lower()).ratio() >= TOO_CLOSE for other in offered)
