"""The objects that users hold: load a network, trace it, derive from it. `import backtrace as bt` hands these names on.

Results are frozen and show themselves in a notebook. Text that names a network, a quantity or a notation is what the
command line takes too. Everything that can be refused raises InputError.

A name is fetched from its file when it is first used: a list of names must not wait for pages of derivations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from backtrace.api.checking import CheckPage, check
    from backtrace.api.circuits import Circuit, CircuitTrace, circuit
    from backtrace.api.counting import CountPage, count
    from backtrace.api.exercises import ExercisePage, exercise
    from backtrace.api.explaining import ExplanationPage, explain
    from backtrace.api.lists import Row, network_toml, networks, notation_toml, notations, topics
    from backtrace.api.net import Net, load
    from backtrace.api.pages import CostPage, DepthPage, DerivationPage, TracePage
    from backtrace.api.practising import practice

__all__ = [
    "CheckPage",
    "Circuit",
    "CircuitTrace",
    "CostPage",
    "CountPage",
    "DepthPage",
    "DerivationPage",
    "ExercisePage",
    "ExplanationPage",
    "Net",
    "Row",
    "TracePage",
    "check",
    "circuit",
    "count",
    "exercise",
    "explain",
    "load",
    "network_toml",
    "networks",
    "notation_toml",
    "notations",
    "practice",
    "topics",
]

FILES = {
    "checking": ("CheckPage", "check"),
    "circuits": ("Circuit", "CircuitTrace", "circuit"),
    "counting": ("CountPage", "count"),
    "exercises": ("ExercisePage", "exercise"),
    "explaining": ("ExplanationPage", "explain"),
    "lists": ("Row", "network_toml", "networks", "notation_toml", "notations", "topics"),
    "net": ("Net", "load"),
    "pages": ("CostPage", "DepthPage", "DerivationPage", "TracePage"),
    "practising": ("practice",),
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    for file, names in FILES.items():
        if name in names:
            return getattr(import_module(f"backtrace.api.{file}"), name)
    raise AttributeError(f"module 'backtrace.api' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
