"""Published totals, the counts of the course, and the JSON contract."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings

import backtrace as bt
from backtrace.cli.main import main
from backtrace.network.builtin import builtins
from backtrace.network.records import Network
from backtrace.network.shapes.finding import count
from tests.engine.strategies import networks


@pytest.mark.parametrize(
    ("network", "total", "trainable"),
    [
        ("lenet5", 61_706, 61_706),
        # LeCun and others 1998, section II.B: 60,000 trainable ones; the 840 of the output are fixed.
        ("lenet5-1998", 60_840, 60_000),
        ("alexnet", 61_100_840, 61_100_840),
        ("alexnet-2012", 60_965_224, 60_965_224),
        ("vgg16", 138_357_544, 138_357_544),
        ("1024-20-15-10", 20_975, 20_975),
        ("mazur", 12, 12),  # update_biases = false is about an update
        ("2000000000-3", None, None),
    ],
)
def test_totals(network: str, total: int | None, trainable: int) -> None:
    if total is None:
        with pytest.raises(bt.InputError, match="between 1 and"):
            count(network)
        return
    found = bt.count(network)
    assert (found.total, found.trainable) == (total, trainable)


def test_the_layers_of_lenet5_are_those_of_the_paper() -> None:
    found = {layer["name"]: layer["total"] for layer in bt.count("lenet5-1998").to_dict()["layers"]}
    assert [found[name] for name in ("C1", "S2", "C3", "S4", "C5", "F6")] == [156, 12, 1516, 32, 48120, 10164]


def test_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["count", "1024-20-15-10", "--batch", "50", "--samples", "5000", "-f", "json", "--notation", "nielsen"])
        == 0
    )
    data = json.loads(capsys.readouterr().out)
    assert data["version"] == 1 and data["updates_per_epoch"] == 100
    assert (data["total"], data["trainable"], data["links"], data["neurons"]) == (20975, 20975, 20930, 45)
    keys = (
        "name",
        "type",
        "input_shape",
        "weight_shape",
        "output_shape",
        "weights",
        "biases",
        "total",
        "trainable",
    )
    assert [[layer[key] for key in keys] for layer in data["layers"]] == [
        ["layer 1", "dense", [50, 1024], [1024, 20], [50, 20], 20480, 20, 20500, 20500],
        ["layer 2", "dense", [50, 20], [20, 15], [50, 15], 300, 15, 315, 315],
        ["layer 3", "dense", [50, 15], [15, 10], [50, 10], 150, 10, 160, 160],
    ]


def test_without_batch_and_samples_both_are_null() -> None:
    data = bt.count("4-3-2-1").to_dict()
    assert data["layers"][0]["input_shape"] == [None, 4] and data["updates_per_epoch"] is None
    assert sum(layer["weights"] for layer in data["layers"]) == 4 * 3 + 3 * 2 + 2 * 1


@pytest.mark.parametrize(("samples", "batch", "updates"), [(5000, 50, 100), (5001, 50, 101), (1, 50, 1), (7, None, 1)])
def test_updates_are_rounded_up(samples: int, batch: int | None, updates: int) -> None:
    assert bt.count("2-1", batch=batch, samples=samples).to_dict()["updates_per_epoch"] == updates


def test_every_network_that_can_be_derived_counts_its_parameters() -> None:
    for name in builtins():
        try:
            net = bt.load(name)
        except bt.InputError:
            continue
        found = bt.count(net)
        assert found.total == len(net.network.parameters())
        assert bt.count(name) == found


@settings(max_examples=60, deadline=None, database=None)
@given(network=networks())
def test_any_network_counts_its_parameters(network: Network) -> None:
    """Also shared and tied ones: against the list that derivations go through."""
    assert bt.count(network).total == len(network.parameters())


def test_shared_and_tied_parameters_count_once(tmp_path: Path) -> None:
    shared = bt.count("mazur", sets=["layer1.shared_bias=true", "update_biases=true"])
    assert (shared.total, shared.trainable) == (11, 11) and "share one bias, which counts once" in shared.page()
    file = tmp_path / "tied.toml"
    file.write_text(
        "[data]\ninput_shape = [3]\n[[layers]]\nunits = 2\n[[layers]]\nunits = 3\n"
        'weights = {tied_to = "layer 1", transposed = true}\n',
        encoding="utf-8",
    )
    assert bt.count(str(file)).total == 3 * 2 + 2 + 3 == len(bt.load(str(file)).network.parameters())
    words = tmp_path / "words.toml"
    words.write_text(
        '[data]\ninput_shape = [5]\n[[layers]]\ntype = "embedding"\nnum_embeddings = 100\nembedding_dim = 8\n'
        '[[layers]]\nunits = 100\nweights = {tied_to = "layer 1", transposed = true}\n',
        encoding="utf-8",
    )
    assert bt.count(str(words)).total == 800 + 100


def test_letters() -> None:
    found = bt.count("K-L-M-N")
    page = found.page()
    assert "In all, layer by layer: (K + 1)·L + (L + 1)·M + (M + 1)·N\n" in page
    assert "Multiplied out: K·L + L + L·M + M + M·N + N\n" in page
    assert found.total == "K*L + L + L*M + M + M*N + N" and found.to_dict()["layers"][0]["weight_shape"] == ["K", "L"]


@pytest.mark.parametrize("sizes", [("K", "L", "M", "N"), ("N", "N", "N"), ("K", 20, "K", 3), (4, "m", 4), ("a", "b")])
def test_letters_with_numbers_put_in(sizes: tuple[int | str, ...]) -> None:
    """Both forms, evaluated by Python, agree with the count of the numbers."""
    name = "-".join(map(str, sizes))
    data = bt.count(name).to_dict()
    numbers = {letter: 3 + 2 * place for place, letter in enumerate("KLMNabm")}
    total = bt.count("-".join(str(numbers.get(str(size), size)) for size in sizes)).total
    for formula in (data["total"], data["factored"]):
        assert eval(formula.replace("^", "**"), {}, dict(numbers)) == total  # noqa: S307 (our own output)


@pytest.mark.parametrize("format", ["terminal", "markdown", "latex", "html", "csv", "json"])
@pytest.mark.parametrize("network", ["1024-20-15-10", "K-L-M", "lenet5", "mazur"])
def test_every_page_has_the_total(network: str, format: str) -> None:
    found = bt.count(network, batch=50, samples=5000)
    page = found.page(format)
    total = {"K-L-M": {"json": "K*L + L + L*M + M", "csv": "K*L + L + L*M + M"}.get(format, "Multiplied out: ")}
    assert total.get(network, str(found.total)) in page
    assert network == "K-L-M" or format == "json" or page == bt.count(network, batch=50, samples=5000).page(format)


def test_the_arithmetic_is_shown_and_true() -> None:
    import re

    page = bt.count("vgg16").page() + bt.count("1024-20-15-10", batch=50).page() + bt.count("lenet5-1998").page()
    assert "1024 × 20 + 20 = 20500" in page and "(14 − 5 + 2·0)/1 + 1 = 10" in page
    lines = re.findall(r"([\d−()×·/+ ]+) = (\d+)$", page, re.MULTILINE)
    assert len(lines) > 40
    for left, right in lines:
        plain = left.strip().replace("×", "*").replace("·", "*").replace("−", "-")
        plain = re.split(r" {3,}", plain)[-1]
        if re.fullmatch(r"\d+(\*\d+)+|\(.*\)\(.*\)", plain):
            continue
        assert eval(plain) == int(right)  # noqa: S307 (our own output)


def test_orientation_follows_the_notation_unless_said() -> None:
    row, column = bt.count("3-2", batch=5), bt.count("3-2", batch=5, notation="nielsen")
    assert "5×3       3×2      1×2      5×2" in row.page()
    assert "3×5       2×3      2×1      2×5" in column.page()
    assert "(2×5)(5×3) = 2×3" in column.page() and "(3×5)(5×2) = 3×2" in row.page()
    assert bt.count("3-2", batch=5, notation="nielsen", orientation="row") == row
    assert row.to_dict() == column.to_dict()


def test_normalisation_counts_its_statistics_apart(tmp_path: Path) -> None:
    file = tmp_path / "norm.toml"
    file.write_text('[data]\ninput_shape = [6, 4, 4]\n[[layers]]\ntype = "batch_norm"\n', encoding="utf-8")
    [layer] = bt.count(str(file)).to_dict()["layers"]
    assert (layer["total"], layer["trainable"], layer["statistics"]) == (12, 12, 12)
    assert "12 running statistics are kept" in bt.count(str(file)).page()
    plain = bt.count(str(file), sets=["layer1.affine=false"]).to_dict()
    assert (plain["total"], plain["statistics"]) == (0, 12)
    frozen = bt.count(str(file), sets=["layer1.trainable=false", "input_shape=[3, 2]"]).to_dict()
    assert (frozen["total"], frozen["trainable"]) == (6, 0)
