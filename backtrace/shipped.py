"""Finds the material that ships with the program: page templates, networks, sheets."""

from __future__ import annotations

import os.path

PACKAGE = os.path.dirname(os.path.abspath(__file__))


def shipped(folder: str) -> str:
    """The folder `templates` or `exercises`: inside the installed package, else at the repository's root."""
    installed = os.path.join(PACKAGE, f"_{folder}")
    return installed if os.path.isdir(installed) else os.path.join(os.path.dirname(PACKAGE), folder)
