"""Reads the [[layers]] of a network file: shapes, activations, weights and biases, typed, made or tied."""

from __future__ import annotations

from backtrace.errors import InputError, NotSupported, nearest, printable
from backtrace.expression.tree import Given
from backtrace.network.activations import activation
from backtrace.network.fields import Table, shown
from backtrace.network.initialisers import INITIALISERS, Draws, Fans
from backtrace.network.records import Layer, Rows
from backtrace.network.source import Document

LAYER_TYPES = ("dense",)
LAYER_KEYS = ("type", "units", "activation", "weights", "bias", "shared_bias", "weights_order", "name", "unit_names")
WEIGHT_ORDERS = ("to_from", "from_to")
MOST_UNITS = 10_000
MOST_LAYERS = 2_000
MOST_WEIGHTS = 5_000_000
SEED_CAP = 2**63
NOUGHT = Given("0")


def read_layers(document: Document, input_size: int, draws: Draws) -> tuple[Layer, ...]:
    """The layers of the file. `draws` serves the initialisers that name no seed of their own, in parameter order."""
    found = document.tables.get("layers", [])
    if not isinstance(found, list) or not found:
        raise InputError("there are no layers", document.place("layers"), "a layer begins with a line [[layers]]")
    if len(found) > MOST_LAYERS:
        raise InputError(f"there are more than {MOST_LAYERS} layers", document.place("layers"))
    layers: list[Layer] = []
    for index, values in enumerate(found):
        table = Table(document, ("layers", index), values, LAYER_KEYS, f"layer {index + 1}")
        layers.append(_Reading(table, layers, input_size, draws).layer())
    _check_names(document, layers)
    return tuple(layers)


def _check_names(document: Document, layers: list[Layer]) -> None:
    seen: set[str] = set()
    for index, layer in enumerate(layers):
        for name in layer.unit_names:
            if name in seen:
                raise InputError(
                    f"layer {index + 1}: the unit name '{name}' is taken by another layer",
                    document.place("layers", index, "unit_names"),
                )
        seen.update(layer.unit_names)


