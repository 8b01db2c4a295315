"""Reads a network file: TOML text to the record of a network, every refusal with the line it is about."""

from __future__ import annotations

from backtrace.errors import InputError, Place
from backtrace.network.fields import Table, shown
from backtrace.network.initialisers import Draws
from backtrace.network.layers import MOST_UNITS, read_layers
from backtrace.network.losses import Loss, check_pair, check_targets, loss_named
from backtrace.network.optimizing import read_optimizer
from backtrace.network.records import Comparison, Layer, Network, Rows
from backtrace.network.regularization import FORMS, Regularization
from backtrace.network.source import Document
from backtrace.network.training import read_training, read_validation

NETWORK_KEYS = ("title", "about", "numbering", "data", "layers", "loss", "optimizer", "training", "compare")
DATA_KEYS = ("inputs", "targets", "validation_inputs", "validation_targets", "input_shape", "input_names")
NUMBERINGS = ("by_target", "by_source")
REDUCTIONS = ("mean", "sum")
NO_REWARD = "a penalty on large weights has a strength of 0 or more"


def read_network(text: str, file: str, name: str, seed: int = 0) -> Network:
    """The network that the text of a file describes; `file` stands in refusals, `seed` serves initialisers without
    their own.

    Raises InputError. Whether numbers are missing (weights of one layer only) is `complete`'s to judge: more may be
    given later.
    """
    document = Document(text, file)
    _refuse_counted(document)
    top = Table(document, (), document.tables, NETWORK_KEYS, "the network")
    data = Table(document, ("data",), top.values.get("data", {}), DATA_KEYS, "[data]")
    inputs, targets, size = _data(data)
    names = data.names("input_names")
    if names and len(names) != size:
        raise data.refusal("input_names", f"{len(names)} input_names, but there are {size} inputs")
    layers = read_layers(document, size, Draws(seed))
    clash = next((n for n in names if any(n in layer.unit_names for layer in layers)), "")
    if clash:
        raise data.refusal("input_names", f"the name '{clash}' is taken by a unit")
    loss, reduction, regularization = _loss(document, top, layers)
    if targets is not None:
        _check_targets(data, "targets", targets, layers, loss)
    validation = read_validation(data, size)
    if validation:
        _check_targets(data, "validation_targets", validation[1], layers, loss)
    numbering = top.choice("numbering", NUMBERINGS, "by_target")
    return Network(
        name,
        size,
        layers,
        loss,
        reduction,
        read_optimizer(document, top.values.get("optimizer", {})),
        inputs,
        targets,
        top.text("title"),
        names,
        numbering,
        top.text("about"),
        compare=_compare(document, top),
        regularization=regularization,
        training=read_training(document, top, len(inputs) if inputs else None),
        validation_inputs=validation[0] if validation else None,
        validation_targets=validation[1] if validation else None,
    )


def _refuse_counted(document: Document) -> None:
    """Refuses kinds of layers that can only be counted; a file of dense layers never imports them."""
    layers = document.tables.get("layers")
    tables = [one for one in layers if isinstance(one, dict)] if isinstance(layers, list) else []
    if any(one.get("type", "dense") != "dense" for one in tables):
        from backtrace.network.shapes.reading import refuse_deriving

        refuse_deriving(document)


def _compare(document: Document, top: Table) -> tuple[Comparison, ...]:
    """The sentences about totals that others print."""
    entries = top.values.get("compare", [])
    if not isinstance(entries, list):
        raise top.refusal("compare", "compare must be a list of tables", "write [[compare]]")
    found = []
    for index, entry in enumerate(entries):
        table = Table(document, ("compare", index), entry, ("set", "text", "decimals"), "[[compare]]")
        sets = table.values.get("set", [])
        if not isinstance(sets, list) or not all(isinstance(one, str) for one in sets):
            raise table.refusal("set", "set must be a list of texts", 'write set = ["order=output_first"]')
        decimals = table.values.get("decimals", 9)
        if not isinstance(decimals, int) or not 1 <= decimals <= 15:
            raise table.refusal("decimals", "decimals must be a whole number from 1 to 15")
        found.append(Comparison(tuple(sets), table.text("text"), decimals))
    return tuple(found)


