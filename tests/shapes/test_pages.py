"""Pages of counts: they fit their paper and their window, and are plain ASCII where that is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

import backtrace as bt
from backtrace.render.options import PageOptions
from tests.render.test_documents import compiled, in_one

MANY = """
[data]
input_shape = [20]
[[layers]]
name = "words"
type = "embedding"
num_embeddings = 1000
embedding_dim = 16
[[layers]]
type = "gru"
hidden_size = 8
bidirectional = true
[[layers]]
type = "multi_head_attention"
num_heads = 4
[[layers]]
type = "add"
from = ["layer 2", "layer 3"]
[[layers]]
type = "transpose"
[[layers]]
type = "batch_norm"
[[layers]]
type = "conv1d"
out_channels = 4
kernel_size = 4
stride = 3
rounding = "floor"
"""


@pytest.fixture
def many(tmp_path: Path) -> str:
    """A file with layers of many kinds."""
    file = tmp_path / "many.toml"
    file.write_text(MANY, encoding="utf-8")
    return str(file)


def test_documents_compile_and_fit(many: str, pdflatex: str, tmp_path: Path) -> None:
    networks = ("vgg16", "alexnet", "lenet5-1998", "K-L-M-N", "1024-20-15-10", many)
    options = PageOptions(standalone=True)
    pages = [bt.count(network, batch=50, samples=5000).page("latex", options) for network in networks]
    assert "Overfull" not in compiled(pdflatex, in_one(pages), tmp_path)


@pytest.mark.parametrize("width", [60, 84, 120])
def test_pages_fit_the_window(many: str, width: int) -> None:
    for network in ("vgg16", "1024-20-15-10", many):
        page = bt.count(network, batch=50, samples=5001).page("terminal", PageOptions(width=width))
        assert max(len(line) for line in page.splitlines()) <= width


def test_ascii(many: str) -> None:
    for network in ("lenet5", "K-L-M-N", many):
        page = bt.count(network).page("terminal", PageOptions(ascii=True))
        assert page.isascii() and "\\" not in page
    assert "floor((20 - 4 + 2*0)/3 + 1) = 6" in bt.count(many).page("terminal", PageOptions(ascii=True))


def test_inputs_are_named_where_they_are_not_the_layer_before(many: str) -> None:
    assert "N×20×16, N×20×16 from layer 2, layer 3" in bt.count(many).page()
    assert " from " not in bt.count("lenet5").page().split("\n\n")[2]


def test_a_loaded_network_and_what_is_said_of_it() -> None:
    page = bt.count(bt.load("mazur", notation="nielsen")).page()
    assert "All of them are trainable." in page
    page_of_1998 = bt.count("lenet5-1998").page().replace("\n", " ")
    assert "60000 of them are trainable. These stay as they are:" in page_of_1998
    assert "a sample is a column" in page
    with pytest.raises(bt.InputError, match="changed when it is loaded"):
        bt.count(bt.load("mazur"), sets=["w1=2"])
    with pytest.raises(bt.InputError, match="samples must be a whole number"):
        bt.count("mazur", samples=0)
