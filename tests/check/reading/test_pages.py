"""Whatever we print we can read: pages handed in as work are right, line for line.

The suite reads a selection; BACKTRACE_READBACK=all reads every network, notation, view, detail and page.
"""

from __future__ import annotations

import os
from collections import Counter
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import backtrace as bt
from backtrace.check.checking import check
from backtrace.check.records import NOT_JUDGED, RIGHT, ROUNDED_EARLY, Report
from backtrace.check.submission.reading import read_submission
from backtrace.derivation.blanks import KINDS
from backtrace.errors import InputError, NotSupported
from backtrace.network.records import Network
from backtrace.notation.loading import load_profile
from backtrace.render.options import PageOptions
from backtrace.render.page import render
from tests.check.reading.doors import MAZUR, verdicts
from tests.readback.cases import DETAILS, NOTATIONS, PAGES, VIEWS, Case, all_pairs, every
from tests.readback.test_optimizers import NUMBERS, VARIANTS
from tests.readback.test_optimizers import cases as optimizer_cases
from tests.readback.test_random import SMALL, derived, usable

ALL = os.environ.get("BACKTRACE_READBACK") == "all"
CASES = list(every() if ALL else all_pairs())
# Where every line is rounded before the next uses it, a page is not what full precision gives, and says little where
# its terms cancel: that is to be said so, and not to be called wrong.
FINE = {"full": {RIGHT}, "rounded": {RIGHT, ROUNDED_EARLY}}


def handed_in(page: str, network: Network, notation: str) -> Report:
    """A page, checked."""
    return check(read_submission(page, network, load_profile(notation), "page"), network)


def lines_that_are_not(report: Report, fine: set[str]) -> list[str]:
    """The lines with other verdicts, but for those whose digits do not suffice."""
    return [
        f"{one.verdict} {one.line.line}: {one.line.text} ({one.line.error}, {one.aspects}, {one.notes})"
        for one in report.lines
        if one.verdict not in fine
        and not (one.verdict == NOT_JUDGED and [note.id for note in one.notes] == ["too_few_digits"])
    ]


@pytest.mark.parametrize("case", CASES if ALL else CASES[::6], ids=lambda case: " ".join(case))
def test_our_pages_are_right(case: Case) -> None:
    page = render(case.derivation(), case.format, case.options)
    report = handed_in(page, bt.load(case.network).network, case.notation)
    assert report.lines and not lines_that_are_not(report, FINE[case.carry])


@pytest.mark.parametrize(
    "case", optimizer_cases() if ALL else optimizer_cases()[4::18], ids=lambda c: " ".join(map(str, c))
)
def test_updates_of_every_optimizer_are_right(case) -> None:
    net = bt.load("mazur", sets=[*VARIANTS[case.name], *case.more])
    chosen = {"view": case.view, "notation": case.notation, "step": case.step, "carry": case.carry}
    derivation = net.derive(*case.asked, **chosen, **NUMBERS[case.numbers]).derivation
    options = PageOptions(**NUMBERS[case.numbers], **PAGES[case.page], decimal=case.decimal)
    page = render(derivation, case.page.partition("-")[0], options)
    report = handed_in(page, net.network, case.notation)
    assert report.lines and not lines_that_are_not(report, FINE[case.carry])


@pytest.mark.parametrize(
    ("name", "view"), [("mazur", "paths"), ("grid", "paths"), ("logistic", "matrix"), ("xor", "matrix")]
)
def test_coarse_pages_and_later_steps_are_right(name: str, view: str) -> None:
    """One value stands there in two roundings; δ of a sample in a later step is of that sample's own loss."""
    step = 2 if view == "matrix" else 1
    page = bt.load(name).derive(view=view, step=step, carry="rounded", digits=3).page("text")
    assert not lines_that_are_not(handed_in(page, bt.load(name).network, "mazur"), FINE["rounded"])


