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

# Runs commands one after the other and says after each what has been imported by then.
RUN = """
import sys
from backtrace.cli.main import main
found = []
for words in sys.argv[1].split("\\n"):
    status = main(words.split("\\t"))
    found.append([status, sorted(sys.modules)])
import json
sys.stderr.write("\\n" + json.dumps(found))
"""


# Each of these costs a few milliseconds, which lists of names can do without.
COSTLY = ("dataclasses", "difflib", "fractions", "json", "pathlib", "random", "urllib.parse")


def modules_of(code: str) -> set[str]:
    """The module table of a process that has run the code."""
    code += "; import json, sys; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


def modules_after_each(commands: list[list[str]]) -> list[set[str]]:
    """The module table of one process after each of the commands, which must have ended well."""
    typed = "\n".join("\t".join(words) for words in commands)
    done = subprocess.run(
        [sys.executable, "-c", RUN, typed], cwd=ROOT, input="", capture_output=True, text=True, encoding="utf-8"
    )
    found = json.loads(done.stderr.rsplit("\n", 1)[-1])
    assert [status for status, _ in found] == [0] * len(commands), done.stderr
    return [set(modules) for _, modules in found]


def modules_after(*words: str) -> set[str]:
    """The module table of a process that has run this command alone."""
    return modules_after_each([list(words)])[0]


PLAIN = [
    ["--help"],
    ["--version"],
    ["derive", "--help"],
    ["networks"],
    ["networks", "mazur", "-f", "toml"],
    ["notations"],
    ["notations", "nielsen", "-f", "toml"],
    ["names", "mazur"],
    ["count", "1024-20-15-10"],
    ["count", "K-L-M-N", "-f", "latex"],
    ["count", "vgg16", "-f", "json"],
    ["cost", "mazur"],
    ["check", "mazur", "-e", "dE/dw5=0.0822", "--reveal"],
    ["cost", "mazur", "--depths", "1-3"],
    ["practice"],
    ["practice", "mazur"],
    ["practice", "hidden-gradient"],
    ["explain"],
    ["explain", "delta-rule"],
    ["explain", "vanishing-gradient"],
    ["explain", "sigmoid"],
    ["trace", "mazur"],
    ["trace", "mazur", "-f", "json"],
    ["trace", "perceptron"],
    ["trace", "logistic", "--side-by-side", "--epochs", "2"],
    ["derive", "mazur", "w5", "w1"],
    ["derive", "mazur", "w1", "--detail", "calculus"],
    ["derive", "mazur", "w1", "--view", "matrix"],
    ["derive", "mazur", "w1", "-f", "json"],
    ["derive", "mazur", "w1", "-f", "script"],
    ["derive", "--expr", "f = (x + y)*z", "--at", "x=1,y=2,z=3"],
    ["trace", "--expr", "f = (x + y)*z", "--at", "x=1,y=2,z=3", "-f", "json"],
    ["sheet"],
    ["sheet", "--new"],
]
# These fill in templates.
TEMPLATES = [
    ["count", "vgg16", "-f", "html"],
    ["check", "mazur", "-e", "dE/dw5=0.0822", "-f", "html"],
    ["explain", "delta-rule", "-f", "latex"],
    ["derive", "mazur", "w1", "-f", "markdown"],
    ["derive", "mazur", "w1", "-f", "latex"],
    ["stress", "loss", "--seeds", "1-2"],
    ["preview", "loss", "--seeds", "1-2"],
]


@pytest.mark.parametrize(("commands", "allowed"), [(PLAIN, set()), (TEMPLATES, {"jinja2"})], ids=["plain", "templates"])
def test_heavy_libraries_are_not_imported(commands: list[list[str]], allowed: set[str]) -> None:
    for words, modules in zip(commands, modules_after_each(commands), strict=True):
        assert modules & set(HEAVY) <= allowed, words


def test_the_watch_sees_what_is_imported() -> None:
    assert "jinja2" in modules_of("import jinja2")
    before, after = modules_after_each([["networks"], ["derive", "mazur", "w1", "-f", "latex"]])
    assert "jinja2" in after - before


@pytest.mark.parametrize("words", [["networks"], ["notations"], ["names", "mazur"], ["derive", "mazur"]], ids=" ".join)
def test_the_library_is_spared_too(words: list[str]) -> None:
    by_click = modules_of("import click") - {"json"}
    assert (modules_after(*words) - by_click) & set(COSTLY) == set()


@pytest.mark.parametrize("command", ["networks", "notations"])
def test_a_list_loads_no_engine(command: str) -> None:
    rooms = {name.split(".")[1] for name in modules_after(command) if name.startswith("backtrace.")}
    assert rooms & {"engine", "derivation", "render"} == set()


def test_a_network_loads_nothing_of_circuits() -> None:
    assert not {name for name in modules_after("derive", "mazur", "w5") if "circuit" in name}


@pytest.mark.parametrize(("value", "searched"), [("0.0822", False), ("0.0922", True)])
def test_only_a_wrong_line_loads_the_mistakes(value: str, searched: bool) -> None:
    modules = modules_of(f"import backtrace; backtrace.check('mazur', 'dE/dw5={value}').page()")
    assert ("backtrace.mistakes.catalogue" in modules) == searched
    assert modules & {"csv", "difflib", "statistics"} == set()


def test_help_loads_no_command_and_no_room() -> None:
    rooms = {name.split(".")[1] for name in modules_after("--help") if name.startswith("backtrace.")}
    assert rooms == {"cli", "errors"}


def test_importing_the_package_imports_no_room() -> None:
    assert [name for name in modules_of("import backtrace") if name.startswith("backtrace.")] == []