def _data(data: Table) -> tuple[Rows | None, Rows | None, int]:
    """Inputs, targets and the number of inputs."""
    shape = _input_shape(data) if "input_shape" in data else 0
    if "inputs" not in data:
        if "targets" in data:
            raise data.refusal("targets", "there are targets but no inputs", "give inputs = [[…]], a row per sample")
        if not shape:
            raise data.refusal(
                "", "inputs is missing", "give inputs and targets, or input_shape = [2] to work in symbols"
            )
        return None, None, shape
    if "targets" not in data:
        raise data.refusal("inputs", "there are inputs but no targets", "give targets = [[…]], a row per sample")
    inputs = data.rows("inputs", "the inputs", flat=True)
    targets = data.rows("targets", "the targets", flat=True)
    size = _same_width(data, "inputs", inputs)
    _same_width(data, "targets", targets)
    if shape and shape != size:
        raise data.refusal("input_shape", f"input_shape says {shape} inputs, but a row of inputs has {size}")
    if len(inputs) != len(targets):
        hint = (
            "a flat list is one sample; several samples are a list of rows"
            if len(targets) == 1
            else "one row per sample in both"
        )
        raise data.refusal(
            "targets", f"{_count(len(inputs), 'row')} of inputs, but {_count(len(targets), 'row')} of targets", hint
        )
    return inputs, targets, size


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def _same_width(data: Table, key: str, rows: Rows) -> int:
    if not rows or not rows[0]:
        raise data.refusal(key, f"{key} is empty", "at least one sample with at least one number is needed")
    for index, row in enumerate(rows):
        if len(row) != len(rows[0]):
            raise InputError(
                f"[data]: sample {index + 1} has {len(row)} {key}, but sample 1 has {len(rows[0])}",
                data.place(key, index),
                "every sample needs the same number",
            )
    return len(rows[0])


def _input_shape(data: Table) -> int:
    value = data.values["input_shape"]
    one = value[0] if isinstance(value, list) and len(value) == 1 else None
    if not isinstance(one, int) or isinstance(one, bool):
        raise data.refusal(
            "input_shape",
            f"input_shape must be a list of one whole number, not {shown(value)}",
            "dense layers take a flat input: input_shape = [784]; backtrace count knows other shapes too",
        )
    if not 1 <= one <= MOST_UNITS:
        raise data.refusal("input_shape", f"input_shape must lie between 1 and {MOST_UNITS}")
    return one


def _loss(document: Document, top: Table, layers: tuple[Layer, ...]) -> tuple[Loss, str, Regularization]:
    table = Table(document, ("loss",), top.values.get("loss", {}), ("type", "reduction", "regularization"), "[loss]")
    loss = loss_named(table.text("type", "half_squared_error"), table.place("type"))
    check_pair(loss, layers[-1].activation.name, table.place("type"))
    return loss, table.choice("reduction", REDUCTIONS, "mean"), _regularization(document, table)


def _regularization(document: Document, loss: Table) -> Regularization:
    if "regularization" not in loss:
        return Regularization()
    values = loss.values["regularization"]
    table = Table(document, ("loss", "regularization"), values, Regularization._fields, "regularization")
    if "l2" not in table and "l1" not in table:
        raise table.refusal("", "neither l2 nor l1 is given", "for example regularization = {l2 = 0.01}")
    strengths = {
        key: not_negative(table.number(key), key, table.place(key), NO_REWARD) if key in table else None
        for key in ("l2", "l1")
    }
    form = table.choice("form", FORMS, Regularization().form)
    return Regularization(**strengths, form=form, biases=table.boolean("biases", False))


def _check_targets(data: Table, key: str, targets: Rows, layers: tuple[Layer, ...], loss: Loss) -> None:
    outputs = layers[-1].units
    if len(targets[0]) != outputs:
        hint = (
            "a flat list is one sample; several samples are a list of rows"
            if len(targets) == 1
            else f"expected {outputs} in each row"
        )
        raise data.refusal(
            key,
            f"{_count(len(targets[0]), 'target')} per sample, but the last layer has {_count(outputs, 'unit')}",
            hint,
        )

    def place(sample: int) -> Place:
        return data.place(key, sample - 1)

    check_targets(loss, targets, place)


def not_negative(
    value: float, name: str, place: Place | None, hint: str = "a step against the gradient has a positive rate"
) -> float:
    """The number of a setting that cannot be negative; `hint` says why."""
    if value < 0.0:
        raise InputError(f"{name} is negative", place, hint)
    return value
