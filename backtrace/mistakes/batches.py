"""Mistakes with a batch: how the gradients of its samples are put together, and when parameters are updated."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from backtrace.engine.updating import is_plain
from backtrace.expression.tree import ONE, Expr, add, div, mul, number, symbol
from backtrace.mistakes.calculation import Calculation
from backtrace.mistakes.case import Case
from backtrace.mistakes.records import Mistake
from backtrace.network.quantity import LOSS, Derivative, Quantity
from backtrace.network.records import Network

WHERE, UPDATE = "a gradient of a batch", "an update with a batch"
SUM_OR_MEAN = "https://stackoverflow.com/questions/24465389"
AVERAGES = "https://stats.stackexchange.com/questions/174708"


def of_batch(change: Callable[[Case, list[Expr]], Expr | None]) -> Callable[[Case], Iterator[Expr]]:
    """A mistake in how the gradients of the samples are put together; what regularisation adds stays right."""

    def make(case: Case) -> Iterator[Expr]:
        if case.network.samples < 2:
            return
        wrong = change(case, [of_sample(case, s) for s in range(1, case.network.samples + 1)])
        if wrong is not None:
            yield add(wrong, *case.calculation.penalties(case.parameter))

    return make


def of_sample(case: Case, sample: int) -> Expr:
    """The gradient of one sample's own loss."""
    return add(
        *(
            mul(symbol(delta), signal) if signal != ONE else symbol(delta)
            for delta, signal in case.feeds
            if delta.sample == sample
        )
    )


def _is_mean(case: Case) -> bool:
    return case.network.reduction == "mean"


def _count(case: Case) -> Expr:
    return number(case.network.samples)


def _summed(case: Case, parts: list[Expr]) -> Expr | None:
    return add(*parts) if _is_mean(case) else None


def _averaged(case: Case, parts: list[Expr]) -> Expr | None:
    return None if _is_mean(case) else div(add(*parts), _count(case))


def _averaged_twice(case: Case, parts: list[Expr]) -> Expr | None:
    return div(div(add(*parts), _count(case)), _count(case)) if _is_mean(case) else None


def _by_outputs(case: Case, parts: list[Expr]) -> Expr | None:
    outputs = len(case.outputs)
    return div(div(add(*parts), _count(case)), number(outputs)) if _is_mean(case) and outputs > 1 else None


def _averages_multiplied(case: Case, parts: list[Expr]) -> Expr | None:
    """The mean of δ times the mean of the signal."""
    feeds = case.feeds
    if case.parameter.kind != "weight" or len(feeds) != case.network.samples:
        return None
    count = _count(case)
    whole = mul(div(add(*(symbol(d) for d, _ in feeds)), count), div(add(*(x for _, x in feeds)), count))
    return whole if _is_mean(case) else mul(count, whole)


def _averaged_sample(case: Case) -> Iterator[float]:
    """The gradient at the mean of all inputs and targets."""
    network = case.network
    if network.samples < 2 or network.inputs is None or network.targets is None or not _is_mean(case):
        return
    one = network._replace(
        inputs=_mean_row(network.inputs), targets=_mean_row(network.targets), of_samples=network.data_size
    )
    yield case.calculation.again("mean sample", lambda: Calculation(one)).value(Derivative(LOSS, case.parameter))


def _mean_row(rows: tuple[tuple[float, ...], ...]) -> tuple[tuple[float, ...], ...]:
    means = []
    for column in zip(*rows, strict=True):
        total = 0.0
        for value in column:
            total += value
        means.append(total / len(rows))
    return (tuple(means),)


def _online(case: Case) -> Iterator[float]:
    """An update after every sample, in place of one after the batch."""
    network = case.network
    if network.samples < 2 or network.inputs is None or network.targets is None or not is_plain(network.optimizer):
        return
    value = case.calculation.again("online", lambda: _one_by_one(network)).network.value(case.parameter)
    assert value is not None
    yield value


def _one_by_one(network: Network) -> Calculation:
    """The network after an update for each sample."""
    assert network.inputs is not None and network.targets is not None
    for inputs, targets in zip(network.inputs, network.targets, strict=True):
        one = network._replace(inputs=(inputs,), targets=(targets,), of_samples=network.data_size)
        network = with_numbers(network, Calculation(one))
    return Calculation(network)


def with_numbers(network: Network, calculation: Calculation) -> Network:
    """The network with the parameters that a calculation arrives at."""
    new = {p: calculation.value(p._replace(updates=1)) for p in network.parameters()}
    layers = []
    for n, layer in enumerate(network.layers, 1):
        weights = tuple(
            tuple(new[network.weight(n, j, i)] for i in range(1, network.size(n - 1) + 1))
            for j in range(1, layer.units + 1)
        )
        keys = [network.bias(n, j) for j in range(1, (1 if layer.shared_bias else layer.units) + 1)]
        bias = tuple(new[key] for key in keys if key is not None)
        layers.append(layer._replace(weights=weights, bias=bias if layer.has_bias else None))
    return network._replace(layers=tuple(layers))