@pytest.mark.parametrize(
    ("samples", "step", "format"), [([2], 1, "text"), ([2, 3], 1, "latex"), ([4, 1], 2, "html"), ([3], 2, "terminal")]
)
def test_pages_of_some_samples_alone_are_right(samples: list[int], step: int, format: str) -> None:
    page = bt.load("logistic").derive(samples=samples, step=step).page(format)
    assert {one.verdict for one in bt.check("logistic", page).lines} == {RIGHT}
    spoilt = page.replace(f" of {bt.load('logistic').network.samples}", " of some")
    assert spoilt != page and bt.check("logistic", spoilt).verdict != RIGHT


@pytest.mark.parametrize("notation", ["d2l", "o-grid"])
def test_the_notation_of_a_typeset_page_of_a_batch_is_found(notation: str) -> None:
    net = bt.load("xor")
    found = read_submission(net.derive(notation=notation).page("latex"), net.network)
    assert found.notation == notation
    assert not [line for line in found.lines if line.error]


@pytest.mark.parametrize(("view", "notation"), [(v, NOTATIONS[n * 2 % 10]) for n, v in enumerate(VIEWS)])
def test_lines_to_type_are_right(view: str, notation: str) -> None:
    page = bt.load("logistic").derive(view=view, notation=notation, detail="calculus").page("text")
    report = handed_in(page, bt.load("logistic").network, notation)
    assert len(report.lines) > 10 and not lines_that_are_not(report, {RIGHT})


@settings(max_examples=400 if ALL else 8, suppress_health_check=list(HealthCheck), derandomize=True)
@given(
    SMALL,
    st.tuples(*map(st.sampled_from, (NOTATIONS, VIEWS, DETAILS))),
    st.sampled_from(["text", *sorted(PAGES)]),
    st.integers(-1, 60),
    st.sampled_from([4, 6, 10]),
)
def test_pages_of_random_networks_are_right(network, chosen, page, parameter, digits) -> None:
    if chosen[2] == "calculus":
        network = network._replace(optimizer=network.optimizer._replace(order="simultaneous"))
    try:
        derivation = derived(network, *chosen, parameter, digits=digits)
    except (NotSupported, InputError):
        return
    if usable(derivation):
        text = render(derivation, page.partition("-")[0], PageOptions(digits=digits, **PAGES.get(page, {})))
        assert not lines_that_are_not(handed_in(text, network, chosen[0]), FINE["rounded"])


@pytest.mark.parametrize(("blank", "format"), list(product(KINDS, ("text", "terminal", "latex"))))
def test_a_worksheet_is_judged_by_what_is_not_left_out(blank: str, format: str) -> None:
    page = bt.load("mazur").derive("w1", "w5").worksheet(blank).page(format)
    found = Counter(one.verdict for one in handed_in(page, MAZUR, "mazur").lines)
    assert set(found) <= {RIGHT, NOT_JUDGED} and found[RIGHT] >= 1 and sum(found.values()) > 10


@pytest.mark.parametrize("format", ["text", "terminal", "markdown", "latex", "html"])
def test_a_page_with_a_wrong_number_is_wrong(format: str) -> None:
    """The witness: a reader that skipped lines would find every page right."""
    page = bt.load("mazur").derive(view="delta").page(format)
    spoilt = page.replace("0.138499", "0.183499", 1)
    assert spoilt != page
    found = Counter(one.verdict for one in handed_in(spoilt, MAZUR, "mazur").lines)
    assert found["wrong"] >= 1


def test_a_page_has_all_its_lines() -> None:
    """As many lines as steps, whichever page it is."""
    counts = {
        format: sum(verdicts(bt.load("mazur").derive("w5", view="gates").page(format)).values())
        for format in ("text", "terminal", "markdown", "latex", "html")
    }
    # The text alone states both losses in one line each; other pages side by side.
    assert len(set(counts.values()) - {counts["text"]}) == 1 and min(counts.values()) >= counts["text"] - 1


def test_prose_of_a_page_is_not_judged() -> None:
    page = bt.load("mazur").derive("w1").page("terminal")
    numbers = {one.line.line for one in handed_in(page, MAZUR, "mazur").lines}
    for number, line in enumerate(page.splitlines(), 1):
        if line.rstrip().endswith((":", ".", "?")) or "→" in line:
            assert number not in numbers, line
