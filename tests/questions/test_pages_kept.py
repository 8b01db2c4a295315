"""What pages keep from one sheet to the next is never seen: a sheet made after others is as in a fresh process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from backtrace.derivation.skeletons import Skeleton, Worked
from backtrace.expression.kept import Kept
from backtrace.network.records import Network
from backtrace.questions.sheet_file import read_sheet
from backtrace.questions.sheet_making import Job, make, units
from backtrace.questions.variants import numbered
from backtrace.render import line_patterns

SHEET = """title = "Homework"
[page]
language = "{language}"
decimal = "{decimal}"
notation = "{notation}"
[marking]
carry = "full"
[[networks]]
id = "net"
network = "{network}"
[[items]]
kind = "forward-pass"
network = "net"
[[items]]
kind = "output-delta"
network = "net"
"""
# Sheets that differ in one thing each, so that whatever is kept for one of them is nearly right for the next.
KINDS = [
    {"language": language, "decimal": decimal, "notation": notation, "network": network}
    for network in ("2-2-1", "2-2-1:tanh,sigmoid")
    for language, decimal, notation in (
        ("en", "point", "mazur"),
        ("en", "comma", "mazur"),
        ("de", "comma", "mazur"),
        ("en", "point", "nielsen"),
    )
]
NETWORK = """[data]
inputs = [0.5, {input}]
targets = [0.9]
[[layers]]
units = 2
{names}
weights = [[0.15, {weight}], [0.25, 0.30]]
bias = {bias}
[[layers]]
units = 1
weights = [[0.40, 0.45]]
bias = 0.60
"""
# Networks of one structure with other numbers or names, and one without biases.
FILES = [
    {"input": "0.1", "names": "", "weight": "0.2", "bias": "0.35"},
    {"input": "0.10", "names": "", "weight": "-0.2", "bias": "0.35"},
    {"input": "0.1", "names": 'unit_names = ["left", "right"]', "weight": "0.2", "bias": "0.35"},
    {"input": "0.1", "names": "", "weight": "0.2", "bias": "false"},
]
FORMATS = ("markdown", "latex", "html", "json", "text")


def pages(kinds: list[dict[str, str]]) -> list[list[list[str]]]:
    """Three copies of each of these sheets, in every format: one as it comes, one kept, one from what was kept."""
    found = []
    for kind in kinds:
        sheet = read_sheet(SHEET.format(**kind), "kept.toml", "kept")
        made = [make(Job(sheet, "master", FORMATS), unit) for unit in units(numbered(3))]
        found.append([[text for _, text in one.files] for one in made])
    return found


def in_a_fresh_process(kind: dict[str, str]) -> list[list[str]]:
    code = f"import json; from tests.questions.test_pages_kept import pages; print(json.dumps(pages([{kind!r}])[0]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    found: list[list[str]] = json.loads(done.stdout)
    return found


def test_sheets_by_turns_are_those_of_fresh_processes() -> None:
    by_turns, again = pages(KINDS), pages(KINDS[::-1])[::-1]
    assert by_turns == again
    for n in (1, 6):
        assert by_turns[n] == in_a_fresh_process(KINDS[n])
    assert len({json.dumps(one) for one in by_turns}) == len(KINDS)


def test_networks_by_turns_keep_their_numbers_and_names(tmp_path: Path) -> None:
    kinds = []
    for number, file in enumerate(FILES):
        path = tmp_path / f"{number}" / "net.toml"
        path.parent.mkdir()
        path.write_text(NETWORK.format(**file), encoding="utf-8")
        kinds.append({**KINDS[0], "network": str(path)})
    by_turns = pages(kinds)
    assert by_turns == pages(kinds[::-1])[::-1]
    assert len({json.dumps(one) for one in by_turns}) == len(kinds)
    assert by_turns[2] == in_a_fresh_process(kinds[2])


def test_what_is_kept_has_an_end() -> None:
    kept: Kept[int] = Kept(3)
    for n in range(10):
        assert kept.keep(n, n) == n
    assert list(kept) == [7, 8, 9]


def test_a_pattern_that_forgets_its_page_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    right = pages(KINDS[:2])
    monkeypatch.setattr(line_patterns, "_patterns", Forgetful())
    assert pages(KINDS[:2]) != right


def test_numbers_that_stay_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    right = pages(KINDS[:1])
    work_out = Skeleton.worked
    first: dict[Skeleton, Worked | None] = {}

    def stuck(skeleton: Skeleton, network: Network) -> Worked | None:
        return first.setdefault(skeleton, work_out(skeleton, network))

    monkeypatch.setattr(Skeleton, "worked", stuck)
    assert pages(KINDS[:1]) != right


class Forgetful(Kept):  # type: ignore[type-arg]
    """Looks at the lines only, and not at the page they stand on."""

    def get(self, key, default=None):  # type: ignore[no-untyped-def]
        return super().get(key[0], default)

    def keep(self, key, made):  # type: ignore[no-untyped-def]
        return super().keep(key[0], made)
