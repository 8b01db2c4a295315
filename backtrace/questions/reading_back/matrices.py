"""Parts about whole layers: shapes, and which product of matrices gives what is wanted."""

from __future__ import annotations

import re
from functools import lru_cache
from random import Random
from typing import TypeAlias

from backtrace.errors import InputError
from backtrace.questions.reading_back.counts import sizes_of
from backtrace.questions.reading_back.mathematics import word
from backtrace.questions.reading_back.records import Contradiction
from backtrace.questions.reading_back.sheets import Asked, Exercise, maths

Matrix: TypeAlias = "list[list[int]]"
# The sizes at which products are tried; all different, so that only matrices that go together can be multiplied.
SMALL = (2, 3, 4, 5, 6, 7)


def known(exercise: Exercise) -> tuple[int, list[int]]:
    """The samples of a batch, and the sizes of the layers."""
    if args := exercise.args("vectorise_given"):
        layers = {int(one.args[0]): int(one.args[1]) for one in exercise.said if one.key == "vectorise_layer"}
        return int(args[0]), [int(args[1]), *(layers[n] for n in range(1, len(layers) + 1))]
    return int(exercise.args("shape_network")[1]), sizes_of(exercise)


def by_name(name: str, batch: int, sizes: list[int]) -> tuple[int, int]:
    """The shape of a matrix by its name, a row for each sample: X, W_1, Out_1, Net_1, or a derivative, which has the
    shape of what it is taken by."""
    if name == "X":
        return batch, sizes[0]
    found = re.fullmatch(r"(?:slope_E_by_)?(W|w|B|Out|Net|\\Delta)_?(\d+)", name)
    if not found:
        raise InputError(f"the matrix {name} is not read")
    layer = int(found[2])
    rows = {"W": sizes[layer - 1], "w": sizes[layer - 1], "B": 1}.get(found[1], batch)
    return rows, sizes[layer]


# What the sentences of the table of shapes speak of, for a layer.
MATRICES = {
    "shape_in": "Out_{below}",
    "shape_weights": "W_{layer}",
    "shape_out": "Out_{layer}",
    "shape_delta": "slope_E_by_Net_{layer}",
    "shape_of_weights": "slope_E_by_W_{layer}",
    "shape_of_bias": "slope_E_by_B_{layer}",
}


def shape(exercise: Exercise, part: Asked) -> tuple[int, int]:
    """The shape of the matrix that the sentence speaks of, which has to be that before the box."""
    asked = part.ask.args[0]
    if part.ask.key in MATRICES:
        name = MATRICES[part.ask.key].replace("{layer}", asked).replace("{below}", str(int(asked) - 1))
        name = name.replace("Out_0", "X")
    else:
        name = word(asked)
    if name != part.name:
        raise Contradiction(f"{name} is asked for, and {part.name} stands before the box")
    return by_name(name, *known(exercise))


@lru_cache(maxsize=64)
def matrices(layers: int) -> dict[str, Matrix]:
    """Some whole numbers for every matrix of a network of so many layers."""
    draw = Random(2)
    batch, sizes = SMALL[0], list(SMALL[1 : layers + 2])
    names = ["X", *(f"{letter}_{n}" for letter in ("W", "Out", r"\Delta") for n in range(1, layers + 1))]
    shapes = {name: by_name(name, batch, sizes) for name in names}
    return {
        name: [[draw.randint(-9, 9) for _ in range(columns)] for _ in range(rows)]
        for name, (rows, columns) in shapes.items()
    }


def product(latex: str, known: dict[str, Matrix]) -> Matrix | None:
    """A product as it is printed; None where the matrices do not go together."""
    found: Matrix | None = None
    for text in latex.split(r" \, "):
        turned = text.endswith(r"^{\top}")
        matrix = known[word(text.removesuffix(r"^{\top}"))]
        factor = [list(column) for column in zip(*matrix, strict=True)] if turned else matrix
        if found is None:
            found = factor
        elif len(found[0]) != len(factor):
            return None
        else:
            found = [
                [sum(a * b for a, b in zip(row, column, strict=True)) for column in zip(*factor, strict=True)]
                for row in found
            ]
    return found


def of_weights(exercise: Exercise, part: Asked) -> frozenset[str]:
    """The products that give ∂E/∂w of every weight: over the samples, what comes in times the delta of what it
    leads to."""
    layer = int(word(part.ask.args[0]).rpartition("_")[2])
    known = matrices(layers(exercise))
    below, delta = known["X" if layer == 1 else f"Out_{layer - 1}"], known[rf"\Delta_{layer}"]
    wanted = [
        [sum(below[s][i] * delta[s][j] for s in range(len(below))) for j in range(len(delta[0]))]
        for i in range(len(below[0]))
    ]
    return _right(part, known, wanted)


def back(exercise: Exercise, part: Asked) -> frozenset[str]:
    """The products that give ∂E/∂out of every unit below: over the units above, their deltas times the weights that
    lead to them."""
    layer = int(word(part.ask.args[0]).rpartition("_")[2]) + 1
    known = matrices(layers(exercise))
    delta, weight = known[rf"\Delta_{layer}"], known[f"W_{layer}"]
    wanted = [[sum(row[j] * weight[i][j] for j in range(len(row))) for i in range(len(weight))] for row in delta]
    return _right(part, known, wanted)


def layers(exercise: Exercise) -> int:
    """How many there are."""
    return len(known(exercise)[1]) - 1


def _right(part: Asked, known: dict[str, Matrix], wanted: Matrix) -> frozenset[str]:
    shown = {letter: product(maths(text)[0], known) for letter, text in part.options.items()}
    return frozenset(letter for letter, found in shown.items() if found == wanted)
