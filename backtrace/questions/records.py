"""What an exercise is: drawn once, then only written, answered and marked.

An `Instance` holds everything that was drawn, so that nothing is ever drawn again: its sheet, its key and its marking
are made from it. Sentences are kept as keys and arguments until a language fills them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple, TypeAlias, overload

from backtrace.derivation.steps import Section
from backtrace.expression.tree import Expr
from backtrace.network.quantity import Key
from backtrace.network.records import Network
from backtrace.questions.seeds import Draws

LEVELS = (1, 2, 3)


class Texts(NamedTuple):
    """A text in several languages, which stands in no language file: (language, text), the first where a language is
    missing. Banks are made of them."""

    texts: tuple[tuple[str, str], ...]

    def by(self, language: str) -> str:
        """The text in that language, else in the first."""
        return dict(self.texts).get(language, self.texts[0][1])


class Say(NamedTuple):
    """A sentence of the language file by its key; arguments are quantities, formulas, numbers, text, or
    sentences that stand within it."""

    key: str
    args: tuple[Key | Expr | Texts | Say | str | int | float, ...] = ()


class Wrong(NamedTuple):
    """A wrong answer and the mistake that leads to it (an id of the catalogue, or of the bank's reasons)."""

    mistake: str
    value: float | str


class WrongNumbers(Sequence[Wrong]):
    """Wrong answers that are numbers: mistakes and what each gives. A record is made of one when somebody looks at it:
    hundreds stand on a sheet, and marking looks at a few."""

    __slots__ = ("mistakes", "values")

    def __init__(self, mistakes: Sequence[str], values: Sequence[float]) -> None:
        self.mistakes, self.values = mistakes, values

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Iterator[Wrong]:
        return map(Wrong, self.mistakes, self.values)

    @overload
    def __getitem__(self, place: int) -> Wrong: ...
    @overload
    def __getitem__(self, place: slice) -> WrongNumbers: ...
    def __getitem__(self, place: int | slice) -> Wrong | WrongNumbers:
        """One of them, or some of them."""
        if isinstance(place, slice):
            return WrongNumbers(self.mistakes[place], self.values[place])
        return Wrong(self.mistakes[place], self.values[place])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and [*self] == [*other]

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))


class Numeric(NamedTuple):
    """A number, asked for at so many significant digits; [low, high] is what is accepted: it covers carrying
    everything and rounding every line to the digits asked. `wrong`: what named mistakes give, all outside of it."""

    value: float
    digits: int
    low: float
    high: float
    wrong: Sequence[Wrong] = ()


class Whole(NamedTuple):
    """A whole number, right or wrong: a count."""

    value: int
    wrong: tuple[Wrong, ...] = ()


class Shape(NamedTuple):
    """The shape of a matrix: (50, 20) is written 50x20 (50×20 is read too)."""

    dims: tuple[int, ...]
    wrong: tuple[Wrong, ...] = ()


class Formula(NamedTuple):
    """An expression in named quantities or letters, right where it is equal at random points."""

    expr: Expr
    wrong: tuple[tuple[str, Expr], ...] = ()


class Option(NamedTuple):
    """One option of a choice. why: the mistake's id, or the bank's key of the reason, empty for the right one."""

    text: Say
    right: bool
    why: str = ""


class Choice(NamedTuple):
    """Options in the order in which they stand on the sheet."""

    options: tuple[Option, ...]
    several: bool = False

    @property
    def letters(self) -> str:
        """The right ones: "B D"."""
        return " ".join(chr(ord("A") + n) for n, option in enumerate(self.options) if option.right)


class Essay(NamedTuple):
    """Words or a derivation, read by a person; the model solution is the part's solution."""

    lines: int = 10


Answer: TypeAlias = "Numeric | Whole | Shape | Formula | Choice | Essay"


class Derived(NamedTuple):
    """A derivation that the full key prints: made only where it is wanted, in the notation of the page. quantities:
    nothing for the whole step; step: which update; loss: whether the forward pass goes on to the loss."""

    network: Network
    quantities: tuple[Key, ...] = ()
    view: str = "chain"
    step: int = 1
    loss: bool = True


class Explained(NamedTuple):
    """A topic of `backtrace explain` that the full key prints, in the notation of the page."""

    topic: str


class Given(NamedTuple):
    """What stands above the parts. Exactly one of the fields is meant: a sentence, lines of a derivation, a table of a
    network's numbers, a drawing of it, numbered lines of a worked solution, or a heading within an exercise."""

    say: Say | None = None
    sections: tuple[Section, ...] = ()
    numbers: Network | None = None
    diagram: Network | None = None
    lines: tuple[Say, ...] = ()
    title: Say | None = None


class Part(NamedTuple):
    """One thing asked. name: the quantity asked for as it stands before the answer box, if it has one; solution: what
    the full key prints; share: its part of the exercise's points; given: what stands right above it."""

    ask: Say
    answer: Answer
    name: Key | Expr | None = None
    solution: tuple[Section | Say | Derived | Explained, ...] = ()
    share: float = 1.0
    given: tuple[Given, ...] = ()


class Instance(NamedTuple):
    """One exercise as drawn. note: what identifies it, numbers and answers in one canonical line; two instances with
    the same note are the same exercise."""

    kind: str
    level: int
    seed: str
    title: Say
    given: tuple[Given, ...]
    parts: tuple[Part, ...]
    network: Network | None = None
    settings: Mapping[str, object] = MappingProxyType({})
    note: str = ""


class Setting(NamedTuple):
    """A parameter of a kind: its name as a sheet file writes it, its default, and what it means (a language key is
    not needed: it is for teachers who write sheet files)."""

    name: str
    default: object
    meaning: str
    choices: tuple[object, ...] = ()


class Kind(NamedTuple):
    """An exercise kind. make(draw, level, settings) draws an instance; it raises InputError where settings do not go
    together, and after 20 tries that all had a fault.

    samples(instance) gives, for each part, a right, a right-in-disguise, a wrong and a malformed answer as text, for
    the tests.
    """

    name: str
    title: str
    settings: tuple[Setting, ...]
    make: Callable[[Draws, int, Mapping[str, object]], Instance]
    samples: Callable[[Instance], list[tuple[str, str, str, str]]]
