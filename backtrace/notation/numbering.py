"""The names and numbers of units and weights: h1, o1, the flat w1, w2, …, and numbers through the whole network."""

from __future__ import annotations

from bisect import bisect_right

from backtrace.errors import InputError
from backtrace.network.quantity import Quantity
from backtrace.network.records import Network


class Numbering:
    """Units and weights of one network, counted. Raises InputError when two units end up with one name."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.last = len(network.layers)
        self._first_place: list[int] = []
        self._first_flat: list[int] = []
        place = flat = 0
        for layer in range(self.last + 1):
            self._first_place.append(place)
            self._first_flat.append(flat)
            place += network.size(layer)
            if layer and not network.layers[layer - 1].tied_to:
                flat += network.size(layer) * network.size(layer - 1)
        self.units = place
        self.weights = flat
        self._by_name: dict[str, tuple[int, int]] | None = None
        if any(layer.unit_names for layer in network.layers):
            self.by_name("")

    def name(self, layer: int, unit: int) -> str:
        """The name of a unit: its own, else o1 in the last layer, h1 in an only hidden one, h2_1 in one of several."""
        if layer == 0:
            return f"i{unit}"
        own = self.network.layers[layer - 1].unit_names
        if own:
            return own[unit - 1]
        if layer == self.last:
            return f"o{unit}"
        return f"h{unit}" if self.last == 2 else f"h{layer}_{unit}"

    def by_name(self, name: str) -> tuple[int, int] | None:
        """Layer and unit of a name, or None."""
        if self._by_name is None:
            found: dict[str, tuple[int, int]] = {}
            for layer in range(1, self.last + 1):
                for unit in range(1, self.network.size(layer) + 1):
                    known = found.setdefault(self.name(layer, unit), (layer, unit))
                    if known != (layer, unit):
                        raise InputError(
                            f"two units are called '{self.name(layer, unit)}': unit {known[1]} of layer {known[0]} "
                            f"and unit {unit} of layer {layer}",
                            hint="give them other unit_names",
                        )
            self._by_name = found
        return self._by_name.get(name)

    def place(self, layer: int, unit: int) -> int:
        """The number of a unit when all units are counted through, inputs first."""
        return self._first_place[layer] + unit

    def by_place(self, place: int) -> tuple[int, int] | None:
        """Layer and unit of such a number, or None."""
        if not 1 <= place <= self.units:
            return None
        layer = bisect_right(self._first_place, place - 1) - 1
        return layer, place - self._first_place[layer]

    def flat(self, weight: Quantity) -> int:
        """The flat number of a weight: by layer, then by target and source or the reverse, as the network says."""
        layer, unit, source = weight.layer, weight.unit, weight.source
        if self.network.numbering == "by_source":
            inside = (source - 1) * self.network.size(layer) + unit
        else:
            inside = (unit - 1) * self.network.size(layer - 1) + source
        return self._first_flat[layer] + inside

    def by_flat(self, flat: int) -> Quantity | None:
        """The weight of a flat number, or None."""
        if not 1 <= flat <= self.weights:
            return None
        layer = bisect_right(self._first_flat, flat - 1) - 1
        inside = flat - 1 - self._first_flat[layer]
        if self.network.numbering == "by_source":
            source, unit = divmod(inside, self.network.size(layer))
        else:
            unit, source = divmod(inside, self.network.size(layer - 1))
        return Quantity("weight", layer, unit + 1, source + 1)
