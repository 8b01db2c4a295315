"""Changes a network from outside: `--set NAME=VALUE` and the lines of `--given FILE`, by one rule.

A change is a setting (`learning_rate`, `order`, `loss`, `layer2.shared_bias`, …) or the number of an input, target
or parameter. Names of numbers belong to the notation, a later room: the caller hands in `resolve`, which turns a
name into its quantity.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeAlias

from backtrace.errors import InputError, Place, nearest, printable
from backtrace.expression.tree import Given
from backtrace.network.activations import activation
from backtrace.network.fields import typed
from backtrace.network.losses import check_pair, check_targets, loss_named
from backtrace.network.made import with_tied
from backtrace.network.optimizers import OPTIMIZERS
from backtrace.network.optimizing import check, with_type, with_typed
from backtrace.network.quantity import Quantity, neutral
from backtrace.network.reading import NO_REWARD, NUMBERINGS, REDUCTIONS, not_negative
from backtrace.network.records import Layer, Network, Rows
from backtrace.network.regularization import FORMS, Regularization
from backtrace.network.training import KEYS as RULES
from backtrace.network.training import check_rules, with_typed_rule

Resolve: TypeAlias = Callable[[str, Network], Quantity]

LAYER_SETTING = r"(?a)layer([0-9]{1,4})\.(\w+)"
LAYER_SETTINGS = ("activation", "shared_bias")
MOST_LINES = 20_000


class Change(NamedTuple):
    """One change as typed, and where it stands."""

    name: str
    value: str
    place: Place


def changes_of_sets(sets: Iterable[str]) -> list[Change]:
    """The changes of repeated `--set NAME=VALUE`."""
    return [_change(text, Place(f"--set {printable(text)}"), "--set w5=0.7") for text in sets]


def changes_of_lines(text: str, file: str) -> list[Change]:
    """The changes of a file of lines `name = value`; # begins a comment."""
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        raise InputError(f"more than {MOST_LINES} lines", Place(file))
    found: list[Change] = []
    for number, line in enumerate(lines, 1):
        content = line.split("#", 1)[0].strip()
        if content:
            found.append(_change(content, Place(file, number), "w5 = 0.7"))
    return found


def _change(text: str, place: Place, example: str) -> Change:
    name, equals, value = text.partition("=")
    if not equals or not name.strip() or not value.strip():
        raise InputError(f"'{printable(text)}' is not of the form name = value", place, f"for example {example}")
    return Change(name.strip(), value.strip(), place)


def is_shape(change: Change) -> bool:
    """Whether made data depend on the change: the loss and the activations."""
    return change.name == "loss" or (change.name.startswith("layer") and change.name.endswith(".activation"))


def apply(network: Network, changes: Sequence[Change], resolve: Resolve | None) -> Network:
    """The network with the changes made, in order; a later one wins. Raises InputError with the place of the change."""
    numbers: dict[Quantity, Given] = {}
    places: dict[str, Place] = {}
    optimizers: dict[str, Place] = {}
    # Which settings there are depends on the type of the optimizer, so that comes first.
    for change in sorted(changes, key=lambda change: change.name != "optimizer"):
        if _is_setting(network, change.name):
            if change.name.endswith(".shared_bias"):
                # Whether biases can be shared depends on the numbers given before.
                biases = {q: v for q, v in numbers.items() if q.kind == "bias"}
                numbers = {q: v for q, v in numbers.items() if q.kind != "bias"}
                network = _with_numbers(network, biases, change.place)
            network = _setting(network, change)
            optimizers[change.name] = change.place
            if is_shape(change):
                places["loss"] = change.place
            continue
        quantity = _quantity(network, change, resolve)
        places[quantity.kind] = change.place
        if quantity.kind in ("rate", "setting"):
            name = quantity.name or "learning_rate"
            network = _setting(network, change._replace(name=name))
            optimizers[name] = change.place
        else:
            numbers[quantity] = typed(change.value, change.place)
    if any(name in optimizers for name in _optimizer_settings(network)):
        check(network.optimizer, lambda name: optimizers.get(name) or optimizers.get("optimizer"))
    if numbers:
        network = _with_numbers(network, numbers, Place(changes[-1].place.file))
    if network.regularization != Regularization() and not network.regularization.norms:
        raise InputError(
            "there is no regularisation whose form or biases could be set",
            changes[-1].place,
            "give its strength too, as in loss.l2=0.01",
        )
    rules = {
        name.removeprefix("training."): place for name, place in optimizers.items() if name.startswith("training.")
    }
    if rules:
        check_rules(network, rules)
    if "loss" in places:
        check_pair(network.loss, network.layers[-1].activation.name, places["loss"])
    if ("loss" in places or "target" in places) and network.targets:
        culprit = places.get("target") or places["loss"]
        check_targets(network.loss, network.targets, lambda sample: culprit)
    return network


