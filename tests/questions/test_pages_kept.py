"""What pages keep from one sheet to the next is never seen: a sheet made after others is as in a fresh process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from backtrace.derivation.skeletons import Skeleton, Worked
from backtrace.expression.kept import Kept
from backtrace.expression.tree import number
from backtrace.network.quantity import Quantity
from backtrace.network.records import Network
from backtrace.questions import alike, kept_pages, sheet_making, writing
from backtrace.questions.alike import alike_in
from backtrace.questions.labels import Exercise
from backtrace.questions.records import Choice, Essay, Instance, Numeric, Option, Part, Say, Shape, Whole
from backtrace.questions.sheet_file import read_sheet
from backtrace.questions.sheet_making import Job, make, units
from backtrace.questions.variants import Copy, numbered
from backtrace.render import line_patterns
from backtrace.render.document import Maths
from backtrace.render.slots import is_mark, mark

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
digits = {digits}
[[items]]
kind = "output-delta"
network = "net"
"""
# Sheets that differ in one thing each, so that whatever is kept for one of them is nearly right for the next.
KINDS = [
    {"language": language, "decimal": decimal, "notation": notation, "network": network, "digits": "0"}
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
Pages = list[list[list[str]]]  # of every sheet, of every copy, in every format
FORMATS = ("markdown", "latex", "html", "json", "text")


def pages(kinds: list[dict[str, str]]) -> Pages:
    """Three copies of each of these sheets, in every format: one as it comes, one kept, one from what was kept."""
    found = []
    for kind in kinds:
        sheet = read_sheet(SHEET.format(**kind), "kept.toml", "kept")
        made = [make(Job(sheet, "master", FORMATS), unit) for unit in units(numbered(3))]
        found.append([[text for _, text in one.files] for one in made])
    return found


def pages_of(names: list[str], kinds: list[dict[str, str]] = KINDS[:1]) -> list[str]:
    """A sheet for each of these students, in the formats that have patterns."""
    found = []
    for kind in kinds:
        sheet = read_sheet(SHEET.format(**kind), "kept.toml", "kept")
        copies = [Copy(n, f"copy {n}", f"c{n}", f"id {n}", name) for n, name in enumerate(names, 1)]
        found += [text for unit in units(copies) for _, text in make(Job(sheet, "master", FORMATS[:3]), unit).files]
    return found


def test_names_are_put_in_as_they_are_written_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = ["Ann", "Bo", mark(0) + mark(1), "\ue000", "50 % %s {x} $y$ \\1 <b>&amp;</b>", ""]
    found = pages_of(hostile)
    with monkeypatch.context() as patch:
        patch.setattr(sheet_making, "kept_pages", lambda *rest: {})
        assert pages_of(hostile) == found
    assert not any(is_mark(c) for text in found for c in text)


def test_pages_met_before_come_from_patterns(monkeypatch: pytest.MonkeyPatch) -> None:
    job = Job(read_sheet(SHEET.format(**KINDS[0]), "kept.toml", "kept"), "master", FORMATS)
    *earlier, third = units(numbered(3))
    for unit in earlier:
        make(job, unit)
    monkeypatch.setattr(sheet_making, "write_all", lambda *rest: "written")
    # Four pages in each format; the last two formats have no patterns.
    assert [text == "written" for _, text in make(job, third).files[:20]] == [False] * 12 + [True] * 8


def in_a_fresh_process(kind: dict[str, str]) -> list[list[str]]:
    code = f"import json; from tests.questions.test_pages_kept import pages; print(json.dumps(pages([{kind!r}])[0]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    found: list[list[str]] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def by_turns() -> Pages:
    """The pages of all sheets, one after the other."""
    return pages(KINDS)


def test_sheets_by_turns_are_those_of_fresh_processes(by_turns: Pages) -> None:
    assert by_turns == pages(KINDS[::-1])[::-1]
    for n in (1, 6):
        assert by_turns[n] == in_a_fresh_process(KINDS[n])
    assert len({json.dumps(one) for one in by_turns}) == len(KINDS)


def test_networks_by_turns_keep_their_numbers_and_names(tmp_path: Path) -> None:
    kinds = []
    for n, file in enumerate(FILES):
        path = tmp_path / f"{n}" / "net.toml"
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


def test_a_pattern_that_forgets_its_page_would_be_seen(by_turns: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_patterns, "_patterns", Forgetful())
    assert pages(KINDS[:2]) != by_turns[:2]


def test_numbers_that_stay_would_be_seen(by_turns: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    work_out = Skeleton.worked
    first: dict[Skeleton, Worked | None] = {}

    def stuck(skeleton: Skeleton, network: Network) -> Worked | None:
        return first.setdefault(skeleton, work_out(skeleton, network))

    monkeypatch.setattr(Skeleton, "worked", stuck)
    assert pages(KINDS[:1]) != by_turns[:1]


def mixed(kinds: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch) -> Pages:
    """The pages by turns where nothing that a sheet says of itself tells the patterns apart."""
    alike._kept.clear()
    monkeypatch.setattr(sheet_making, "kept_pages", lambda key, *rest: kept_pages.kept_pages((), *rest))
    return pages(kinds)


def test_a_key_that_forgets_the_sheet_would_be_seen(by_turns: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    assert mixed(KINDS[:4], monkeypatch) != by_turns[:4]


def test_digits_that_are_no_slot_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = [{**KINDS[0], "digits": digits} for digits in ("3", "4")]
    right = pages(kinds)
    assert mixed(kinds, monkeypatch) == right
    monkeypatch.setattr(writing, "digits_text", lambda answer: str(answer.digits))
    assert mixed(kinds, monkeypatch) != right


def test_a_number_that_is_no_slot_would_be_seen(by_turns: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    alike._kept.clear()
    monkeypatch.setattr(kept_pages, "opened", lambda variant: variant._replace(form=mark(0)))
    assert pages(KINDS[:1]) != by_turns[:1]


def choice(*options: tuple[str, bool, str]) -> Part:
    return Part(
        Say("choose"), Choice(tuple(Option(Say("option", (text,)), right, why) for text, right, why in options))
    )


NUMBER = Part(Say("compute", (Quantity("net", 1, 1),)), Numeric(1.5, 4, 1.4, 1.6), Quantity("net", 1, 1))
TYPED = (number(0.4, "0.4"), number(0.4, "0.40"))
# Parts of which no two have the same pages, though many are equal in Python.
UNLIKE = [
    NUMBER,
    NUMBER._replace(answer=Numeric(1.5, 1, 1.4, 1.6)),
    NUMBER._replace(name=Quantity("net", 1, 2)),
    NUMBER._replace(share=2.0),
    *[NUMBER._replace(ask=Say("compute", (arg,))) for arg in (1, 1.0, True, *TYPED, *map(Maths, TYPED))],
    *[NUMBER._replace(answer=answer) for answer in (Whole(2), Essay(2), Shape((2,)), Shape((2, 1)))],
    *[NUMBER._replace(name=e) for e in TYPED],
    choice(("a", True, ""), ("b", False, "m1")),
    choice(("a", True, ""), ("b", False, "m2")),
    choice(("b", False, "m1"), ("a", True, "")),
    choice(("a", False, ""), ("b", True, "m1")),
]


def key_of(part: Part) -> object:
    return alike_in([Exercise(Instance("kind", 1, "", Say("title"), (), (part,)), 1.0)]).key


def test_what_is_written_differently_is_not_alike() -> None:
    keys = [key_of(part) for part in UNLIKE]
    assert all(a != b for n, a in enumerate(keys) for b in keys[:n])
    assert key_of(NUMBER) == key_of(NUMBER._replace(answer=Numeric(2.5, 5, 2.4, 2.6)))


class Forgetful(Kept):  # type: ignore[type-arg]
    """Looks at the lines only, and not at the page they stand on."""

    def get(self, key, default=None):  # type: ignore[no-untyped-def]
        return super().get(key[0], default)

    def keep(self, key, made):  # type: ignore[no-untyped-def]
        return super().keep(key[0], made)
