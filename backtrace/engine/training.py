"""Training over mini-batches: epochs of updates, and the rules by which it stops.

An epoch uses every sample once. Its loss is that of all samples under the parameters at its end; its largest change is
that of any parameter by any one of its updates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from backtrace.engine.learners import Learner, learner
from backtrace.engine.records import Parameters, Vector
from backtrace.engine.refusals import refuse_no_slope, refuse_symbolic
from backtrace.errors import InputError
from backtrace.expression.functions import EvaluationError
from backtrace.network.losses import check_targets
from backtrace.network.records import Network, Optimizer, Training
from backtrace.network.training import orders, planned

MOST_KEPT = 5_000_000  # numbers of parameters kept after each update
MOST_COMPARED = 1_000  # numbers of parameters in which epochs that repeat themselves are looked for

REASONS = ("epochs", "stop_change", "patience", "no_mistakes")


class Update(NamedTuple):
    """One update: its number from 1, its epoch, its samples (from 1) in order, their reduced loss and outputs before
    it, by how much it changed the parameter that it changed most, and the parameters after it."""

    number: int
    epoch: int
    samples: tuple[int, ...]
    loss: float
    outs: list[Vector]
    change: float
    parameters: Parameters


class Epoch(NamedTuple):
    """How things stand at the end of an epoch; number 0 is the beginning. mistakes: samples misclassified when their
    update came, where targets are −1 and 1."""

    number: int
    updates: int
    loss: float
    validation_loss: float | None = None
    largest_change: float | None = None
    mistakes: int | None = None


class Best(NamedTuple):
    """The epoch with the least loss so far (of the validation samples if there are any), and its parameters."""

    epoch: int
    loss: float
    parameters: Parameters


class Trained(NamedTuple):
    """A training from its beginning to where it stopped.

    reason: one of REASONS, "epochs" for the limit. updates: each one, when asked for. best: with patience only.
    outs: of all samples at the end. repeats: two epochs that ended with the same parameters, the earlier one first,
    found only where the same must then happen again and again. state: what the optimizer remembers at the end.
    inseparable: between these two epochs the corrections t·x of the misclassified points add up to exactly 0, so that
    w·x cannot have the sign of t for all of them, whatever w is (Gordan 1873); rounded parameters prove nothing.
    """

    network: Network
    plan: Training
    epochs: list[Epoch]
    updates: list[Update]
    reason: str
    parameters: Parameters
    outs: list[Vector]
    best: Best | None = None
    repeats: tuple[int, int] | None = None
    state: Mapping[str, Parameters] = MappingProxyType({})
    inseparable: bool = False

    @property
    def batch(self) -> int:
        """How many samples an update uses."""
        return batch_size(self.network, self.plan)

    @property
    def converged(self) -> bool | None:
        """Whether it stopped because nothing was left to learn; None where no rule could have said so.

        Without mistakes the perceptron rule changes nothing more, but momentum, a penalty or a margin can.
        """
        if self.plan.stop_change is None and not self.plan.stop_without_mistakes:
            return None
        return self.reason == "stop_change" or (self.reason == "no_mistakes" and not self.epochs[-1].largest_change)

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `backtrace trace` with training: the trace contract, and more keys."""
        from backtrace.engine.run import run

        found = run(self.network, 1).to_dict()
        found["updated"] = self.parameters.to_dict()
        if self.state:
            found["state"] = {slot: numbers.to_dict() for slot, numbers in self.state.items()}
        found["history"] = [{"step": e.updates, "loss": e.loss} for e in self.epochs]
        found["training"] = self.plan._replace(mini_batch=self.batch)._asdict()
        found["epochs"] = [epoch_dict(epoch) for epoch in self.epochs]
        found["stopped"] = {"reason": self.reason, "epoch": self.epochs[-1].number, "converged": self.converged}
        if self.best:
            best = self.best
            found["best"] = {"epoch": best.epoch, "loss": best.loss, "parameters": best.parameters.to_dict()}
        if self.updates:
            found["updates"] = [
                {**one._asdict(), "samples": list(one.samples), "parameters": one.parameters.to_dict()}
                for one in self.updates
            ]
        return found