def _is_setting(network: Network, name: str) -> bool:
    # A setting that only another optimizer has is refused as a setting, not as a name.
    others = (kind.setting(name) for kind in OPTIMIZERS.values())
    return bool(re.fullmatch(LAYER_SETTING, name)) or name in _whole_settings(network) or any(others)


def _optimizer_settings(network: Network) -> list[str]:
    return [*(setting.name for setting in network.optimizer.kind.settings), "optimizer"]


def _whole_settings(network: Network) -> list[str]:
    regularization = (f"loss.{key}" for key in Regularization._fields)
    training = (f"training.{key}" for key in RULES)
    return [*_optimizer_settings(network), "loss", "reduction", "numbering", *regularization, *training]


def _boolean(change: Change) -> bool:
    if change.value not in ("true", "false"):
        raise InputError(f"{change.name} must be true or false, not '{printable(change.value)}'", change.place)
    return change.value == "true"


def _choice(change: Change, names: Iterable[str]) -> str:
    known = tuple(names)
    if change.value not in known:
        raise InputError(
            f"{change.name} = '{printable(change.value)}' is not known", change.place, nearest(change.value, known)
        )
    return change.value


def _setting(network: Network, change: Change) -> Network:
    name = change.name
    if name == "loss":
        return network._replace(loss=loss_named(change.value, change.place))
    if name == "reduction":
        return network._replace(reduction=_choice(change, REDUCTIONS))
    if name == "numbering":
        return network._replace(numbering=_choice(change, NUMBERINGS))
    if name.startswith("loss."):
        return network._replace(regularization=_regularized(network.regularization, name.removeprefix("loss."), change))
    if name.startswith("training."):
        return with_typed_rule(network, name.removeprefix("training."), change.value, change.place)
    layered = re.fullmatch(LAYER_SETTING, name)
    if layered:
        return _layer_setting(network, int(layered[1]), layered[2], change)
    if name == "optimizer":
        return network._replace(optimizer=with_type(network.optimizer, change.value, change.place))
    return network._replace(optimizer=with_typed(network.optimizer, name, change.value, change.place))


def _regularized(regularization: Regularization, key: str, change: Change) -> Regularization:
    """The regularisation with one of its settings changed."""
    if key in ("l1", "l2"):
        strength = not_negative(typed(change.value, change.place), change.name, change.place, NO_REWARD)
        return regularization._replace(**{key: strength})  # type: ignore[arg-type]  # both are numbers
    if key == "form":
        return regularization._replace(form=_choice(change, FORMS))
    return regularization._replace(biases=_boolean(change))


def setting_names(network: Network) -> list[str]:
    """Every setting that `apply` knows for this network."""
    layers = range(1, len(network.layers) + 1)
    return [*_whole_settings(network), *(f"layer{n}.{key}" for n in layers for key in LAYER_SETTINGS)]


def _layer_setting(network: Network, number: int, key: str, change: Change) -> Network:
    if not 1 <= number <= len(network.layers):
        raise InputError(f"there is no layer {number}", change.place, f"the layers are 1 to {len(network.layers)}")
    if key not in LAYER_SETTINGS:
        raise InputError(f"'{printable(key)}' of a layer cannot be set", change.place, nearest(key, LAYER_SETTINGS))
    layer = network.layers[number - 1]
    if key == "activation":
        new = layer._replace(activation=activation(change.value, change.place))
    else:
        new = _shared(network, number, _boolean(change), change.place)
    return network._replace(layers=(*network.layers[: number - 1], new, *network.layers[number:]))


