"""Derivations of networks that are alike: the lines are written once, and for each network only worked out again.

Which lines a page has depends on the structure of the network, on what is asked and on the notation. Where it depends
on the numbers as well (a corner of an activation, a result of which only rounding is left) there is no skeleton:
`worked` gives None, and `derive` writes the page. So it does for the first network of its kind.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

from backtrace.derivation.derive import derive
from backtrace.derivation.residues import SMALL
from backtrace.derivation.steps import Section, Step, Value
from backtrace.derivation.workspace import Choices, Logged
from backtrace.engine.scalar import numbers_in_row, numbers_of
from backtrace.engine.structure import alike
from backtrace.engine.updating import start, start_values
from backtrace.expression.kept import Kept, Met, Same
from backtrace.expression.straight_line import compiled_together
from backtrace.expression.tree import Expr, symbols
from backtrace.network.quantity import RATE, Key, Quantity
from backtrace.network.records import Network
from backtrace.notation.profile import Profile


class Skeleton:
    """The steps of all derivations alike.

    sections: those of the first of them, with its own numbers. keys: of the numbers of a network in a row, and of what
    has the same number in all of them (`constants`). lines: what is worked out from these, line by line, each with the
    key whose number it gives first, else None. places: for each step in page order where its number stands among all
    these, None for a step without one.
    """

    def __init__(
        self,
        sections: tuple[Section, ...],
        keys: Sequence[Key],
        constants: Sequence[float],
        lines: Sequence[tuple[Expr, Key | None]],
        places: Sequence[int | None],
    ) -> None:
        self.sections, self.lines, self.places = sections, tuple(lines), tuple(places)
        self.leaves, self.constants = tuple(keys), tuple(constants)
        self.keys: tuple[Key | None, ...] = (*keys, *[key for _, key in lines])

    @cached_property
    def results(self) -> Callable[[Sequence[float]], tuple[float, ...] | None]:
        """The numbers of the lines, from all that is known before."""
        return compiled_together([form for form, _ in self.lines], self.leaves, [key for _, key in self.lines])

    def worked(self, network: Network) -> Worked | None:
        """The steps with the numbers of a network alike; None where a number is so small that a remark may be due."""
        known = [*in_a_row(network), *self.constants]
        found = self.results(known) if self.lines else ()
        if found is None:
            return None
        worked = Worked(self, network, (*known, *found))
        return None if self.lines and _too_small(worked.results) else worked


class Worked(NamedTuple):
    """A skeleton with the numbers of one network: of each of the skeleton's keys."""

    skeleton: Skeleton
    network: Network
    numbers: tuple[Value, ...]

    @property
    def values(self) -> dict[Key, Value]:
        """The numbers by their keys."""
        return {key: x for key, x in zip(self.skeleton.keys, self.numbers, strict=True) if key is not None}

    @property
    def results(self) -> list[Value | None]:
        """The number of every step in page order."""
        numbers = self.numbers
        return [None if place is None else numbers[place] for place in self.skeleton.places]

    @property
    def sections(self) -> tuple[Section, ...]:
        """The sections with these numbers."""
        results = iter(self.results)
        return tuple(
            section._replace(
                items=tuple(
                    item._replace(value=next(results)) if isinstance(item, Step) else item for item in section.items
                )
            )
            for section in self.skeleton.sections
        )


_skeletons: Kept[Skeleton] = Kept()
_met = Met()


def in_a_row(network: Network) -> list[float]:
    """All numbers of a network without regularisation, the learning rate last."""
    rate = network.optimizer.learning_rate
    return [*numbers_in_row(network), *(() if rate is None else (rate,))]


def numbers_given(network: Network) -> dict[Key, Value]:
    """The same by their keys, strengths of the regularisation included; without targets, none are there."""
    blank = network.targets is None
    row = (0.0,) * network.layers[-1].units
    known = numbers_of(network._replace(targets=(row,) * network.samples) if blank else network)
    found: dict[Key, Value] = {key: x for key, x in known.items() if not (blank and is_target(key))}
    if network.optimizer.learning_rate is not None:
        found[RATE] = network.optimizer.learning_rate
    return found