def _scaled_rate(case: Case) -> Iterator[Expr]:
    """The sum over the batch subtracted, where the mean belongs, in the update itself."""
    network = case.network
    if network.samples > 1 and is_plain(network.optimizer) and _is_mean(case) and network.optimizer.has_rate:
        gradient: Quantity | Derivative = Derivative(LOSS, case.parameter)
        if case.form != symbol(case.parameter):
            yield add(symbol(case.parameter), mul(number(-network.samples), case.calculation.rate, symbol(gradient)))


MISTAKES = (
    Mistake(
        "batch.summed",
        "sum for mean",
        "The gradients of the samples are added where their mean is asked for.",
        "wrong_aggregation",
        WHERE,
        (
            "Should the gradient grow when every sample occurs twice in the batch?",
            "Read again how the losses of the samples are put together.",
        ),
        SUM_OR_MEAN,
        at=("weight_gradient", "bias_gradient"),
        make=of_batch(_summed),
    ),
    Mistake(
        "batch.averaged",
        "mean for sum",
        "The gradients of the samples are averaged where their sum is asked for.",
        "wrong_aggregation",
        WHERE,
        (
            "Read again how the losses of the samples are put together.",
            "You divided by something that the definition does not divide by.",
        ),
        at=("weight_gradient", "bias_gradient"),
        make=of_batch(_averaged),
    ),
    Mistake(
        "batch.averaged_twice",
        "mean taken twice",
        "The number of samples is divided out twice.",
        "extra_factor",
        WHERE,
        (
            "How often does the mean over the batch occur in the loss?",
            "Was the number you divided already a mean?",
        ),
        at=("weight_gradient", "bias_gradient"),
        make=of_batch(_averaged_twice),
    ),
    Mistake(
        "batch.last_sample",
        "last sample only",
        "The gradient of the last sample is given as that of the batch.",
        "drop_term",
        WHERE,
        (
            "How many samples are in the batch?",
            "Every sample of the batch has a say in the gradient.",
        ),
        at=("weight_gradient", "bias_gradient"),
        make=of_batch(lambda case, parts: parts[-1]),
    ),
    Mistake(
        "batch.first_sample",
        "first sample only",
        "The gradient of the first sample is given as that of the batch.",
        "drop_term",
        WHERE,
        (
            "How many samples are in the batch?",
            "Every sample of the batch has a say in the gradient.",
        ),
        at=("weight_gradient", "bias_gradient"),
        make=of_batch(lambda case, parts: parts[0]),
    ),
    Mistake(
        "batch.divided_by_outputs",
        "divided by the outputs too",
        "The gradient is divided by the number of outputs as well.",
        "extra_factor",
        WHERE,
        (
            "Over what is the mean taken?",
            "Samples and outputs are not the same thing: over which of them does this loss average?",
        ),
        at=("weight_gradient", "bias_gradient"),
        make=of_batch(_by_outputs),
    ),
    Mistake(
        "batch.averages_multiplied",
        "means multiplied",
        "The mean of δ is multiplied by the mean of the signal.",
        "wrong_order",
        WHERE,
        (
            "Is the mean of products the product of means?",
            "Finish each sample before you put them together.",
        ),
        AVERAGES,
        at=("weight_gradient",),
        make=of_batch(_averages_multiplied),
    ),
    Mistake(
        "batch.samples_averaged",
        "one mean sample",
        "The samples are averaged first, and the gradient is taken at their mean.",
        "wrong_order",
        WHERE,
        (
            "Does the network compute anything that is not linear?",
            "Each sample needs a forward and a backward pass of its own.",
        ),
        at=("weight_gradient", "bias_gradient"),
        make=_averaged_sample,
        reads=True,
    ),
    Mistake(
        "batch.online",
        "update after every sample",
        "The parameters are updated after every sample.",
        "other_procedure",
        UPDATE,
        (
            "When does the procedure update the parameters?",
            "All gradients of a batch are taken at one and the same point.",
        ),
        at=("update",),
        make=_online,
        reads=True,
    ),
    Mistake(
        "batch.update_by_sum",
        "step by the sum",
        "The step is made by the sum over the batch, where the loss is a mean.",
        "wrong_aggregation",
        UPDATE,
        (
            "Should the step grow with the size of the batch?",
            "Which gradient belongs to the loss as it is defined?",
        ),
        at=("update",),
        make=_scaled_rate,
    ),
)
