"""Reads an optimizer: the table [optimizer] of a file, and its settings changed from outside by their names."""

from __future__ import annotations

import re
from collections.abc import Callable

from backtrace.errors import InputError, Place, nearest, printable
from backtrace.expression.tree import Given
from backtrace.network.fields import TYPED_NUMBER, Table, typed
from backtrace.network.optimizers import OPTIMIZERS, OptimizerKind, Setting, Value
from backtrace.network.records import Optimizer
from backtrace.network.schedules import Schedule, read_schedule
from backtrace.network.source import Document

PlaceOf = Callable[[str], Place | None]


def read_optimizer(document: Document, values: object) -> Optimizer:
    """The optimizer of a network file. Raises InputError."""
    every = sorted({setting.name for kind in OPTIMIZERS.values() for setting in kind.settings})
    table = Table(document, ("optimizer",), values, ("type", *every), "[optimizer]")
    kind = OPTIMIZERS[table.choice("type", OPTIMIZERS, "sgd")]
    found = Optimizer(kind.name)
    for key in table.values:
        if key != "type" and kind.setting(key) is None:
            raise unknown_setting(kind, key, table.place(key))
    for setting in kind.settings:
        if setting.name in table:
            found = _with_read(found, setting, table)
    if found.schedule and found.schedule.uses_rate and found.learning_rate is None:
        raise table.refusal("schedule", "learning_rate is missing", "eta in the schedule is the learning rate given")
    check(found, table.place)
    return found


def _with_read(found: Optimizer, setting: Setting, table: Table) -> Optimizer:
    name = setting.name
    place = table.place(name)
    if setting.kind == "boolean":
        return _with(found, setting, table.boolean(name, False))
    if setting.kind == "choice":
        return _with(found, setting, table.choice(name, setting.choices, ""))
    if setting.kind == "number" or (setting.kind == "rate" and not isinstance(table.values[name], str)):
        return _with(found, setting, in_range(setting, table.number(name), place))
    # The text begins behind the name, the equals sign and a quote; of a column that is not known none is named.
    return with_formula(found, name, table.text(name), Place(place.file, place.line))


def unknown_setting(kind: OptimizerKind, name: str, place: Place | None) -> InputError:
    """The refusal of a setting that this optimizer does not have, saying which ones do."""
    having = [other.name for other in OPTIMIZERS.values() if other.setting(name)]
    own = [setting.name for setting in kind.settings]
    near = nearest(name, own)
    hint = f"{' and '.join(having)} {'has' if len(having) == 1 else 'have'} it" if having else ""
    hint = f"{hint}; {near}" if hint and near.startswith("did") else hint or near
    return InputError(f"{kind.name} has no setting '{printable(name)}'", place, hint)


def in_range(setting: Setting, value: Given, place: Place | None) -> Given:
    """The number of a setting, refused outside its range."""
    name = setting.name
    if value < 0.0:
        if setting.kind == "rate":
            raise InputError(f"{name} is negative", place, "a step against the gradient has a positive rate")
        raise InputError(f"{name} = {value.text} is negative", place, f"{setting.says}; it is 0 or more")
    if setting.positive and value == 0.0:
        raise InputError(f"{name} is 0, so nothing would move", place, "leave it out, or give a number above 0")
    if setting.below is not None and value >= setting.below:
        usual = setting.default.text if isinstance(setting.default, Given) else "0.9"
        raise InputError(f"{name} = {value.text} is not below {setting.below:g}", place, f"{usual} is usual")
    return value


def with_formula(optimizer: Optimizer, name: str, text: str, place: Place | None) -> Optimizer:
    """The optimizer with a learning rate by formula: as `learning_rate` in t alone, as `schedule` in t and eta."""
    if name == "schedule":
        return optimizer._replace(schedule=read_schedule(text, ("t", "eta"), place))
    return optimizer._replace(schedule=read_schedule(text, ("t",), place), learning_rate=None)


def _with(optimizer: Optimizer, setting: Setting, value: Value) -> Optimizer:
    name = setting.name
    if name == "learning_rate":
        return _with_rate(optimizer, value)
    if name in Optimizer._fields:
        return optimizer._replace(**{name: value})  # type: ignore[arg-type]  # the table of settings says what it is
    others = dict(optimizer.given) | {name: value}
    order = [one.name for one in optimizer.kind.settings]
    return optimizer._replace(given=tuple((key, others[key]) for key in order if key in others))


def _with_rate(optimizer: Optimizer, value: Value) -> Optimizer:
    """A number in place of a formula without eta, in which it would have no place; a schedule with eta stays."""
    assert isinstance(value, float)
    schedule: Schedule | None = optimizer.schedule
    return optimizer._replace(learning_rate=value, schedule=schedule if schedule and schedule.uses_rate else None)


def with_type(optimizer: Optimizer, name: str, place: Place | None) -> Optimizer:
    """Another type, with what was given as far as the new one has it."""
    if name not in OPTIMIZERS:
        raise InputError(f"optimizer = '{printable(name)}' is not known", place, nearest(name, OPTIMIZERS))
    kind = OPTIMIZERS[name]
    return optimizer._replace(type=name, given=tuple(pair for pair in optimizer.given if kind.setting(pair[0])))


def with_typed(optimizer: Optimizer, name: str, text: str, place: Place | None) -> Optimizer:
    """The optimizer with one setting changed as a person types it: `momentum=0.8`, `learning_rate=0.5/(1+t)`."""
    setting = optimizer.kind.setting(name)
    if setting is None:
        raise unknown_setting(optimizer.kind, name, place)
    if setting.kind == "boolean":
        if text not in ("true", "false"):
            raise InputError(f"{name} must be true or false, not '{printable(text)}'", place)
        return _with(optimizer, setting, text == "true")
    if setting.kind == "choice":
        if text not in setting.choices:
            raise InputError(f"{name} = '{printable(text)}' is not known", place, nearest(text, setting.choices))
        return _with(optimizer, setting, text)
    a_number = setting.kind == "number" or (setting.kind == "rate" and not _is_formula(text))
    if a_number:
        return _with(optimizer, setting, in_range(setting, typed(text, place), place))
    return with_formula(optimizer, name, text, place)


def _is_formula(text: str) -> bool:
    """Whether a learning rate is a formula: it is no number, and t or a sign of arithmetic stands in it."""
    plain = text.strip().replace("−", "-")
    return not re.fullmatch(TYPED_NUMBER, plain) and bool(re.search(r"\bt\b|[*/(^]", plain))


def check(optimizer: Optimizer, place_of: PlaceOf) -> None:
    """Refuses settings that do not go together, and a schedule without a rate for the first update.

    place_of: where a setting was given.
    """
    given = dict(optimizer.given)
    if "clip_norm" in given and "clip_value" in given:
        raise InputError(
            "clip_norm and clip_value cannot be used together",
            place_of("clip_value"),
            "one scales all gradients together, the other cuts off each by itself: choose one",
        )
    if optimizer.order == "output_first" and (optimizer.type != "sgd" or optimizer.clips):
        raise InputError(
            "order = output_first is a slip of plain gradient descent and is shown for sgd without clipping only",
            place_of("order") or place_of("type"),
            "leave out the order, or choose sgd",
        )
    schedule = optimizer.schedule
    if schedule and not schedule.uses_rate and optimizer.learning_rate is not None:
        raise InputError(
            "the schedule does not use the learning rate",
            place_of("schedule"),
            "write eta in it, as in eta*0.9^t, or leave out learning_rate",
        )
    if optimizer.has_rate:
        optimizer.rate(0)
