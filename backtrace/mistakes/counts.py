"""What people get wrong when they count parameters, sizes and updates, in numbers and in letters."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from math import ceil, floor

from backtrace.expression.evaluate import evaluate
from backtrace.expression.functions import EvaluationError
from backtrace.expression.tree import Expr, symbols
from backtrace.mistakes.catalogue import COUNTS
from backtrace.mistakes.counting import Count, Size
from backtrace.mistakes.records import Slip

# Letters are told apart at these sizes, of which no two have a simple relation.
PROBE = (7, 11, 17, 29, 41, 59, 83, 101, 131, 151)


def count_slips(
    sizes: Sequence[Size] | Mapping[str, Size],
    what: str = "parameters",
    *,
    batch: Size | None = None,
    samples: Size | None = None,
) -> list[Slip]:
    """What each mistake makes of a count, in the order of the catalogue, each value once and none equal to the right.

    sizes: of dense layers from the input on, `(3, 4, 2)` or `("K", "L", "M")`; or those of one layer by the words of a
    network file, `{"kernel_size": 5, "in_channels": 3, "out_channels": 6, "size": 32, "output": 28}`.
    what: "parameters", "updates" (per epoch, from samples and batch), "conv_parameters", "size" (behind a convolution
    or pooling), "pool_parameters", "flat", "rnn_parameters", "lstm_parameters" or "gru_parameters".
    The form of a slip is its arithmetic. With letters its value is that at sizes chosen here, of use only to tell the
    forms apart. Raises InputError where a size is missing.
    """
    count = Count(what, sizes, batch, samples)
    right = right_count(sizes, what, batch=batch, samples=samples)
    found: list[Slip] = []
    for mistake in COUNTS.values():
        if what not in mistake.at:
            continue
        for form in mistake.make(count):
            assert isinstance(form, Expr)
            try:
                value = float(floor(_value(form, count)))
            except EvaluationError:
                continue
            if value != right and all(value != other.value for other in found):
                found.append(Slip(mistake, value, form))
    return found


def right_count(
    sizes: Sequence[Size] | Mapping[str, Size],
    what: str = "parameters",
    *,
    batch: Size | None = None,
    samples: Size | None = None,
) -> float:
    """The right count: updates are rounded up, sizes behind a convolution down."""
    count = Count(what, sizes, batch, samples)
    value = _value(count.right, count)
    return float(ceil(value) if what == "updates" else floor(value))


def right_form(sizes: Sequence[Size] | Mapping[str, Size], what: str = "parameters") -> Expr:
    """The right count as a person writes it: (K + 1)·L + (L + 1)·M."""
    return Count(what, sizes, None, None).right


def _value(form: Expr, count: Count) -> float:
    letters = list(dict.fromkeys(_letters(count)))
    at: dict[Hashable, float] = {key: float(PROBE[n % len(PROBE)] + n // len(PROBE)) for n, key in enumerate(letters)}
    return evaluate(form, at.__getitem__)


def _letters(count: Count) -> list[Hashable]:
    every = [*count.sizes, *count.named.values(), *(size for size in (count.samples, count.batch) if size is not None)]
    return [key for size in every for key in symbols(size)]
