"""Parts that ask how many: parameters, updates, multiplications; and how large the first weights are."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from backtrace.errors import InputError
from backtrace.expression.tree import Expr
from backtrace.questions.reading_back.mathematics import formula, made, value_of
from backtrace.questions.reading_back.records import Contradiction, Fits
from backtrace.questions.reading_back.sentences import sentences
from backtrace.questions.reading_back.sheets import Asked, Exercise, maths

# What the letters of a count are put to: any whole numbers will do.
PUT_IN = ({"K": 7, "L": 5, "M": 11, "N": 3, "P": 13, "Q": 2}, {"K": 2, "L": 17, "M": 4, "N": 9, "P": 6, "Q": 19})


def sizes_of(exercise: Exercise) -> list[int]:
    """The sizes of the layers, the inputs first."""
    if images := exercise.args("count_images"):
        return [int(images[0]) * int(images[1]), *_whole(exercise.args("count_layers")[0])]
    for key in ("count_network", "shape_network", "order_given"):
        if args := exercise.args(key):
            return _whole(args[0])
    raise InputError("the sheet does not say the sizes of the network")


def _whole(text: str) -> list[int]:
    return [int(one) for one in text.split("-")]


def with_bias(exercise: Exercise) -> bool:
    """Whether every neuron has a bias; the sheet has to say it either way."""
    if exercise.says("count_bias") == exercise.says("count_no_bias"):
        raise InputError("the sheet does not say whether there are biases")
    return exercise.says("count_bias")


def counted(sizes: Sequence[int], bias: bool) -> int:
    """Links, and a bias for every neuron after the input."""
    return sum(below * units + (units if bias else 0) for below, units in pairwise(sizes))


def weights(exercise: Exercise, part: Asked) -> int:
    """The links of a network."""
    return counted(sizes_of(exercise), False)


def biases(exercise: Exercise, part: Asked) -> int:
    """The neurons after the input."""
    return counted(sizes_of(exercise), True) - counted(sizes_of(exercise), False)


def parameters(exercise: Exercise, part: Asked) -> int:
    """All of them."""
    return counted(sizes_of(exercise), with_bias(exercise))


def of_layer(exercise: Exercise, part: Asked) -> int:
    """Those of one layer, whose sizes the question repeats."""
    layer, below, units = (int(text) for text in part.ask.args)
    if sizes_of(exercise)[layer - 1 : layer + 1] != [below, units]:
        raise Contradiction("the question contradicts the sizes of the network")
    return counted([below, units], with_bias(exercise))


def at_letters(sizes: str, bias: bool) -> list[tuple[dict[str, complex], int]]:
    """Whole numbers for the letters of K-L-M, and what is then counted."""
    found = []
    for put in PUT_IN:
        numbers = [put[one] if one.isalpha() else int(one) for one in sizes.split("-")]
        found.append(({name: complex(x) for name, x in put.items()}, counted(numbers, bias)))
    return found


def in_letters(exercise: Exercise, part: Asked) -> Fits:
    """A formula that counts what is counted with whole numbers."""
    points = at_letters(part.ask.args[0], with_bias(exercise))

    def fits(e: Expr) -> bool:
        mine = made(e, lambda key: str(getattr(key, "name", key)))
        return all(mine(at) == total for at, total in points)

    return fits


def which_counts(exercise: Exercise, part: Asked) -> frozenset[str]:
    """The options whose formulas count right."""
    points = at_letters(part.ask.args[0], with_bias(exercise))
    shown = {letter: formula(maths(text)[0]) for letter, text in part.options.items()}
    return frozenset(letter for letter, mine in shown.items() if all(mine(at) == total for at, total in points))


def updates(exercise: Exercise, part: Asked) -> int:
    """Mini-batches of an epoch, the last of them maybe smaller."""
    samples, batch = (int(text) for text in exercise.args("epoch_given"))
    return len(range(0, samples, batch))


def last_batch(exercise: Exercise, part: Asked) -> int:
    """The samples of the last mini-batch."""
    samples, batch = (int(text) for text in exercise.args("epoch_given"))
    return len(range(samples)[(updates(exercise, part) - 1) * batch :])


def all_updates(exercise: Exercise, part: Asked) -> int:
    """Those of several epochs."""
    return int(part.ask.args[0]) * updates(exercise, part)


def factors(exercise: Exercise) -> list[tuple[int, int]]:
    """The shapes of the matrices of a product, which have to go together and to lead from the loss to the inputs."""
    _, number, text = exercise.args("order_given")
    found = [(int(rows), int(columns)) for rows, columns in (one.split("×") for one in text.split(", "))]
    sizes = sizes_of(exercise)
    fit = all(left[1] == right[0] for left, right in pairwise(found))
    if not fit or len(found) != int(number) or (found[0][0], found[-1][1]) != (1, sizes[0]) or found[0][1] != sizes[-1]:
        raise Contradiction("the matrices of the product do not go together")
    return found


def from_left(exercise: Exercise, part: Asked) -> int:
    """Multiplications of the product taken from the left."""
    shapes = factors(exercise)
    return sum(shapes[0][0] * rows * columns for rows, columns in shapes[1:])


def from_right(exercise: Exercise, part: Asked) -> int:
    """Multiplications of the product taken from the right."""
    shapes = factors(exercise)
    return sum(rows * columns * shapes[-1][1] for rows, columns in shapes[:-1])


def cheaper(exercise: Exercise, part: Asked) -> frozenset[str]:
    """The order with fewer multiplications."""
    cost = {"order_from_left": from_left(exercise, part), "order_from_right": from_right(exercise, part)}
    said = sentences(exercise.language)
    options = {letter: cost[said.whole(text).key] for letter, text in part.options.items()}
    return frozenset(letter for letter, one in options.items() if one == min(options.values()))


def first_weights(exercise: Exercise, part: Asked) -> float:
    """By the rule 1/√fan-in, by that of He and others 2015, or that of Glorot and Bengio 2010."""
    _, into, out = (value_of(text) for text in part.ask.args)
    square = {"init_normal": 1 / into, "init_he": 2 / into, "init_xavier": 6 / (into + out)}[part.ask.key]
    return float(square**0.5)
