"""What a command does not need it does not import: the module table after each command."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# Each of these costs a multiple of a bare start.
HEAVY = ("sympy", "mpmath", "numpy", "jinja2")

RUN = """
import json, sys
from backtrace.cli.main import main
status = main(sys.argv[1:])
sys.stderr.write("\\n" + json.dumps([status, sorted(sys.modules)]))
"""


def modules_after(*words: str) -> set[str]:
    """The module table of a process that has run the command, which must have ended well."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, *words], cwd=ROOT, capture_output=True, text=True, encoding="utf-8"
    )
    status, modules = json.loads(done.stderr.rsplit("\n", 1)[-1])
    assert status == 0, done.stderr
    return set(modules)


@pytest.mark.parametrize(
    ("words", "allowed"),
    [
        (["--help"], ()),
        (["--version"], ()),
        (["derive", "--help"], ()),
        (["networks"], ()),
        (["networks", "mazur", "-f", "toml"], ()),
        (["notations"], ()),
        (["notations", "nielsen", "-f", "toml"], ()),
        (["names", "mazur"], ()),
        (["trace", "mazur"], ()),
        (["trace", "mazur", "-f", "json"], ()),
        (["derive", "mazur", "w5", "w1"], ()),
        (["derive", "mazur", "w1", "--detail", "calculus"], ()),
        (["derive", "mazur", "w1", "--view", "matrix"], ()),
        (["derive", "mazur", "w1", "-f", "json"], ()),
        (["derive", "mazur", "w1", "-f", "script"], ()),
        (["derive", "mazur", "w1", "-f", "markdown"], ("jinja2",)),
        (["derive", "mazur", "w1", "-f", "latex"], ("jinja2",)),
    ],
    ids=" ".join,
)
def test_heavy_libraries_are_not_imported(words: list[str], allowed: tuple[str, ...]) -> None:
    assert modules_after(*words) & set(HEAVY) <= set(allowed)


def test_the_watch_sees_what_is_imported() -> None:
    code = "import sys, json; import jinja2; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "jinja2" in json.loads(done.stdout)


def test_help_loads_no_command_and_no_room() -> None:
    rooms = {name.split(".")[1] for name in modules_after("--help") if name.startswith("backtrace.")}
    assert rooms == {"cli", "errors"}


def test_importing_the_package_imports_no_room() -> None:
    code = "import sys, json; import backtrace; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert [name for name in json.loads(done.stdout) if name.startswith("backtrace.")] == []
