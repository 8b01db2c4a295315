"""The records that say what a network is: plain, frozen, with the numbers as they were typed.

`weights[j][i]` is the weight into unit j+1 from unit i+1 of the layer below. Numbers are floats; those a person typed
are `Given` and remember their spelling. None in place of numbers means that the network has none: it is shown in
symbols alone.
"""

from __future__ import annotations

from typing import NamedTuple

from backtrace.network.activations import Activation
from backtrace.network.losses import Loss
from backtrace.network.optimizers import OPTIMIZERS, OptimizerKind, Rule, Value
from backtrace.network.quantity import DATA_LOSS, LOSS, SHARED, Quantity
from backtrace.network.regularization import Regularization
from backtrace.network.schedules import Schedule

Rows = tuple[tuple[float, ...], ...]


class Layer(NamedTuple):
    """A dense layer. `bias` holds one number per unit, or one when `shared_bias`; `has_bias` is False for none.

    tied_to: the layer (from 1) whose weights this layer uses, `transposed` or not; 0 when it has its own.
    made_by: how the numbers were made ("normal, standard deviation 1/√fan-in, seed 7"), empty when they were typed.
    """

    units: int
    activation: Activation
    weights: Rows | None = None
    bias: tuple[float, ...] | None = None
    has_bias: bool = True
    shared_bias: bool = False
    name: str = ""
    unit_names: tuple[str, ...] = ()
    tied_to: int = 0
    transposed: bool = False
    made_by: str = ""


class Optimizer(NamedTuple):
    """How parameters are updated. `order`: "simultaneous" or "output_first" (see the network file in docs).

    schedule: the formula of the learning rate, if there is one; given: the settings of this type that were given, by
    name, in the order of the type's table; all others have their defaults.
    """

    type: str = "sgd"
    learning_rate: float | None = None
    update_biases: bool = True
    order: str = "simultaneous"
    schedule: Schedule | None = None
    given: tuple[tuple[str, Value], ...] = ()

    @property
    def kind(self) -> OptimizerKind:
        """The record of its type."""
        return OPTIMIZERS[self.type]

    @property
    def rule(self) -> Rule:
        """The rule under these settings."""
        kind = self.kind
        chosen = self.value(kind.chosen_by) if kind.chosen_by else ""
        assert chosen is not None
        return kind.rule(chosen)

    def value(self, name: str) -> Value | None:
        """A setting of the type as given, else its default; None where there is neither."""
        for given, value in self.given:
            if given == name:
                return value
        setting = self.kind.setting(name)
        return setting.default if setting else None

    def number(self, name: str) -> float | None:
        """The same for a setting that is a number."""
        value = self.value(name)
        assert value is None or isinstance(value, float)
        return value

    @property
    def has_rate(self) -> bool:
        """Whether there is a learning rate, so that something is updated."""
        return self.learning_rate is not None or (self.schedule is not None and not self.schedule.uses_rate)

    def rate(self, count: int) -> float:
        """The learning rate of the update before which `count` were done; 0 where there is none.

        Raises EvaluationError where the schedule has no value or a negative one.
        """
        if self.schedule is None or not self.has_rate:
            return self.learning_rate or 0.0
        return self.schedule.rate(self.learning_rate, count)

    @property
    def clips(self) -> bool:
        """Whether gradients are clipped before they are used."""
        return self.value("clip_norm") is not None or self.value("clip_value") is not None


class Training(NamedTuple):
    """How a network is trained over its samples.

    epochs: at most so many, in each of which every sample is used once; 0 when nobody has said. mini_batch: how many
    samples an update uses, None for all. shuffle_seed: the samples are shuffled anew in each epoch, None for the order
    given. It stops before the last epoch: stop_change, when no update of an epoch has changed a parameter by more;
    patience, after so many epochs without a smaller loss; stop_without_mistakes, after an epoch in which no sample was
    misclassified.
    """

    epochs: int = 0
    mini_batch: int | None = None
    shuffle_seed: int | None = None
    stop_change: float | None = None
    patience: int | None = None
    stop_without_mistakes: bool = False


class Comparison(NamedTuple):
    """A sentence about a total that others print for a network: `{loss}` in `text` becomes, at `decimals` places, the
    loss after one step under the changes `sets`, computed when it is shown."""

    sets: tuple[str, ...]
    text: str
    decimals: int = 9


