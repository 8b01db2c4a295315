"""Mistakes in counting the parameters of dense layers and the updates of an epoch."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from backtrace.expression.tree import ONE, Expr, add, div, mul, sub
from backtrace.mistakes.counting import Count
from backtrace.mistakes.records import Mistake

WHERE, UPDATES = "the parameters of a network of dense layers", "the updates of an epoch"
LECTURER = "https://www.statistical.dog/concepts/nn-parameter-count"
PER_LAYER = "https://stats.stackexchange.com/questions/459929"
FORUM = "Learning From Data course forum, homework 6 question 10"


def _wrong_side(count: Count) -> Iterator[Expr]:
    """A bias for each unit that an arrow leaves."""
    yield add(*(mul(a, add(b, ONE)) for a, b in pairwise(count.sizes)))


def _sums(count: Count) -> Iterator[Expr]:
    yield add(*(part for a, b in pairwise(count.sizes) for part in (add(a, b), b)))


def _bias_of_inputs(count: Count) -> Iterator[Expr]:
    yield add(count.sizes[0], *count.layers)


def _one_per_layer(count: Count) -> Iterator[Expr]:
    yield add(*(add(mul(a, b), ONE) for a, b in pairwise(count.sizes)))


def _first_only(count: Count) -> Iterator[Expr]:
    if len(count.layers) > 1:
        yield count.layers[0]


def _last_missing(count: Count) -> Iterator[Expr]:
    if len(count.layers) > 2:
        yield add(*count.layers[:-1])


def _times_batch(count: Count) -> Iterator[Expr]:
    if count.batch is not None:
        yield mul(count.batch, add(*count.layers))


def _both_sides(count: Count) -> Iterator[Expr]:
    yield add(*(mul(add(a, ONE), add(b, ONE)) for a, b in pairwise(count.sizes)))


def _biases_only(count: Count) -> Iterator[Expr]:
    yield add(*count.sizes[1:])


def _squares(count: Count) -> Iterator[Expr]:
    """Every unit connected to every other."""
    yield mul(add(*count.sizes), sub(add(*count.sizes), ONE))


def _skipping(count: Count) -> Iterator[Expr]:
    """The first layer connected to the last one too."""
    if len(count.layers) > 1:
        yield add(*count.layers, mul(count.sizes[0], count.sizes[-1]))


def _per_sample(count: Count) -> Iterator[Expr]:
    if count.samples is not None:
        yield count.samples


def _batch_size(count: Count) -> Iterator[Expr]:
    if count.samples is not None and count.batch is not None:
        yield count.batch


def _multiplied(count: Count) -> Iterator[Expr]:
    if count.samples is not None and count.batch is not None:
        yield mul(count.samples, count.batch)


def _rounded_down(count: Count) -> Iterator[Expr]:
    if count.samples is not None and count.batch is not None and {count.samples.op, count.batch.op} == {"number"}:
        rest = int(count.samples.args[0]) % int(count.batch.args[0])
        if rest:
            yield div(sub(count.samples, count.number(rest)), count.batch)


def _one(count: Count) -> Iterator[Expr]:
    if count.samples is not None:
        yield ONE


def _per_layer(count: Count) -> Iterator[Expr]:
    if count.samples is not None and count.batch is not None and len(count.layers) > 1:
        yield mul(count.number(len(count.layers)), div(count.samples, count.batch))


MISTAKES = (
    Mistake(
        "count.no_biases",
        "biases forgotten",
        "Only the weights are counted.",
        "drop_term",
        WHERE,
        (
            "Which parameters does a unit have beside its weights?",
            "Count what a single unit owns, then what a layer owns.",
        ),
        LECTURER,
        at=("parameters",),
        make=lambda count: [add(*(mul(a, b) for a, b in pairwise(count.sizes)))],
    ),
    Mistake(
        "count.bias_on_wrong_side",
        "biases on the wrong side",
        "A bias is counted for every unit from which arrows start.",
        "wrong_index",
        WHERE,
        (
            "At which end of an arrow does a bias sit?",
            "Does the input layer compute anything?",
        ),
        at=("parameters",),
        make=_wrong_side,
    ),
    Mistake(
        "count.sizes_multiplied",
        "all sizes multiplied",
        "The sizes of all layers are multiplied with each other.",
        "sum_product_confusion",
        WHERE,
        (
            "Is there an arrow for every choice of one unit from each layer?",
            "A parameter belongs to two neighbouring layers only.",
        ),
        at=("parameters",),
        make=lambda count: [mul(*count.sizes)] if len(count.sizes) > 2 else [],
    ),
    Mistake(
        "count.bias_for_inputs",
        "bias for the inputs",
        "The inputs are given biases, too.",
        "extra_term",
        WHERE,
        (
            "Do the inputs compute anything?",
            "Only what forms a sum has a bias.",
        ),
        PER_LAYER,
        at=("parameters",),
        make=_bias_of_inputs,
    ),
    Mistake(
        "count.bias_per_layer",
        "one bias for each layer",
        "A layer is given a single bias.",
        "wrong_aggregation",
        WHERE,
        (
            "Who owns a bias here: a unit or a layer?",
            "In this network no parameter is shared.",
        ),
        PER_LAYER,
        at=("parameters",),
        make=_one_per_layer,
    ),
    Mistake(
        "count.sizes_added",
        "sizes added",
        "The sizes of neighbouring layers are added.",
        "sum_product_confusion",
        WHERE,
        (
            "How many arrows lead from one layer to the next?",
            "Draw two layers of two units and count the arrows.",
        ),
        at=("parameters",),
        make=_sums,
    ),
    Mistake(
        "count.first_layer",
        "first layer only",
        "Only the parameters of the first layer are counted.",
        "drop_term",
        WHERE,
        (
            "How many layers have parameters?",
            "Go on to the next pair of layers.",
        ),
        FORUM,
        at=("parameters",),
        make=_first_only,
    ),
    Mistake(
        "count.last_layer_missing",
        "last layer missing",
        "The parameters of the last layer are left out.",
        "drop_term",
        WHERE,
        (
            "How many layers have parameters?",
            "The outputs are units like all others.",
        ),
        at=("parameters",),
        make=_last_missing,
    ),
    Mistake(
        "count.units",
        "units counted",
        "The units are counted, in place of the parameters.",
        "wrong_quantity",
        WHERE,
        (
            "What is it that is trained?",
            "Parameters sit on arrows, and on units that form a sum.",
        ),
        at=("parameters",),
        make=lambda count: [add(*count.sizes)],
    ),
    Mistake(
        "count.biases",
        "biases only",
        "Only the biases are counted.",
        "drop_term",
        WHERE,
        (
            "Which parameters does a unit have beside its bias?",
            "Parameters sit on arrows as well.",
        ),
        at=("parameters",),
        make=_biases_only,
    ),
    Mistake(
        "count.times_batch",
        "multiplied by the batch",
        "The parameters are counted once for every sample of a batch.",
        "extra_factor",
        WHERE,
        (
            "Do two samples of a batch have weights of their own?",
            "The same network looks at every sample.",
        ),
        at=("parameters",),
        make=_times_batch,
    ),
    Mistake(
        "count.bias_on_both_sides",
        "constant unit on both sides",
        "The constant unit of a bias is counted as a destination too.",
        "extra_term",
        WHERE,
        (
            "Do arrows lead into the constant unit that stands for the biases?",
            "The constant unit sends and never receives.",
        ),
        at=("parameters",),
        make=_both_sides,
    ),
    Mistake(
        "count.all_pairs",
        "every unit with every other",
        "Every unit is connected to every other.",
        "extra_term",
        WHERE,
        (
            "Between which units are there arrows?",
            "Units of the same layer are not connected.",
        ),
        at=("parameters",),
        make=_squares,
    ),
    Mistake(
        "count.skipping",
        "input connected to the output",
        "Weights from the inputs straight to the outputs are counted, too.",
        "extra_term",
        WHERE,
        (
            "Between which layers are there arrows?",
            "No arrow of this network passes over a layer.",
        ),
        at=("parameters",),
        make=_skipping,
    ),
    Mistake(
        "updates.per_sample",
        "update for every sample",
        "An update is counted for every sample.",
        "wrong_aggregation",
        UPDATES,
        (
            "When does the procedure update the parameters?",
            "What is a batch for?",
        ),
        at=("updates",),
        make=_per_sample,
    ),
    Mistake(
        "updates.batch_size",
        "size of a batch",
        "The size of a batch is given as the number of updates.",
        "wrong_quantity",
        UPDATES,
        (
            "How many batches are there?",
            "One update uses so many samples: how many of them does an epoch need?",
        ),
        at=("updates",),
        make=_batch_size,
    ),
    Mistake(
        "updates.multiplied",
        "multiplied for divided",
        "The number of samples is multiplied by the size of a batch.",
        "wrong_order",
        UPDATES,
        (
            "Do larger batches mean more or fewer updates?",
            "In an epoch every sample is used exactly once.",
        ),
        at=("updates",),
        make=_multiplied,
    ),
    Mistake(
        "updates.rest_left_out",
        "rest left out",
        "The last batch, which is not full, is not counted.",
        "drop_term",
        UPDATES,
        (
            "Is every sample used?",
            "What happens to the samples that do not fill a batch?",
        ),
        at=("updates",),
        make=_rounded_down,
    ),
    Mistake(
        "updates.one",
        "one update",
        "An epoch is taken for a single update.",
        "wrong_aggregation",
        UPDATES,
        (
            "What is the difference between an epoch and an iteration?",
            "When does the procedure update the parameters?",
        ),
        at=("updates",),
        make=_one,
    ),
    Mistake(
        "updates.per_layer",
        "an update for every layer",
        "The updates are counted for every layer by itself.",
        "extra_factor",
        UPDATES,
        (
            "How many parameters does one update move?",
            "All layers move together.",
        ),
        at=("updates",),
        make=_per_layer,
    ),
)
