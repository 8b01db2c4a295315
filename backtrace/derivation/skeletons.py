"""Derivations of networks that are alike: the lines are written once, and for each network only worked out again.

Which lines a page has depends on the structure of the network, on what is asked and on the notation. Where it depends
on the numbers as well (a corner of an activation, a result of which only rounding is left) there is no skeleton:
`worked` gives None, and `derive` writes the page.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from backtrace.derivation.derive import derive
from backtrace.derivation.residues import SMALL
from backtrace.derivation.steps import Section, Step, Value
from backtrace.derivation.workspace import Choices, Logged
from backtrace.engine.scalar import numbers_of
from backtrace.engine.structure import alike
from backtrace.engine.updating import start, start_values
from backtrace.expression.evaluate import compiled
from backtrace.expression.functions import EvaluationError
from backtrace.expression.kept import Kept, Same
from backtrace.expression.rounding import rounded
from backtrace.expression.tree import Expr, symbols
from backtrace.network.quantity import Key
from backtrace.network.records import Network
from backtrace.notation.profile import Profile


class Line(NamedTuple):
    """A line to be worked out: its form as a function of the numbers of `keys`; key: the quantity whose number it gives
    first, else None."""

    form: Callable[..., float]
    keys: tuple[Key, ...]
    key: Key | None


class Skeleton:
    """The steps of all derivations alike.

    network, sections, values: the first of them, with its own numbers. places: for each step in page order the number
    of its line, or the key whose number it repeats, or None for a step without a number.
    """

    def __init__(
        self,
        network: Network,
        sections: tuple[Section, ...],
        values: Mapping[Key, Value],
        lines: Sequence[Line],
        places: Sequence[int | Key | None],
    ) -> None:
        self.network, self.sections, self.values = network, sections, values
        self.lines = tuple(lines)
        self.places = tuple(places)


class Worked(NamedTuple):
    """A skeleton with the numbers of one network. values: of every key that stands in a form; results: of every step in
    page order."""

    skeleton: Skeleton
    values: Mapping[Key, Value]
    results: tuple[Value | None, ...]

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


def stated(
    network: Network, asked: Hashable, sections: Callable[[], tuple[Section, ...]], values: dict[Key, Value]
) -> Worked:
    """Sections that only state numbers, one step a quantity. asked: what they depend on beside the network's structure
    and names."""
    key = (*alike(network), asked)
    skeleton = _skeletons.get(key)
    if skeleton is None:
        made = sections()
        places = [item.left.args[0] for section in made for item in section.items if isinstance(item, Step)]
        skeleton = _skeletons.keep(key, Skeleton(network, made, values, (), places))
    return Worked(skeleton, values, tuple([values[place] for place in skeleton.places]))  # type: ignore[index]


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
        found = _written(network, quantities, profile, choices, shown, whole)
        if found is None:
            return None
        skeleton = _skeletons.keep(key, found)
    values: dict[Key, Value] = {**numbers_of(network), **start_values(network, start(network))}
    try:
        found_results = _results(skeleton, values, choices)
    except EvaluationError:
        return None
    return Worked(skeleton, values, found_results) if found_results is not None else None


def _regular(network: Network, choices: Choices) -> bool:
    """Whether no number decides which lines there are, as far as the network tells."""
    optimizer, loss = network.optimizer, network.loss
    return (
        network.numeric
        and (choices.view, choices.detail, choices.step, choices.reuse) == ("chain", "factors", 1, False)
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
    lines, known = [], {*numbers_of(network), *start_values(network, start(network))}
    for form, key in log:
        keys = tuple(dict.fromkeys(symbols(form)))
        if not known.issuperset(keys):
            return None
        lines.append(Line(compiled(form, keys), keys, key))  # type: ignore[arg-type]
        known.add(key)  # type: ignore[arg-type]
    places: list[int | Key | None] = []
    for section in sections:
        for item in section.items:
            if not isinstance(item, Step):
                continue
            key = item.left.args[0] if item.left.op == "symbol" else None
            if item.value is None:
                places.append(None)
            elif isinstance(item.value, Logged):
                places.append(item.value.line)
            elif key in known and specimen.values.get(key) is item.value:
                places.append(key)
            else:
                return None
            put_in = item.forms[-1:] if item.value is not None and not item.statement else ()
            if any(not known.issuperset(symbols(form)) for form in put_in):
                return None
    if _too_small([step.value for step in specimen.steps()]):
        return None
    return Skeleton(network, sections, specimen.values, lines, places)


def _results(skeleton: Skeleton, values: dict[Key, Value], choices: Choices) -> tuple[Value | None, ...] | None:
    """The number of every step; adds those of the lines to `values`. None where one is too small to be regular."""
    found: list[float] = []
    by_hand = choices.carry == "rounded"
    for line in skeleton.lines:
        value = line.form(*[values[key] for key in line.keys])
        if by_hand:
            value = rounded(value, choices.digits, choices.decimals)
        if line.key is not None:
            values[line.key] = value
        found.append(value)
    results = tuple(
        [
            None if place is None else found[place] if isinstance(place, int) else values[place]
            for place in skeleton.places
        ]
    )
    return None if _too_small(results) else results


def _too_small(results: Sequence[Value | None]) -> bool:
    return any(value is not None and 0.0 < abs(value) < SMALL for value in results)  # type: ignore[arg-type]