def _shared(network: Network, number: int, shared: bool, place: Place) -> Layer:
    layer = network.layers[number - 1]
    if shared == layer.shared_bias:
        return layer
    if not layer.has_bias:
        raise InputError(f"layer {number} has no bias to share", place)
    bias = layer.bias
    if bias is not None and shared:
        if len(set(bias)) > 1:
            raise InputError(
                f"layer {number} has unequal biases, so they cannot be one shared number",
                place,
                "set them to one value first: they are " + ", ".join(f"{b:.6g}" for b in bias[:8]),
            )
        bias = bias[:1]
    elif bias is not None:
        bias = bias * layer.units
    return layer._replace(shared_bias=shared, bias=bias)


def _quantity(network: Network, change: Change, resolve: Resolve | None) -> Quantity:
    """The given quantity that the name means, as the record holds it: a tied weight is the one it is tied to."""
    if resolve is None:
        raise InputError(
            f"unknown setting '{printable(change.name)}'", change.place, nearest(change.name, setting_names(network))
        )
    try:
        q = resolve(change.name, network)
    except InputError as error:
        near = nearest(change.name, setting_names(network))
        hint = " ".join(part for part in (near if near.startswith("did") else "", error.hint) if part)
        raise InputError(error.what, change.place, hint) from None
    settings = ("rate", "setting")
    if (
        q.kind not in (*settings, "input", "target", "weight", "bias")
        or q.updates
        or not (q.unit or q.kind in settings)
    ):
        raise InputError(
            f"'{printable(change.name)}' is computed, not given",
            change.place,
            "inputs, targets, weights, biases and settings can be set",
        )
    if q.kind == "weight":
        return network.weight(q.layer, q.unit, q.source)
    if q.kind == "bias":
        held = network.bias(q.layer, q.unit)
        if held is None:
            raise InputError(f"layer {q.layer} has no bias", change.place)
        return held
    if q.kind in settings:
        return q
    if q.sample == 0 and network.samples > 1:
        raise InputError(
            f"'{printable(change.name)}' is different in each of the {network.samples} samples",
            change.place,
            f"say which: {neutral(q._replace(sample=1))} to {neutral(q._replace(sample=network.samples))}",
        )
    return q._replace(sample=q.sample or 1)


def _with_numbers(network: Network, numbers: dict[Quantity, Given], place: Place) -> Network:
    """The network with numbers put in place of those it has."""
    if not numbers:
        return network
    grouped: dict[tuple[str, int], dict[tuple[int, int], Given]] = {}
    for q, value in numbers.items():
        row, column = {"weight": (q.unit, q.source), "bias": (1, max(q.unit, 1))}.get(q.kind, (q.sample, q.unit))
        grouped.setdefault((q.kind, q.layer if q.kind in ("weight", "bias") else 0), {})[row - 1, column - 1] = value

    def filled(kind: str, layer: int, rows: Rows | None, high: int, wide: int) -> Rows | None:
        given = grouped.get((kind, layer))
        plural = {"bias": "biases"}.get(kind, f"{kind}s") + (f" of layer {layer}" if layer else "")
        return _filled(rows, high, wide, given, plural, place) if given else rows

    layers: list[Layer] = []
    for n, layer in enumerate(network.layers, 1):
        weights = filled("weight", n, layer.weights, layer.units, network.size(n - 1))
        held = (layer.bias,) if layer.bias else None
        biases = filled("bias", n, held, 1, 1 if layer.shared_bias else layer.units)
        layers.append(layer._replace(weights=weights, bias=biases[0] if biases else layer.bias))
    outputs, samples = network.layers[-1].units, network.samples
    return network._replace(
        layers=with_tied(layers),
        inputs=filled("input", 0, network.inputs, samples, network.input_size),
        targets=filled("target", 0, network.targets, samples, outputs),
    )


def _filled(
    rows: Rows | None, high: int, wide: int, numbers: dict[tuple[int, int], Given], what: str, place: Place
) -> Rows:
    """The rows with the numbers put in; where there were none, every place must be filled."""
    if rows is None:
        missing = high * wide - len(numbers)
        if missing:
            raise InputError(
                f"{missing} of the {high * wide} {what} have no number", place, "give all of them, or none"
            )
        return tuple(tuple(numbers[j, i] for i in range(wide)) for j in range(high))
    changed = [list(row) for row in rows]
    for (j, i), value in numbers.items():
        changed[j][i] = value
    return tuple(tuple(row) for row in changed)