def is_target(key: Key) -> bool:
    """Whether this is a number that the network should give."""
    return isinstance(key, Quantity) and key.kind == "target"


def stated(network: Network, asked: Hashable, sections: Callable[[], tuple[Section, ...]]) -> Worked | None:
    """Sections that only state numbers, one step a quantity; None for the first network of its kind, and where it has
    numbers that are not `in_a_row`. asked: what the sections depend on beside the network's structure and names."""
    if network.regularization.norms:
        return None
    key = (*alike(network), network.targets is None, asked)
    skeleton = _skeletons.get(key)
    if skeleton is None:
        if not _met.again(key):
            return None
        made, keys = sections(), tuple(numbers_given(network))
        places = [keys.index(item.left.args[0]) for section in made for item in section.items if isinstance(item, Step)]
        skeleton = _skeletons.keep(key, Skeleton(made, keys, (), (), places))
    return skeleton.worked(network)


Shown: TypeAlias = "Callable[[Section, bool], Section]"


def worked(
    network: Network, quantities: tuple[Key, ...], profile: Profile, choices: Choices, shown: Shown, whole: bool
) -> Worked | None:
    """The derivation of the quantities; None where only `derive` can tell which lines it has. shown, whole:
    `shown(section, whole)` is what is shown of each section."""
    if not _regular(network, choices):
        return None
    key = (*alike(network), quantities, Same(profile), choices, shown, whole)
    skeleton = _skeletons.get(key)
    if skeleton is None:
        found = _written(network, quantities, profile, choices, shown, whole) if _met.again(key) else None
        if found is None:
            return None
        skeleton = _skeletons.keep(key, found)
    return skeleton.worked(network)


def _regular(network: Network, choices: Choices) -> bool:
    """Whether no number decides which lines there are, as far as the network tells."""
    optimizer, loss = network.optimizer, network.loss
    return (
        network.numeric
        and (choices.view, choices.detail, choices.carry, choices.step, choices.reuse)
        == ("chain", "factors", "full", 1, False)
        and all(one.activation.slope is not None and not one.activation.remark for one in network.layers)
        and loss.whole is None
        and loss.corner is None
        and not network.regularization.norms
        and (optimizer.type, optimizer.order, optimizer.schedule) == ("sgd", "simultaneous", None)
        and not optimizer.given
    )


def _written(
    network: Network, quantities: tuple[Key, ...], profile: Profile, choices: Choices, shown: Shown, whole: bool
) -> Skeleton | None:
    log: list[tuple[Expr, Key | None]] = []
    specimen = derive(network, quantities, profile, choices, log)
    sections = tuple(shown(section, whole) for section in specimen.sections)
    row = numbers_given(network)
    constants = {key: x for key, x in start_values(network, start(network)).items() if key != RATE}
    leaves = (*row, *constants)
    at: dict[Any, int] = {key: place for place, key in enumerate(leaves)}
    for number, (form, called) in enumerate(log):
        if not all(one in at for one in symbols(form)):
            return None
        if called is not None:
            at[called] = len(leaves) + number
    places: list[int | None] = []
    for section in sections:
        for item in section.items:
            if not isinstance(item, Step):
                continue
            key: Any = item.left.args[0] if item.left.op == "symbol" else None
            if item.value is None:
                places.append(None)
            elif isinstance(item.value, Logged):
                places.append(len(leaves) + item.value.line)
            elif key in at and specimen.values.get(key) is item.value:
                places.append(at[key])
            else:
                return None
            put_in = item.forms[-1:] if item.value is not None and not item.statement else ()
            if not all(one in at for form in put_in for one in symbols(form)):
                return None
    if _too_small([step.value for step in specimen.steps()]):
        return None
    return Skeleton(sections, leaves, tuple(constants.values()), log, places)


def _too_small(results: Sequence[Value | None]) -> bool:
    return any(value is not None and 0.0 < abs(value) < SMALL for value in results)  # type: ignore[arg-type]
