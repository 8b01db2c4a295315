"""The data of `backtrace cost`: JSON and CSV, with neutral names and exact counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from backtrace.engine.comparing import Depth, Report
from backtrace.engine.cost import Cost
from backtrace.network.quantity import Derivative, neutral

VERSION = 1


def report_data(report: Report, quantity: str | None) -> dict[str, Any]:
    """The JSON of one network. orders, updates: null where one quantity was asked for, or there is one sample."""
    orders = {
        order.name: {
            "products": [
                {
                    "left": [one.rows, one.inner],
                    "right": [one.inner, one.columns],
                    "multiplications": one.multiplications,
                }
                for one in order.products
            ],
            "multiplications": order.multiplications,
        }
        for order in report.orders
    }
    updates = [
        {
            "samples": one.samples,
            "forward": one.forward,
            "backward": one.backward,
            "parameters": one.parameters,
            "multiplications": one.per_update,
            "updates_per_epoch": one.updates,
            "multiplications_per_epoch": one.per_epoch,
        }
        for one in report.updates
    ]
    return {
        "version": VERSION,
        "network": report.network.name,
        "quantity": quantity,
        "gradients": len(report.cost.bys),
        "factors": report.cost.factors,
        **_ways(report.cost),
        "shared": [
            {"name": neutral(Derivative(report.cost.root, one.by)), "uses": one.uses, "paths": one.paths}
            for one in report.cost.shared
        ],
        "orders": orders or None,
        "updates": updates or None,
    }


def depth_data(network: str, units: int, depths: Sequence[Depth]) -> dict[str, Any]:
    """The JSON of the table over depths."""
    return {
        "version": VERSION,
        "network": network,
        "units": units,
        "depths": [{"layers": one.layers, "parameters": one.parameters, **_ways(one.cost)} for one in depths],
    }


def _ways(found: Cost) -> dict[str, Any]:
    ways = {
        way.name: {"multiplications": way.multiplications, "stored": way.stored, "kept": way.kept} for way in found.ways
    }
    return {"paths": found.paths, "ways": ways}


def as_json(data: dict[str, Any]) -> str:
    """The JSON text, ending in a line feed."""
    import json

    return json.dumps(data, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def report_csv(data: dict[str, Any]) -> str:
    """Lines name,value: what the JSON has, by the way that leads to it; a shared factor goes by its name."""
    shown = {
        "gradients": data["gradients"],
        "factors": data["factors"],
        "paths": data["paths"],
        "ways": data["ways"],
        "shared": {one["name"]: {"uses": one["uses"], "paths": one["paths"]} for one in data["shared"]},
        "orders": {name: order["multiplications"] for name, order in (data["orders"] or {}).items()},
        "updates": {str(one["samples"]): one["multiplications"] for one in data["updates"] or []},
    }
    return "name,value\n" + "".join(f"{name},{value}\n" for name, value in _flat("", shown))


def depth_csv(data: dict[str, Any]) -> str:
    """One line per depth."""
    lines = [",".join(name for name, _ in _flat("", row)) for row in data["depths"][:1]]
    lines += [",".join(str(value) for _, value in _flat("", row)) for row in data["depths"]]
    return "\n".join(lines) + "\n"


def _flat(before: str, data: dict[str, Any]) -> Iterator[tuple[str, int]]:
    for name, value in data.items():
        if isinstance(value, dict):
            yield from _flat(f"{before}{name}.", value)
        else:
            yield f"{before}{name}", value