def epoch_dict(epoch: Epoch) -> dict[str, Any]:
    """One entry of "epochs"."""
    named = epoch._asdict()
    return {"epoch": named.pop("number"), **named}


def batch_size(network: Network, plan: Training) -> int:
    """How many samples an update uses."""
    return plan.mini_batch or network.samples


def train(network: Network, plan: Training | None = None, engine: str = "auto", keep_updates: bool = False) -> Trained:
    """Trains by the plan, by default the network's own.

    Raises InputError for a network without numbers or without a learning rate, for a plan that cannot be (`planned`),
    and EvaluationError, saying when, wherever a formula has no finite value.
    """
    refuse_symbolic(network)
    refuse_no_slope(network)
    plan = planned(network._replace(training=plan or network.training), {})
    if not network.optimizer.has_rate:
        raise InputError("no learning rate is given, so nothing is learned", hint="add --set learning_rate=0.5")
    if network.validation_targets:
        check_targets(network.loss, network.validation_targets)
    each = -(-network.samples // batch_size(network, plan))
    if keep_updates and plan.epochs * each * len(network.parameters()) > MOST_KEPT:
        raise InputError(
            f"{plan.epochs * each} updates of {len(network.parameters())} parameters are too many to be listed",
            hint="fewer epochs, or only the epochs",
        )
    return _Course(network, plan, learner(network, engine), keep_updates).run()


class _Course:
    """One training on its way."""

    def __init__(self, network: Network, plan: Training, learner: Learner, keep_updates: bool) -> None:
        self.network = network
        self.plan = plan
        self.learner = learner
        self.keep_updates = keep_updates
        self.updates: list[Update] = []
        self.done = 0
        self.best: Best | None = None
        self.ends: dict[tuple[float, ...], int] = {}
        self.repeats: tuple[int, int] | None = None
        self.wrong: list[list[int]] = []

    def run(self) -> Trained:
        """All epochs, until one of the rules stops it."""
        size = batch_size(self.network, self.plan)
        rows = [self._row(0, None, None)]
        self._watch(rows[0])
        reason = "epochs"
        limit = range(1, self.plan.epochs + 1)
        for number, order in zip(limit, orders(self.network, self.plan), strict=False):
            change, mistakes = 0.0, 0
            if self._proves(number):
                self.wrong.append([])
            for samples in batches(order, size):
                found, wrong = self._update(number, samples)
                change, mistakes = max(change, found), mistakes + wrong
            rows.append(self._row(number, change, mistakes if self.network.loss.targets == "sign" else None))
            found_reason = self._stops(rows[-1])
            if found_reason:
                reason = found_reason
                break
        return Trained(
            self.network,
            self.plan,
            rows,
            self.updates,
            reason,
            self.learner.parameters(),
            self.learner.outs(),
            self.best,
            self.repeats,
            self.learner.remembered(),
            self.repeats is not None and self._cancels(*self.repeats),
        )

    def _update(self, epoch: int, samples: Sequence[int]) -> tuple[float, int]:
        """One update: the largest change, and how many of its samples were misclassified before it."""
        try:
            seen = self.learner.update(samples)
        except EvaluationError as error:
            raise self._told(error, samples) from None
        self.done += 1
        counted = tuple(s + 1 for s in samples)
        if self.keep_updates:
            self.updates.append(
                Update(self.done, epoch, counted, seen.loss, seen.outs, seen.change, self.learner.parameters())
            )
        targets = self.network.targets if self.network.loss.targets == "sign" else None
        wrong = []
        if targets:
            wrong = [s for s, out in zip(samples, seen.outs, strict=True) if misclassified(targets[s], out)]
        if self._proves(epoch):
            self.wrong[-1] += wrong
        return seen.change, len(wrong)

    def _row(self, number: int, change: float | None, mistakes: int | None) -> Epoch:
        try:
            loss = self.learner.loss()
            validation = self.learner.validation() if self.network.validation_inputs else None
        except EvaluationError as error:
            raise self._told(error, ()) from None
        return Epoch(number, self.done, loss, validation, change, mistakes)

    def _stops(self, row: Epoch) -> str:
        """The rule that stops after this epoch, or nothing."""
        self._watch(row)
        if self.plan.stop_without_mistakes:
            if row.mistakes == 0:
                return "no_mistakes"
            self._look_for_repeats(row.number)
        if self.plan.stop_change is not None and (row.largest_change or 0.0) <= self.plan.stop_change:
            return "stop_change"
        if self.plan.patience is not None and self.best and row.number - self.best.epoch >= self.plan.patience:
            return "patience"
        return ""

    def _watch(self, row: Epoch) -> None:
        """Remembers the epoch if it is the best so far."""
        watched = row.loss if row.validation_loss is None else row.validation_loss
        if self.plan.patience is not None and (self.best is None or watched < self.best.loss):
            self.best = Best(row.number, watched, self.learner.parameters())

    def _look_for_repeats(self, number: int) -> None:
        """The same parameters, samples in the same order, and nothing that an optimizer remembers: the same again."""
        optimizer = self.network.optimizer._replace(learning_rate=None, update_biases=True, order="simultaneous")
        few = len(self.network.parameters()) * number <= MOST_COMPARED * 100
        if self.repeats or self.plan.shuffle_seed is not None or optimizer != Optimizer() or not few:
            return
        now = self.learner.parameters()
        flat = tuple(x for rows in now.weights for row in rows for x in row)
        flat += tuple(x for row in now.bias for x in row or ())
        earlier = self.ends.setdefault(flat, number)
        if earlier != number:
            self.repeats = (earlier, number)

    def _proves(self, epoch: int) -> bool:
        """Whether it is kept which samples are misclassified in an epoch."""
        return self.plan.stop_without_mistakes and self.network.samples * epoch <= MOST_COMPARED * 100

    def _cancels(self, first: int, second: int) -> bool:
        """Whether the corrections of the epochs after the first one, up to the second, add up to exactly 0."""
        from fractions import Fraction

        inputs, targets, layers = self.network.inputs or (), self.network.targets or (), self.network.layers
        wrong = [s for epoch in self.wrong[first:second] for s in epoch]
        if not wrong or not self._proves(second) or len(layers) > 1 or layers[0].units > 1:
            return False
        rows = [(*inputs[s], 1.0) if layers[0].has_bias else inputs[s] for s in wrong]
        corrections = [[Fraction(targets[s][0]) * Fraction(x) for x in row] for s, row in zip(wrong, rows, strict=True)]
        return not any(sum(column) for column in zip(*corrections, strict=True))

    def _told(self, error: EvaluationError, samples: Sequence[int]) -> EvaluationError:
        """The error, saying when and on which samples it happened; keys count the samples of the batch alone."""
        when = f"after {self.done} update{'s' * (self.done != 1)}, " if self.done else ""
        where = ""
        if 0 < len(samples) < self.network.samples:
            listed = ", ".join(str(s + 1) for s in samples[:6]) + (", …" if len(samples) > 6 else "")
            where = f"in the mini-batch of sample{'s' * (len(samples) > 1)} {listed}"
            where += " (@1, @2, … of them): " if len(samples) > 1 else ": "
        return EvaluationError(f"{when}{where}{error.what}", error.place, error.hint)


def batches(order: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    """The samples in groups of `size`; the last group has what is left."""
    for start in range(0, len(order), size):
        yield order[start : start + size]


def misclassified(targets: Sequence[float], outs: Sequence[float]) -> bool:
    """Whether an output is not on the side of its target −1 or 1; exactly between counts as misclassified."""
    return any(t * y <= 0.0 for t, y in zip(targets, outs, strict=True))


def side_by_side(network: Network, plan: Training, engine: str = "auto") -> list[Trained]:
    """The same training with all samples, a mini-batch and one sample an update, the same start each.

    The mini-batch is the plan's, by default about half of the samples. Raises InputError for a single sample.
    """
    if network.samples < 2:
        raise InputError(
            "with one sample there is only one way to train", hint="--batch N makes N samples, or give more in the file"
        )
    middle = plan.mini_batch or (network.samples + 1) // 2
    sizes = dict.fromkeys((network.samples, middle, 1))
    return [train(network, plan._replace(mini_batch=size), engine) for size in sizes]
