"""Parts about the slope of a function, a perceptron, and questions of the bank."""

from __future__ import annotations

import os.path
import tomllib
from functools import lru_cache

from backtrace.errors import InputError
from backtrace.expression.tree import Expr
from backtrace.questions.reading_back.mathematics import formula, made, slope, value_of
from backtrace.questions.reading_back.records import Contradiction, Fits
from backtrace.questions.reading_back.sheets import Asked, Exercise
from backtrace.shipped import shipped

# Where slopes are compared: on both sides of 0, no corner of a function among them.
POINTS = (-2.3, -1.1, -0.4, 0.3, 0.9, 1.7)
CLOSE = 1e-9
MOST_ROUNDS = 1000


def slope_formula(exercise: Exercise, part: Asked) -> Fits:
    """A formula that has the slopes of the function shown."""
    f = formula(exercise.args("slope_given")[0])
    slopes = [(x, slope(lambda z: f({"x": z}), x)) for x in POINTS]

    def fits(e: Expr) -> bool:
        mine = made(e, lambda key: str(getattr(key, "name", key)))
        return all(abs(mine({"x": complex(x)}) - found) <= CLOSE * max(1.0, abs(found)) for x, found in slopes)

    return fits


def slope_value(exercise: Exercise, part: Asked) -> float:
    """The slope at the point asked for."""
    f = formula(exercise.args("slope_given")[0])
    return slope(lambda z: f({"x": z}), value_of(part.ask.args[0]))


def perceptron(exercise: Exercise) -> tuple[int, list[float]]:
    """How often the weights are changed until a round has no wrong point, and the weights then (Rosenblatt 1958)."""
    numbers = exercise.numbers
    size = sum(name.endswith("_at1") and name.startswith("i") for name in numbers)
    w = [numbers[f"w{n}"] for n in range(1, size + 1)]
    samples = sum(name.startswith("t1_at") for name in numbers)
    changes = 0
    for _ in range(MOST_ROUNDS):
        before = changes
        for s in range(1, samples + 1):
            x, t = [numbers[f"i{n}_at{s}"] for n in range(1, size + 1)], numbers[f"t1_at{s}"]
            if t * sum(a * b for a, b in zip(w, x, strict=True)) <= 0:
                changes += 1
                w = [a + numbers["eta"] * t * b for a, b in zip(w, x, strict=True)]
        if changes == before:
            return changes, w
    raise InputError("the perceptron does not stop")


def corrections(exercise: Exercise, part: Asked) -> int:
    """How often its weights are changed."""
    return perceptron(exercise)[0]


def weight_then(exercise: Exercise, part: Asked) -> float:
    """A weight when it has stopped."""
    return perceptron(exercise)[1][int(part.name.removeprefix("w")) - 1]


def of_bank(exercise: Exercise, part: Asked) -> frozenset[str]:
    """The options that the bank has as right, found by their words."""
    known = banks(exercise.language)
    question = part.ask.args[0]
    right = known.get(" ".join(question.split()))
    if right is None:
        raise InputError(f"no bank has the question '{question[:60]}'")
    if set(right) != set(part.options.values()):
        raise Contradiction("the options are not those of the bank")
    return frozenset(letter for letter, text in part.options.items() if right[text])


@lru_cache
def banks(code: str) -> dict[str, dict[str, bool]]:
    """The questions of our banks in a language: whether each option is right, by its words."""
    folder = os.path.join(shipped("exercises"), "banks")
    words = {"en": ("true", "false"), "de": ("richtig", "falsch")}[code]
    found: dict[str, dict[str, bool]] = {}
    for name in sorted(os.listdir(folder)):
        if name.endswith(".toml"):
            with open(os.path.join(folder, name), "rb") as file:
                questions = tomllib.load(file)["questions"]
            for one in questions:
                options = {
                    " ".join(o.get(code, o.get("en", "")).split()): o.get("right", False)
                    for o in one.get("options", ())
                }
                if one.get("type") == "true-false":
                    options = {words[0]: one["right"], words[1]: not one["right"]}
                found[" ".join(one.get(code, one.get("en", "")).split())] = options
    return found
