"""The benchmarks are for people to run; what they take from the package is there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


def missing(source: str) -> Iterator[str]:
    """The names that a source imports from the package and that are not there."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("backtrace"):
            module = import_module(node.module or "")
            yield from (f"{node.module}.{one.name}" for one in node.names if not hasattr(module, one.name))


def test_what_benchmarks_import_exists() -> None:
    paths = sorted(BENCHMARKS.glob("*.py"))
    assert len(paths) > 5
    assert [name for path in paths for name in missing(path.read_text(encoding="utf-8"))] == []


def test_a_name_that_has_moved_is_seen() -> None:
    assert list(missing("from backtrace.errors import InputError, Moved")) == ["backtrace.errors.Moved"]
