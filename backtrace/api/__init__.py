"""The objects that users hold: load a network, trace it, derive from it. `import backtrace as bt` hands these names on.

Results are frozen and show themselves in a notebook. Text that names a network, a quantity or a notation is what the
command line takes too. Everything that can be refused raises InputError. Circuits have a file of their own, `circuits`.
"""

from backtrace.api.explaining import ExplanationPage, explain
from backtrace.api.lists import Row, network_toml, networks, notation_toml, notations, topics
from backtrace.api.net import Net, load
from backtrace.api.pages import CostPage, DepthPage, DerivationPage, TracePage
from backtrace.api.profiles import DEFAULT_NOTATION

__all__ = [
    "DEFAULT_NOTATION",
    "CostPage",
    "DepthPage",
    "DerivationPage",
    "ExplanationPage",
    "Net",
    "Row",
    "TracePage",
    "explain",
    "load",
    "network_toml",
    "networks",
    "notation_toml",
    "notations",
    "topics",
]