class Network(NamedTuple):
    """A network and its data. `layers[0]` is the first layer after the input.

    inputs, targets: a row per sample, or None when the network has no numbers. numbering: how flat names w1, w2, … run
    within a layer, "by_target" (all weights into unit 1 first) or "by_source". about: a sentence shown under the
    results of this network's trace, from its file. validation_inputs, validation_targets: samples that are only looked
    at, to see when training should stop. part: which of its samples these are ("sample 1 of 4"), empty when all;
    of_samples: how many there are in all then, else 0.
    """

    name: str
    input_size: int
    layers: tuple[Layer, ...]
    loss: Loss
    reduction: str = "mean"
    optimizer: Optimizer = Optimizer()
    inputs: Rows | None = None
    targets: Rows | None = None
    title: str = ""
    input_names: tuple[str, ...] = ()
    numbering: str = "by_target"
    about: str = ""
    made_by: str = ""
    compare: tuple[Comparison, ...] = ()
    regularization: Regularization = Regularization()
    training: Training | None = None
    validation_inputs: Rows | None = None
    validation_targets: Rows | None = None
    part: str = ""
    of_samples: int = 0

    @property
    def data_size(self) -> int:
        """The number of samples of the whole data, of which these may be a part."""
        return self.of_samples or self.samples

    @property
    def data_loss(self) -> Quantity:
        """The key of the reduced loss without regularisation, which is the loss itself where there is none."""
        return DATA_LOSS if self.regularization.norms else LOSS

    def sample_loss(self, sample: int) -> Quantity:
        """The key of a sample's own loss; sample 0 is the only one."""
        return Quantity("loss", sample=sample) if sample else self.data_loss

    def targets_of(self, sample: int) -> tuple[float, ...] | None:
        """The targets of a sample (0: of the only one), or None."""
        return self.targets[max(sample, 1) - 1] if self.targets else None

    def regularized(self) -> list[Quantity]:
        """The parameters that regularisation keeps small, each once."""
        return [parameter for parameter in self.parameters() if self.regularization.counts(parameter)]

    @property
    def samples(self) -> int:
        """The number of samples; a network without data is shown for one sample."""
        return len(self.inputs) if self.inputs else 1

    @property
    def numeric(self) -> bool:
        """Whether every number is known: data and all parameters."""
        return (
            self.inputs is not None
            and self.targets is not None
            and all(
                layer.weights is not None and (layer.bias is not None or not layer.has_bias) for layer in self.layers
            )
        )

    def size(self, layer: int) -> int:
        """The number of units of a layer; layer 0 is the input."""
        return self.layers[layer - 1].units if layer else self.input_size

    def weight(self, layer: int, unit: int, source: int) -> Quantity:
        """The parameter used as the weight into `unit` of `layer` from `source`: for a tied one, what it is tied to."""
        record = self.layers[layer - 1]
        if record.tied_to:
            return (
                self.weight(record.tied_to, source, unit)
                if record.transposed
                else self.weight(record.tied_to, unit, source)
            )
        return Quantity("weight", layer, unit, source)

    def bias(self, layer: int, unit: int) -> Quantity | None:
        """The parameter used as the bias of `unit` of `layer`, or None."""
        record = self.layers[layer - 1]
        if not record.has_bias:
            return None
        return Quantity("bias", layer, SHARED if record.shared_bias else unit)

    def parameters(self) -> list[Quantity]:
        """Every parameter once: layer by layer, weights (by target, then source) before biases."""
        return [parameter for layer in range(1, len(self.layers) + 1) for parameter in self.parameters_of(layer)]

    def parameters_of(self, layer: int) -> list[Quantity]:
        """The parameters of a layer of its own, each once: none of its weights where they are tied to another's."""
        record = self.layers[layer - 1]
        found: list[Quantity] = []
        if not record.tied_to:
            found += [
                Quantity("weight", layer, j, i)
                for j in range(1, record.units + 1)
                for i in range(1, self.size(layer - 1) + 1)
            ]
        if record.has_bias:
            found += (
                [Quantity("bias", layer, SHARED)]
                if record.shared_bias
                else [Quantity("bias", layer, j) for j in range(1, record.units + 1)]
            )
        return found

    def value(self, parameter: Quantity) -> float | None:
        """The number of a parameter, as typed, or None."""
        layer = self.layers[parameter.layer - 1]
        if parameter.kind == "weight":
            return None if layer.weights is None else layer.weights[parameter.unit - 1][parameter.source - 1]
        if layer.bias is None:
            return None
        return layer.bias[0 if parameter.unit == SHARED else parameter.unit - 1]
