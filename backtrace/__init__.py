"""backtrace: every step of backpropagation, the way a person writes it by hand.

    import backtrace as bt
    net = bt.load("mazur")
    print(net.derive("w5"))

Importing the package imports none of its rooms: a name is fetched when it is first used, so that the command line
starts quickly.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from backtrace.api import (
        Circuit,
        Net,
        check,
        circuit,
        count,
        exercise,
        explain,
        load,
        networks,
        notations,
        practice,
        topics,
    )
    from backtrace.errors import BacktraceError, InputError

__version__ = "0.1.0"

__all__ = [
    "BacktraceError",
    "Circuit",
    "InputError",
    "Net",
    "__version__",
    "check",
    "circuit",
    "count",
    "exercise",
    "explain",
    "load",
    "networks",
    "notations",
    "practice",
    "topics",
]

# Where names live that do not live in backtrace.api.
HOMES = {
    "BacktraceError": "backtrace.errors",
    "InputError": "backtrace.errors",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'backtrace' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(HOMES.get(name, "backtrace.api")), name)


def __dir__() -> list[str]:
    return sorted(__all__)


class _Package(ModuleType):
    """This package, in which `check` is the function: the room of that name, once imported, would take its place."""

    def __setattr__(self, name: str, value: object) -> None:
        if name != "check" or not isinstance(value, ModuleType):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
