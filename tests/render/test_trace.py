"""The pages of a trace: facts M in tables and in name,value lines; large networks summed up; what others print."""

import csv
import io

import pytest

import backtrace as bt
from backtrace.errors import InternalFault
from backtrace.notation.loading import load_profile
from backtrace.notation.names import resolve
from backtrace.render.options import PageOptions

PUBLISHED = {
    "net_h1": 0.3775,
    "out_h1": 0.593269992107187,
    "net_o2": 1.22492140409647,
    "out_o1": 0.751365069552316,
    "delta_o2": -0.0380982365165562,
    "delta_h2": 0.0099542547052172,
    "E": 0.298371108760003,
    "dE/dw8": -0.0227402422159782,
    "w4+": 0.299502287264739,
    "w8+": 0.561370121107989,
}


def pairs(text):
    return {name: float(value) for name, value in csv.reader(io.StringIO(text))}


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_lines_of_csv_have_full_precision(name):
    assert pairs(bt.load("mazur").trace().page("csv"))[name] == pytest.approx(PUBLISHED[name], rel=1e-13)


@pytest.mark.parametrize("notation", ["mazur", "nielsen", "rumelhart", "o-grid"])
def test_every_name_in_csv_can_be_typed(notation):
    net = bt.load("mazur", sets=["update_biases=true"])
    found = pairs(net.trace(notation=notation).page("csv"))
    profile = load_profile(notation)
    keys = [resolve(name, net.network, profile) for name in found]
    assert len(set(keys)) == len(found) == 54


def test_the_sign_of_delta_is_the_notations():
    plus, minus = (pairs(bt.load("mazur").trace(notation=n).page("csv")) for n in ("mazur", "rumelhart"))
    assert minus["delta_5"] == -plus["delta_o1"]
    assert "−∂E/∂net" in bt.load("mazur").trace(notation="rumelhart").page()


@pytest.mark.parametrize(
    "shown", ["0.772928", "0.0363503", "−0.0190491", "0.241301", "0.00877135", "0.0235600", "0.149781"]
)
def test_the_page_shows_the_facts(shown):
    assert shown in bt.load("mazur").trace().page()


def test_the_famous_total_is_computed_and_explained():
    page = bt.load("mazur").trace().page()
    assert "0.291027924" in page
    assert "backtrace trace mazur --set order=output_first" in page.replace("\n", " ")
    changed = bt.load("mazur", sets=["w1=0.2"]).trace().page()
    assert "web page" not in changed
    slipped = bt.load("mazur", sets=["order=output_first"]).trace().page(options=PageOptions(digits=12))
    assert "E⁺ = 0.291027923905" in slipped


def test_a_bias_that_stays_is_shown_as_typed():
    line = next(line for line in bt.load("mazur").trace().page().split("\n") if line.split()[:1] == ["b_o1"])
    assert line.split() == ["b_o1", "0.60", "0.138499", "0.60"]


def test_markdown_has_the_same_numbers():
    page = bt.load("mazur").trace().page("markdown")
    assert "| w5 | 0.40 | 0.0821670 | 0.358916 |" in page
    assert page.startswith("# Trace of mazur")


def test_many_steps_are_listed_from_both_ends():
    page = bt.load("mazur").trace(steps=100).page()
    assert "89 steps are left out between 5 and 95" in page
    assert "after 100 updates" in page


def test_a_large_network_is_summed_up():
    pytest.importorskip("numpy")
    page = bt.load("784-128-10", batch=2, seed=1).trace().page()
    assert "101770 parameters" in page
    assert len(page.split("\n")) < 30


def test_nothing_is_wider_than_the_page():
    for width in (40, 60, 84):
        page = bt.load("mazur").trace().page(options=PageOptions(width=width))
        assert max(map(len, page.split("\n"))) <= width


def test_ascii_and_decimal_comma():
    page = bt.load("mazur").trace().page(options=PageOptions(ascii=True, decimal="comma"))
    assert page.isascii()
    assert "0,593270" in page and "0.593270" not in page


def test_an_unknown_format_is_our_own_fault():
    with pytest.raises(InternalFault):
        bt.load("mazur").trace().page("pdf")


def test_what_a_file_says_about_its_network_stands_under_its_trace():
    net = bt.load("mazur")
    said = net._replace(network=net.network._replace(about="From last year's exam."))
    assert said.trace().page().endswith("\nFrom last year's exam.\n")
    assert "last year" not in net.trace().page()
