"""`bt.count`: shapes and parameters of a network, as pages and as data."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from backtrace.api.net import Net
from backtrace.api.profiles import DEFAULT_NOTATION, profile_named
from backtrace.errors import InputError, nearest, printable
from backtrace.network.quantity import Quantity
from backtrace.network.records import Network

if TYPE_CHECKING:
    from backtrace.network.shapes.records import Count
    from backtrace.network.shapes.symbolic import SymbolicCount
    from backtrace.render.options import PageOptions

ORIENTATIONS = ("row", "column")
FORMATS = ("terminal", "markdown", "latex", "html", "csv", "json")


class CountPage(NamedTuple):
    """What `count` gives: the counts, and pages of them. orientation: "row" or "column", of printed pages alone."""

    counted: Count | SymbolicCount
    orientation: str = "row"

    @property
    def total(self) -> int | str:
        """The number of parameters; a formula as text where sizes are letters."""
        found: int | str = self.to_dict()["total"]
        return found

    @property
    def trainable(self) -> int | str:
        """How many of them are trained."""
        found: int | str = self.to_dict()["trainable"]
        return found

    def page(self, format: str = "terminal", options: PageOptions | None = None) -> str:
        """The page as text: terminal, markdown, latex, html, csv or json."""
        from backtrace.network.shapes.symbolic import SymbolicCount
        from backtrace.render import count, count_data
        from backtrace.render.options import PageOptions
        from backtrace.render.table_page import page

        if format not in FORMATS:
            raise InputError(f"there is no format '{printable(format)}'", hint=nearest(format, FORMATS))
        if format in ("csv", "json"):
            return count_data.as_json(self.to_dict()) if format == "json" else count_data.as_csv(self.to_dict())
        options, row = options or PageOptions(), self.orientation == "row"
        if isinstance(self.counted, SymbolicCount):
            parts = list(count.symbolic_parts(self.counted, row, options.ascii and format == "terminal"))
            return page(parts, count.symbolic_title(self.counted), format, options, escape=True)
        return page(list(count.count_parts(self.counted, row)), count.title(self.counted), format, options, escape=True)

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `backtrace count -f json`."""
        from backtrace.network.shapes.symbolic import SymbolicCount
        from backtrace.render.count_data import count_data, symbolic_data

        found = self.counted
        return symbolic_data(found) if isinstance(found, SymbolicCount) else count_data(found)

    def __str__(self) -> str:
        return self.page("terminal")

    def _repr_markdown_(self) -> str:
        return self.page("markdown")


def count(
    network: str | Net | Network,
    batch: int | None = None,
    samples: int | None = None,
    orientation: str | None = None,
    notation: str | None = None,
    sets: Sequence[str] = (),
    given: str | os.PathLike[str] | None = None,
) -> CountPage:
    """Shapes and parameters of a network: loaded, or named as on the command line, also with letters (K-L-M-N).

    batch: samples of one update; samples: those of an epoch; orientation: "row" or "column", by default that of the
    notation; sets, given: changes, for a network that is named. Raises InputError.
    """
    from backtrace.network.shapes import finding

    for name, number in (("batch", batch), ("samples", samples)):
        if number is not None and (type(number) is not int or number < 1):
            raise InputError(f"{name} must be a whole number from 1, not {number!r}")
    if orientation is not None and orientation not in ORIENTATIONS:
        raise InputError(f"there is no orientation '{printable(orientation)}'", hint=nearest(orientation, ORIENTATIONS))
    profile = notation or (network.notation if isinstance(network, Net) else DEFAULT_NOTATION)
    shown = orientation or profile_named(profile).orientation
    if not isinstance(network, str):
        if sets or given is not None:
            raise InputError("a loaded network is changed when it is loaded", hint="bt.load(name, sets=[…])")
        record = network.network if isinstance(network, Net) else network
        return CountPage(finding.of_network(record)._replace(batch=batch, samples=samples), shown)

    def resolve(name: str, of: Network) -> Quantity:
        from backtrace.notation.names import parameter

        return parameter(name, of, profile_named(profile))

    path = os.fspath(given) if given is not None else None
    found = finding.count(network, sets=sets, given=path, batch=batch, samples=samples, resolve=resolve)
    return CountPage(found, shown)
