"""What programs read: the JSON of a derivation, and the script that computes it."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from math import isclose

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import backtrace as bt
from backtrace.derivation.derive import derive
from backtrace.derivation.steps import Derivation
from backtrace.derivation.workspace import Choices
from backtrace.errors import InputError
from backtrace.network.quantity import Derivative, Quantity, neutral
from backtrace.network.records import Network
from backtrace.notation.loading import load_profile
from backtrace.notation.spelling import Spelling
from backtrace.render.neutral import NeutralSpelling
from backtrace.render.page import render
from backtrace.render.script import Script
from tests.engine.strategies import networks
from tests.readback.cases import DETAILS, NETWORKS, NOTATIONS, VIEWS
from tests.readback.checking import Checker, Style
from tests.readback.latex import LatexReader
from tests.readback.pages import keys, known
from tests.readback.statements import Statement
from tests.readback.text import TextReader
from tests.readback.tree import names

SCRIPTED = ("chain", "paths", "delta", "gates")


@cache
def asked(network: str, view: str, detail: str = "factors", notation: str = "mazur") -> bt.api.DerivationPage:
    return bt.load(network).derive(view=view, detail=detail, notation=notation)


def derived(network: str, view: str, detail: str = "factors", notation: str = "mazur") -> Derivation:
    return asked(network, view, detail, notation).derivation


def untrue(derivation: Derivation) -> tuple[list[str], int]:
    """What is not true of the formulas and numbers in the JSON, as text and as LaTeX; how many were computed."""
    spelling = NeutralSpelling()
    found, computed = [], 0
    for how, reader in (("text", TextReader), ("latex", LatexReader)):
        spelt = {getattr(spelling, how)(key): key for key in sorted(keys(derivation), key=repr)}
        read = reader(spelt, ascii=True).read if reader is TextReader else reader(spelt).read
        checker = Checker(read, known(derivation), Style())
        for entry in json.loads(render(derivation, "json"))["steps"]:
            sides = [entry[side][how] for side in ("symbolic", "substituted") if entry[side]]
            parts = [part for side in sides for part in side.split(" = ")]
            if not parts or (entry["value"] is None and entry["kind"] not in ("chain", "rule")):
                continue
            statement = Statement(entry["id"], entry["name"], parts)
            true = entry["value"]
            for part in map(read, parts):
                if names(part) and true is not None:
                    checker.symbols(statement, part, true)
                elif entry["substituted"] and part == read(entry["substituted"][how]):
                    checker.numbers(statement, part, rounded(true))
        found += checker.report.problems
        computed += checker.report.computed
    return found, computed


def rounded(true: float | list[list[float]]) -> tuple:
    """A value as the page's last part would be read."""
    if isinstance(true, list):
        return ("matrix", [[rounded(x) for x in row] for row in true])
    text = str(Style().rounded(true))
    return ("neg", ("num", text[1:])) if text.startswith("-") else ("num", text)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("network", NETWORKS)
def test_json_values_are_those_of_the_formulas(network: str, view: str) -> None:
    problems, computed = untrue(derived(network, view, "calculus"))
    assert not problems, "\n".join(problems[:5])
    assert computed >= 8


@pytest.mark.parametrize("network", ["mazur", "grid"])
@pytest.mark.parametrize("view", VIEWS)
def test_json_does_not_depend_on_the_notation(network: str, view: str) -> None:
    """Each notation in one detail, which take turns from view to view."""
    pages: dict[str, set[str]] = {detail: set() for detail in DETAILS}
    for number, notation in enumerate(NOTATIONS, VIEWS.index(view)):
        detail = DETAILS[number % 3]
        page = asked(network, view, detail, notation).page("json")
        pages[detail].add(page.replace(f'"notation": "{notation}"', '"notation": ""'))
    assert [len(found) for found in pages.values()] == [1, 1, 1]


def printed(script: str) -> dict[str, list[float]]:
    """What a script prints, run by a Python that sees nothing but its own library."""
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, list[float]] = {}
    for line in done.stdout.splitlines():
        name, _, number = line.partition(" = ")
        found.setdefault(name, []).append(float(number))
    return found


def compare(derivation: Derivation, traced: dict[str, float]) -> int:
    """Every number that the script prints against the step's, and against the trace where the trace has it."""
    script = Script(derivation, Spelling(derivation.profile, derivation.network))
    results = printed(script.text())
    compared = 0
    last: dict[str, float] = {}
    for step in script.steps:
        key = step.left.args[0]
        name = script.name(key)
        if step.forms or name not in last:  # what is known already is not printed again
            last[name] = results[name].pop(0)
        number = last[name]
        assert isclose(number, step.value, rel_tol=1e-12, abs_tol=1e-15), (step.id, number, step.value)
        if neutral(key) in traced:
            compared += 1
            assert isclose(number, traced[neutral(key)], rel_tol=1e-9, abs_tol=1e-13), step.id
    assert not any(results.values())
    return compared


def trace(network: Network) -> dict[str, float]:
    """The numbers of the trace by neutral name."""
    data = bt.api.Net(network).trace().to_dict()
    found = {"E": data["loss"], "E+": data["history"][-1]["loss"]}
    several = len(data["samples"]) > 1
    for s, sample in enumerate(data["samples"], 1):
        at = f"@{s}" if several else ""
        for number, layer in enumerate(sample["layers"], 1):
            for kind in ("net", "out"):
                found |= {f"{kind}{number}_{j}{at}": x for j, x in enumerate(layer[kind], 1)}
            if not several:
                found |= {f"dE/dnet{number}_{j}": x for j, x in enumerate(layer["delta"], 1)}
    for what, form in (("gradients", Derivative), ("updated", None)):
        for number, layer in enumerate(data[what], 1):
            for j, row in enumerate(layer["weights"], 1):
                for i, x in enumerate(row, 1):
                    key = Quantity("weight", number, j, i)
                    found[neutral(Derivative(Quantity("loss"), key) if form else key._replace(updates=1))] = x
    return found


@pytest.mark.parametrize("view", SCRIPTED)
@pytest.mark.parametrize("network", NETWORKS)
def test_scripts_give_the_numbers_of_the_trace(network: str, view: str) -> None:
    made = derived(network, view, "factors", NOTATIONS[VIEWS.index(view) + NETWORKS.index(network)])
    assert compare(made, trace(made.network)) >= len(made.network.parameters()) - 4


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(networks(layers=3, width=3, samples=2), st.sampled_from(SCRIPTED), st.sampled_from(NOTATIONS))
def test_scripts_of_random_networks(network: Network, view: str, notation: str) -> None:
    try:
        made = derive(network, [], load_profile(notation), Choices(view=view))
        traced = trace(network)
    except InputError:
        return
    if any(layer.tied_to or layer.shared_bias for layer in network.layers):
        traced = {name: x for name, x in traced.items() if "w" not in name}  # tied weights: one gradient, listed twice
    compare(made, traced)
