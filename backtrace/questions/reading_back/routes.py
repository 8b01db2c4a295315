"""Parts about routes from weights to the loss, counted one by one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from backtrace.questions.reading_back.mathematics import word
from backtrace.questions.reading_back.networks import Structure, structure
from backtrace.questions.reading_back.records import Contradiction
from backtrace.questions.reading_back.sheets import Asked, Exercise, maths


@lru_cache(maxsize=256)
def links(made_of: Structure) -> dict[str, tuple[str, ...]]:
    """What each weight, net and output goes into; the outputs of the last layer go into E."""
    found: dict[str, tuple[str, ...]] = {}
    weight = 0
    last = len(made_of.sizes) - 1
    for layer in range(1, last + 1):
        above = tuple(f"net_{unit}" for unit in made_of.units(layer + 1)) if layer < last else ("E",)
        for unit in made_of.units(layer):
            found |= {f"net_{unit}": (f"out_{unit}",), f"out_{unit}": above}
            for _ in range(made_of.sizes[layer - 1]):
                weight += 1
                found[f"w{weight}"] = (f"net_{unit}",)
    return found


def walks(known: dict[str, tuple[str, ...]], start: str) -> Iterator[tuple[str, ...]]:
    """Every route from there to E."""
    if start == "E":
        yield ("E",)
    for above in known.get(start, ()):
        yield from ((start, *rest) for rest in walks(known, above))


def how_many(exercise: Exercise, part: Asked) -> int:
    """The routes from a weight."""
    return sum(1 for _ in walks(links(structure(exercise)), word(part.ask.args[0])))


def which(exercise: Exercise, part: Asked) -> frozenset[str]:
    """The options that are one of them."""
    known = set(walks(links(structure(exercise)), word(part.ask.args[0])))
    shown = {letter: tuple(word(one) for one in maths(text)) for letter, text in part.options.items()}
    return frozenset(letter for letter, route in shown.items() if route in known)


def wanted(exercise: Exercise) -> list[str]:
    """The weights whose gradients are wanted: those from one to another, as many as the sheet says, into one unit."""
    first, last, number = exercise.args("memo_task")
    found = [f"w{n}" for n in range(int(word(first)[1:]), int(word(last)[1:]) + 1)]
    known = links(structure(exercise))
    if len(found) != int(number) or len({known[name] for name in found}) != 1:
        raise Contradiction("the weights that are wanted do not lead into one unit")
    return found


def in_all(exercise: Exercise, part: Asked) -> int:
    """The routes of all weights wanted."""
    known = links(structure(exercise))
    return sum(1 for name in wanted(exercise) for _ in walks(known, name))


def written_out(exercise: Exercise, part: Asked) -> int:
    """Multiplications when every route is a product of its own: one fewer than it has factors, one for each step."""
    known = links(structure(exercise))
    return sum(len(route) - 2 for name in wanted(exercise) for route in walks(known, name))


def steps(exercise: Exercise) -> set[tuple[str, str]]:
    """Every step of these routes, once."""
    known = links(structure(exercise))
    routes = [route for name in wanted(exercise) for route in walks(known, name)]
    return {step for route in routes for step in pairwise(route)}


def reused(exercise: Exercise, part: Asked) -> int:
    """Multiplications when each ∂E/∂… is computed once from those above: one for each step that does not end in E."""
    return sum(above != "E" for _, above in steps(exercise))


def worth_keeping(exercise: Exercise, part: Asked) -> frozenset[str]:
    """The options ∂E/∂… that more than one step below needs."""
    found = [f"slope_E_by_{above}" for _, above in steps(exercise)]
    shown = {letter: word(maths(text)[0]) for letter, text in part.options.items()}
    return frozenset(letter for letter, name in shown.items() if found.count(name) > 1)
