"""Finds the material that ships with the program: page templates, networks, sheets."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parent


def shipped(folder: str) -> Path:
    """The folder `templates` or `exercises`: inside the installed package, else at the repository's root."""
    installed = PACKAGE / f"_{folder}"
    return installed if installed.is_dir() else PACKAGE.parent / folder
