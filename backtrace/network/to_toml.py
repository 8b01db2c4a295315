"""Prints a network as the file that describes it: reading it gives the same network again."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from backtrace.expression.tree import Given
from backtrace.network.records import Layer, Network, Rows, Training
from backtrace.network.regularization import Regularization


def to_toml(network: Network) -> str:
    """The text of a network file. Numbers keep their spelling; a comment says how made ones were made."""
    lines = [f"title = {_text(network.title)}"] if network.title else []
    lines += [f"about = {_text(network.about)}"] if network.about else []
    if network.numbering != "by_target":
        lines.append(f'numbering = "{network.numbering}"')
    lines.append("[data]" + _comment(network.made_by))
    if network.inputs is None or network.targets is None:
        lines.append(f"input_shape = [{network.input_size}]")
    else:
        lines += [_rows("inputs", network.inputs), _rows("targets", network.targets)]
    if network.validation_inputs is not None and network.validation_targets is not None:
        lines += [_rows("validation_inputs", network.validation_inputs)]
        lines += [_rows("validation_targets", network.validation_targets)]
    lines += _names("input_names", network.input_names)
    for layer in network.layers:
        lines += _layer(layer)
    lines += ["[loss]", f'type = "{network.loss.name}"', f'reduction = "{network.reduction}"']
    lines += _regularization(network.regularization)
    optimizer = network.optimizer
    lines += ["[optimizer]", f'type = "{optimizer.type}"']
    if optimizer.learning_rate is not None:
        lines.append(f"learning_rate = {_number(optimizer.learning_rate)}")
    if optimizer.schedule:
        name = "schedule" if optimizer.schedule.uses_rate else "learning_rate"
        lines.append(f"{name} = {_text(optimizer.schedule.text)}")
    lines += [f"update_biases = {_boolean(optimizer.update_biases)}", f'order = "{optimizer.order}"']
    lines += [f"{name} = {_value(value)}" for name, value in optimizer.given]
    lines += _training(network.training) if network.training else []
    for said in network.compare:
        sets = ", ".join(_text(change) for change in said.sets)
        lines += ["[[compare]]", f"set = [{sets}]", f"decimals = {said.decimals}", f"text = {_text(said.text)}"]
    return "\n".join(lines) + "\n"


def _regularization(regularization: Regularization) -> list[str]:
    if not regularization.norms:
        return []
    strengths = (("l2", regularization.l2), ("l1", regularization.l1))
    inside = [f"{name} = {_number(strength)}" for name, strength in strengths if strength is not None]
    inside += [f'form = "{regularization.form}"', f"biases = {_boolean(regularization.biases)}"]
    return [f"regularization = {{{', '.join(inside)}}}"]


def _layer(layer: Layer) -> list[str]:
    lines = ["[[layers]]" + _comment(layer.made_by)]
    lines += [f"name = {_text(layer.name)}"] if layer.name else []
    lines += [f"units = {layer.units}", f"activation = {_text(layer.activation.name)}"]
    lines += _names("unit_names", layer.unit_names)
    if layer.tied_to:
        lines.append(f'weights = {{tied_to = "layer {layer.tied_to}", transposed = {_boolean(layer.transposed)}}}')
    elif layer.weights is not None:
        lines.append(_rows("weights", layer.weights))
    if not layer.has_bias:
        lines.append("bias = false")
    elif layer.bias is not None:
        lines.append(f"bias = {_number(layer.bias[0])}" if layer.shared_bias else f"bias = {_row(layer.bias)}")
    lines += ["shared_bias = true"] if layer.shared_bias else []
    return lines


def _training(training: Training) -> list[str]:
    given = ((key, value) for key, value in training._asdict().items() if value is not None and value is not False)
    return ["[training]", *(f"{key} = {'true' if value is True else _number(value)}" for key, value in given)]


def _comment(made_by: str) -> str:
    return f"  # {made_by}" if made_by else ""


def _names(key: str, names: Iterable[str]) -> list[str]:
    inside = ", ".join(f'"{name}"' for name in names)
    return [f"{key} = [{inside}]"] if inside else []


def _rows(key: str, rows: Rows) -> str:
    opening = f"{key} = ["
    return opening + (",\n" + " " * len(opening)).join(_row(row) for row in rows) + "]"


def _row(row: Iterable[float]) -> str:
    return "[" + ", ".join([_number(x) for x in row]) + "]"


def _number(value: float) -> str:
    return _spelled(value.text if isinstance(value, Given) else repr(value))


@lru_cache(maxsize=1024)
def _spelled(text: str) -> str:
    """The spelling as TOML allows it: a digit on both sides of the point, no nought in front."""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    head, e, exponent = digits.lower().partition("e")
    whole, point, rest = head.partition(".")
    whole = whole.lstrip("0") or "0"
    return sign + whole + (f".{rest or '0'}" if point else "") + (f"e{exponent}" if e else "")


def _value(value: float | bool | str) -> str:
    if isinstance(value, bool):
        return _boolean(value)
    return _text(value) if isinstance(value, str) else _number(value)


def _boolean(value: bool) -> str:
    return "true" if value else "false"


def _text(text: str) -> str:
    """A TOML basic string; the reader lets no control character through, so two escapes are enough."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