class _Reading:
    """One layer on its way from the table to the record."""

    def __init__(self, table: Table, before: list[Layer], input_size: int, draws: Draws) -> None:
        self.table = table
        self.before = before
        self.sizes = [input_size, *(layer.units for layer in before)]
        self.below = self.sizes[-1]
        self.draws = draws
        self.made: list[str] = []

    def layer(self) -> Layer:
        """The record; raises InputError."""
        table = self.table
        kind = table.text("type", "dense")
        if kind not in LAYER_TYPES:
            raise NotSupported(
                f"{table.what}: there is no layer type '{printable(kind)}'",
                table.place("type"),
                nearest(kind, LAYER_TYPES),
            )
        if "units" not in table:
            raise table.refusal("", "units is missing", "say how many units the layer has: units = 2")
        units = table.whole("units", 1, MOST_UNITS)
        if units * self.below > MOST_WEIGHTS:
            raise table.refusal("units", f"{self.below}·{units} weights are more than {MOST_WEIGHTS}")
        what = activation(table.text("activation", "sigmoid"), table.place("activation"))
        tied_to, transposed, weights = self.weights(units)
        shared = table.boolean("shared_bias", False)
        has_bias, bias = self.bias(units, shared, weights is not None)
        names = table.names("unit_names")
        if names and len(names) != units:
            raise table.refusal("unit_names", f"{len(names)} unit_names, but units = {units}")
        return Layer(
            units,
            what,
            weights,
            bias,
            has_bias,
            shared,
            table.text("name", longest=40),
            names,
            tied_to,
            transposed,
            "; ".join(self.made),
        )

    def weights(self, units: int) -> tuple[int, bool, Rows | None]:
        """The layer the weights are tied to (0: none), whether transposed, and the numbers, a row per unit."""
        table = self.table
        order = table.choice("weights_order", WEIGHT_ORDERS, "to_from")
        value = table.values.get("weights")
        if value is None:
            if "weights_order" in table:
                raise table.refusal("weights_order", "there are no weights to be ordered")
            return 0, False, None
        if isinstance(value, dict):
            if "weights_order" in table:
                raise table.refusal("weights_order", "an order is for typed weights only")
            if "tied_to" in value:
                return self.tied(units)
            numbers = self.initial("weights", units * self.below, units)
            return 0, False, tuple(tuple(numbers[j * self.below : (j + 1) * self.below]) for j in range(units))
        rows = table.rows("weights", "the weights")
        shape = (units, self.below) if order == "to_from" else (self.below, units)
        self.check_shape(rows, shape, order)
        return 0, False, rows if order == "to_from" else tuple(zip(*rows, strict=True))

    def check_shape(self, rows: Rows, shape: tuple[int, int], order: str) -> None:
        """Refuse weights that are not `shape` (rows, numbers in each)."""
        table, (high, wide) = self.table, shape
        counted = f"{high} row{'s' * (high > 1)} of {wide} weight{'s' * (wide > 1)}"
        unit = "unit of this layer" if order == "to_from" else "unit the weights come from"
        hint = f"expected {counted}{' each' * (high > 1)}: a row per {unit}"
        swapped = len(rows) == wide and all(len(row) == high for row in rows)
        if swapped and high != wide:
            other = WEIGHT_ORDERS[order == "to_from"]
            hint += f'; if the rows are meant the other way round, say weights_order = "{other}"'
        if len(rows) != high:
            size = f"units = {high}" if order == "to_from" else f"{high} units come before it"
            found = f"{len(rows)} row{'s' * (len(rows) != 1)} of weights, but {size}"
            raise InputError(f"{table.what} has {found}", table.place("weights"), hint)
        for index, row in enumerate(rows):
            if len(row) != wide:
                raise InputError(
                    f"{table.what}: row {index + 1} of the weights has {len(row)} numbers, not {wide}",
                    table.place("weights", index),
                    hint,
                )

    def tied(self, units: int) -> tuple[int, bool, Rows | None]:
        """The weights of an earlier layer, {tied_to = "layer 1", transposed = true}."""
        table = Table(
            self.table.document,
            (*self.table.path, "weights"),
            self.table.values["weights"],
            ("tied_to", "transposed"),
            f"{self.table.what}: weights",
        )
        wanted, transposed = table.text("tied_to"), table.boolean("transposed", False)
        places = {f"layer {n}": n for n in range(1, len(self.before) + 1)}
        number = places.get(wanted) or next(
            (n for n, layer in enumerate(self.before, 1) if wanted and layer.name == wanted), 0
        )
        if not number:
            before = ", ".join(places) or "none: this is the first layer"
            raise table.refusal(
                "tied_to", f"tied_to = '{printable(wanted)}' is no layer before this one", f"layers before it: {before}"
            )
        other = self.before[number - 1]
        shape = (other.units, self.sizes[number - 1])
        shape = shape[::-1] if transposed else shape
        if shape != (units, self.below):
            raise table.refusal(
                "tied_to",
                f"the weights of layer {number}{' transposed' * transposed} are {shape[0]}×{shape[1]}",
                f"{self.table.what} needs {units} rows of {self.below}"
                + ("" if transposed or shape[::-1] != (units, self.below) else "; say transposed = true"),
            )
        if other.weights is None:
            return number, transposed, None
        return number, transposed, tuple(zip(*other.weights, strict=True)) if transposed else other.weights

    def initial(self, key: str, count: int, units: int) -> list[float]:
        """Numbers made by an initialiser, {init = "normal", seed = 7}."""
        table = Table(
            self.table.document,
            (*self.table.path, key),
            self.table.values[key],
            ("init", "seed", *dict.fromkeys(name for way in INITIALISERS.values() for name in way.settings)),
            f"{self.table.what}: {key}",
        )
        if "init" not in table:
            raise table.refusal(
                "", "init is missing", f'say {{init = "normal", seed = 7}}; there is: {", ".join(INITIALISERS)}'
            )
        way = INITIALISERS[table.choice("init", INITIALISERS, "")]
        for name in way.settings:
            if name not in table:
                raise table.refusal("", f'"{way.name}" needs {name}', f'say {{init = "{way.name}", {way.example}}}')
        for extra in table.values:
            if extra not in ("init", *way.settings, *(("seed",) if way.draws else ())):
                raise table.refusal(extra, f'"{way.name}" takes no {extra}')
        given = [table.number(name) for name in way.settings]
        if way.ordered and sorted(set(given)) != given:
            high, low = way.settings[-1], way.settings[0]
            raise table.refusal(high, f"{high} = {given[-1].text} is not above {low} = {given[0].text}")
        draws = Draws(table.whole("seed", 0, SEED_CAP)) if "seed" in table else self.draws
        if way.draws:
            self.made.append(f"{key}: {way.told(draws.seed, given)}")
        return way.make(draws.random, count, Fans(self.below, units), given)

    def bias(self, units: int, shared: bool, numeric: bool) -> tuple[bool, tuple[float, ...] | None]:
        """Whether there is a bias, and its numbers: one per unit, a single one when shared."""
        table, count = self.table, 1 if shared else units
        value = table.values.get("bias")
        if value is None:
            return True, (NOUGHT,) * count if numeric else None
        if value is False:
            if shared:
                raise table.refusal("shared_bias", "a layer without a bias cannot share it")
            return False, None
        if isinstance(value, dict):
            return True, tuple(self.initial("bias", count, units))
        if isinstance(value, list):
            row = table.row("bias", "the bias")
            if shared and len(set(row)) == 1 and len(row) in (1, units):
                return True, row[:1]
            if shared:
                raise table.refusal("bias", "a shared bias is one number, but several different ones are given")
            if len(row) != units:
                raise table.refusal(
                    "bias",
                    f"{len(row)} bias{'es' * (len(row) != 1)}, but units = {units}",
                    "give one per unit, or a single number, or false for none",
                )
            return True, row
        if isinstance(value, (bool, str)):
            raise table.refusal("bias", f"bias must be a number, a list of numbers, or false, not {shown(value)}")
        return True, (table.number("bias"),) * count
