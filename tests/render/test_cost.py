"""The pages of `backtrace cost`: numbers of the engine, in every format, under every notation."""

import csv
import io
import json

import pytest

import backtrace as bt
from backtrace.network.records import Network
from backtrace.notation.loading import load_profile, profile_titles
from backtrace.render.cost import Writer
from backtrace.render.options import PageOptions

MAZUR = bt.load("mazur")


def rows(page: str) -> dict[str, list[str]]:
    """The cells of a terminal page's tables by the first cell of each row."""
    return {line.strip().split("   ")[0]: line.split()[-3:] for line in page.split("\n") if line.startswith("   ")}


def test_the_three_ways_stand_on_the_page() -> None:
    found = rows(MAZUR.cost().page())
    assert found["sum over all paths, written out"] == ["54", "2", "0"]
    assert found["sum over paths, factored"] == ["44", "3", "0"]
    assert found["backpropagation (reuse)"] == ["16", "7", "4"]


def test_the_page_says_what_is_counted_and_what_is_shared() -> None:
    page = " ".join(MAZUR.cost().page().split())
    assert "One multiplication is one product of two numbers." in page
    assert "Reuse saves 38 multiplications of the written-out paths and keeps 4 values" in page
    assert "∂E/∂net_o1 5 times 9 ∂E/∂net_o2 5 times 9 ∂E/∂net_h1 3 times 6" in page
    assert "The reverse order takes 12 multiplications, the other 20." in page
    assert "DL²·DL¹ (2×2)·(2×2) 2·2·2 = 8" in page


def test_one_quantity_has_neither_orders_nor_updates() -> None:
    cost = bt.load("grid", batch=3, seed=1).cost("w1")
    assert (cost.to_dict()["quantity"], cost.to_dict()["orders"], cost.to_dict()["updates"]) == (
        "dE/dw1_1_1",
        None,
        None,
    )
    page = " ".join(cost.page().split())
    assert page.count("What ∂E/∂w1 costs for one sample") == 1
    assert "For one gradient alone brackets can take less than reuse, as here" in page


def test_a_large_network_is_summed_up_by_layers() -> None:
    page = " ".join(bt.load("20-20-10").cost().page().split())
    assert "∂E/∂net_o1 … ∂E/∂net_o10 10 41 times 441 ∂E/∂net_h1 … ∂E/∂net_h20 20 21 times 210" in page


def test_a_deep_network_has_its_middle_left_out() -> None:
    page = bt.load("-".join("2" * 41)).cost().page()
    assert page.count("29 products left out") == 2
    assert "∇E·Dσ·DL⁴⁰·…·DL¹" in page


@pytest.mark.parametrize("notation", [name for name, _ in profile_titles()])
@pytest.mark.parametrize("format", ["terminal", "markdown"])
def test_every_notation_has_its_names_and_the_same_counts(notation: str, format: str) -> None:
    page = MAZUR.cost(notation=notation).page(format)
    for number in ("54", "44", "16", "38"):
        assert number in page
    assert MAZUR.cost(notation=notation).page("json") == MAZUR.cost().page("json")


def test_an_update_shows_its_arithmetic() -> None:
    page = " ".join(bt.load("mazur", batch=6, seed=1).cost(batch=2).page().split())
    assert "batch: all 6 6·(8 + 16) + 8 = 152 1 152" in page
    assert "mini-batch: 2 2·(8 + 16) + 8 = 56 3 168" in page
    assert "O(p·n) on all n samples, O(p·m) on m of them" in page


def test_the_json_of_a_network() -> None:
    found = MAZUR.cost().to_dict()
    assert json.loads(MAZUR.cost().page("json")) == found
    assert list(found) == [
        "version",
        "network",
        "quantity",
        "gradients",
        "factors",
        "paths",
        "ways",
        "shared",
        "orders",
        "updates",
    ]
    assert found["version"] == 1
    assert found["ways"]["reuse"] == {"multiplications": 16, "stored": 7, "kept": 4}
    assert found["shared"][0] == {"name": "dE/dnet2_1", "uses": 5, "paths": 9}
    assert found["orders"]["forward"]["multiplications"] == 20
    assert found["updates"] is None


def test_csv_says_what_json_says() -> None:
    found = dict(csv.reader(io.StringIO(MAZUR.cost().page("csv"))))
    assert (found["paths"], found["ways.paths.multiplications"], found["ways.reuse.kept"]) == ("18", "54", "4")
    assert (found["shared.dE/dnet2_1.uses"], found["orders.reverse"]) == ("5", "12")


def test_the_table_over_depths() -> None:
    depths = MAZUR.cost_over_depths(1, 6)
    page = depths.page()
    assert "   6                36     378          3726       1428                56     12" in page
    assert "every further one adds exactly 10 multiplications and 2\nkept values" in page
    table = list(csv.DictReader(io.StringIO(depths.page("csv"))))
    found = depths.to_dict()["depths"]
    assert [row["layers"] for row in table] == ["1", "2", "3", "4", "5", "6"]
    assert [int(row["ways.paths.multiplications"]) for row in table] == [
        row["ways"]["paths"]["multiplications"] for row in found
    ]


def test_growth_is_said_only_where_the_table_shows_it() -> None:
    assert "every further one" not in MAZUR.cost_over_depths(1, 3).page()
    assert "every further one" in MAZUR.cost_over_depths(2, 4).page()


def test_long_counts_are_exact_in_data_and_rounded_on_the_page() -> None:
    depths = bt.load("2-2").cost_over_depths(100, 100)
    assert depths.to_dict()["depths"][0]["paths"] == 6 * (2**100 - 1)
    assert "7.60590×10³⁰" in depths.page()
    assert "7,61e30" in depths.page(options=PageOptions(digits=3, decimal="comma", ascii=True))


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (0, "0"),
        (999_999_999_999, "999999999999"),
        (1_000_000_000_000, "1.00×10¹²"),
        (1_995_000_000_000, "2.00×10¹²"),
        (9_995_000_000_000, "1.00×10¹³"),
        (9_994_999_999_999, "9.99×10¹²"),
    ],
)
def test_how_a_count_is_written(count: int, shown: str) -> None:
    network: Network = MAZUR.network
    assert Writer(network, load_profile("mazur"), PageOptions(digits=3)).amount(count) == shown


@pytest.mark.parametrize("width", [40, 60, 84, 120])
def test_nothing_runs_off_the_page(width: int) -> None:
    options = PageOptions(width=width)
    for page in (
        bt.load("mazur", batch=3, seed=1).cost().page(options=options),
        bt.load("mazur").cost_over_depths(1, 4).page(options=options),
    ):
        assert max(map(len, page.split("\n"))) <= max(width, 52)  # a column beside the names of the ways at least


def test_ascii_is_ascii() -> None:
    page = bt.load("mazur", batch=3, seed=1).cost().page(options=PageOptions(ascii=True))
    assert page.isascii()
    assert "\\u" not in page


def test_results_show_themselves() -> None:
    for page in (MAZUR.cost("w5"), MAZUR.cost_over_depths(1, 2)):
        assert str(page) == page.page("terminal")
        assert page._repr_markdown_().startswith("# mazur")
