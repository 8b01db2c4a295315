"""Two orders of Jacobians, updates on more or fewer samples, networks of growing depth."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest

from backtrace.engine import orders
from backtrace.engine.comparing import cost_of, deeper, over_depths, report, report_on, updates
from backtrace.engine.cost import cost
from backtrace.engine.orders import Jacobian, forward_order, jacobians, reverse_order
from backtrace.engine.run import run
from backtrace.engine.zoom import Zoom
from backtrace.errors import InputError, NotSupported
from backtrace.network.finding import load
from backtrace.network.quantity import LOSS, Derivative, Quantity

SHAPES = ("2-2-2", "4-3-2-1", "1-5-1", "3-1", "2-7-3-2-4", "6-1-6")


def multiplied(a: list[list[int]], b: list[list[int]]) -> tuple[list[list[int]], int]:
    """The product of two matrices, entry by entry, and how many multiplications that took."""
    done = 0
    result = [[0] * len(b[0]) for _ in a]
    for i, row in enumerate(a):
        for j in range(len(b[0])):
            for k, entry in enumerate(row):
                result[i][j] += entry * b[k][j]
                done += 1
    return result, done


def drawn(factor: Jacobian, rng: Random) -> list[list[int]]:
    return [[rng.randint(-9, 9) for _ in range(factor.columns)] for _ in range(factor.rows)]


def really_multiplied(factors: list[Jacobian], forward: bool) -> tuple[list[list[int]], list[int]]:
    rng = Random(1)
    matrices = [drawn(factor, rng) for factor in factors]
    done = []
    if forward:
        matrices.reverse()
    product = matrices[0]
    for matrix in matrices[1:]:
        product, count = multiplied(*((matrix, product) if forward else (product, matrix)))
        done.append(count)
    return product, done


@pytest.mark.parametrize("shape", SHAPES)
def test_both_orders_take_what_a_product_of_matrices_takes(shape: str) -> None:
    factors = jacobians(load(shape))
    reverse, reverse_counts = really_multiplied(factors, forward=False)
    forward, forward_counts = really_multiplied(factors, forward=True)
    assert reverse == forward
    assert [one.multiplications for one in reverse_order(factors).products] == reverse_counts
    assert [one.multiplications for one in forward_order(factors).products] == forward_counts
    assert reverse_order(factors).multiplications == sum(reverse_counts)


def test_from_the_left_every_product_is_of_a_row() -> None:
    factors = jacobians(load("4-3-2-1"))
    assert all(one.rows == 1 for one in reverse_order(factors).products)
    assert [one.factor.kind for one in reverse_order(factors).products] == ["activation", "layer", "layer", "layer"]
    assert [one.factor.layer for one in forward_order(factors).products] == [2, 3, 3, 3]


def test_equal_width_by_hand() -> None:
    n, layers = 5, 4
    factors = jacobians(load("-".join([str(n)] * (layers + 1))))
    assert reverse_order(factors).multiplications == (layers + 1) * n**2
    assert forward_order(factors).multiplications == layers * n**3 + n**2


def test_a_wrong_size_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    factors = jacobians(load("4-3-2-1"))
    expected = really_multiplied(factors, forward=True)[1]
    monkeypatch.setattr(orders.Product, "multiplications", property(lambda one: one.rows * one.columns))
    assert [one.multiplications for one in forward_order(factors).products] != expected


def test_the_jacobians_are_those_of_the_network() -> None:
    """∇E·Dσ·DL²·DL¹ with this network's numbers is its gradient by the input: the sizes belong to real matrices."""
    network = load("mazur")
    step = run(network).first.samples[0]
    weights = [layer.weights for layer in network.layers]
    assert weights[0] is not None and weights[1] is not None
    slopes = [[y * (1 - y) for y in outs] for outs in step.out]
    error = [[-(t - y) for t, y in zip(step.targets, step.out[1], strict=True)]]
    d_sigma = [[slopes[1][j] * (i == j) for j in range(2)] for i in range(2)]
    d_l2 = [[weights[1][i][j] * slopes[0][j] for j in range(2)] for i in range(2)]
    chain = [error, d_sigma, d_l2, [list(row) for row in weights[0]]]
    assert [(len(m), len(m[0])) for m in chain] == [(f.rows, f.columns) for f in jacobians(network)]
    product = chain[0]
    for matrix in chain[1:]:
        product, _ = multiplied(product, matrix)  # type: ignore[arg-type]
    by_delta = [sum(step.delta[0][j] * weights[0][j][i] for j in range(2)) for i in range(2)]
    assert product[0] == pytest.approx(by_delta, rel=1e-12)


def test_an_update_on_more_samples_costs_in_proportion() -> None:
    network = load("mazur", batch=6, seed=1)
    batch, half, single = updates(network, backward=16)
    assert [(u.samples, u.updates) for u in (batch, half, single)] == [(6, 1), (3, 2), (1, 6)]
    assert batch.forward == 8 and batch.parameters == 8  # mazur leaves its biases alone
    assert batch.per_update == 6 * 24 + 8 and single.per_update == 24 + 8
    assert [u.per_epoch for u in (batch, half, single)] == [6 * 24 + 8, 6 * 24 + 2 * 8, 6 * 24 + 6 * 8]
    assert [u.updates for u in updates(network, 16, batch=4)] == [1, 2, 6]
    assert updates(load("mazur"), 16) == ()


def test_the_report_is_of_one_sample_whatever_the_batch() -> None:
    assert report(load("mazur", batch=5, seed=1)).cost == report(load("mazur")).cost
    assert report(load("mazur")).updates == ()


@pytest.mark.parametrize(
    ("key", "name", "products"),
    [
        (Quantity("weight", 1, 1, 1), "dE/dw1_1_1", 8),
        (Quantity("delta", 1, 1), "dE/dnet1_1", 6),
        (Derivative(Quantity("loss_term", unit=1), Quantity("weight", 1, 1, 1)), "dE_1/dw1_1_1", 4),
        (Derivative(Quantity("out", 2, 1), Quantity("input", unit=2)), "dout2_1/di2", 6),
        (Quantity("out", 1, 1, sample=2), "dE/dout1_1", 4),
    ],
)
def test_one_gradient(key: Quantity | Derivative, name: str, products: int) -> None:
    found, shown = report_on(load("mazur", batch=2, seed=1), key)
    assert (shown, found.orders, found.updates) == (name, (), ())
    assert found.cost.way("paths").multiplications == products


@pytest.mark.parametrize(
    "key",
    [
        Quantity("weight", 1, 1, 1, updates=1),
        Quantity("weight", 1),
        Derivative(LOSS, Quantity("weight", 1, 1, 1), via=Quantity("wire", unit=1)),
        Quantity("wire", unit=1),
        Quantity("target", unit=1),
        LOSS,
    ],
)
def test_what_is_no_gradient_is_refused(key: Quantity | Derivative) -> None:
    with pytest.raises(InputError) as refused:
        report_on(load("mazur"), key)
    assert refused.value.hint


def test_growing_depth_keeps_input_output_and_loss() -> None:
    grid = load("grid")
    grown = deeper(grid, 4, 7)
    assert [grown.size(n) for n in range(5)] == [4, 7, 7, 7, 1]
    assert (grown.loss, grown.numeric) == (grid.loss, False)
    assert deeper(load("2-3:softmax"), 2, 2).layers[0].activation.name == "sigmoid"


def test_over_depths_reuse_grows_linearly_and_paths_by_the_width() -> None:
    rows = list(over_depths(load("3-3"), 1, 12, 3))
    assert [row.layers for row in rows] == list(range(1, 13))
    assert [row.cost for row in rows[:4]] == [cost_of(load("-".join("3" * (d + 1)))) for d in range(1, 5)]
    added = {b.cost.way("reuse").multiplications - a.cost.way("reuse").multiplications for a, b in pairwise(rows)}
    assert added == {2 * 3 * 3 + 3}
    for a, b in pairwise(rows):
        assert b.cost.paths == 3 * a.cost.paths + rows[0].cost.paths
        assert b.cost.way("paths").multiplications > 3 * a.cost.way("paths").multiplications


@pytest.mark.parametrize(
    ("first", "last", "units", "said"),
    [
        (0, 3, 2, "no range of depths"),
        (3, 2, 2, "no range of depths"),
        (1, 101, 2, "too many"),
        (1001, 1001, 2, "none above 1000"),
        (1, 2, 0, "0 units"),
    ],
)
def test_depths_that_are_refused(first: int, last: int, units: int, said: str) -> None:
    with pytest.raises(InputError) as refused:
        list(over_depths(load("2-2"), first, last, units))
    assert said in str(refused.value)


def test_a_network_too_large_to_count_is_refused_at_once() -> None:
    with pytest.raises(NotSupported, match="2000000 weights are too many"):
        cost_of(load("1000-2000"))
    with pytest.raises(NotSupported, match="too many to count"):
        list(over_depths(load("2-2"), 1, 100, 10_000))


def test_a_mini_batch_larger_than_the_data_is_refused() -> None:
    with pytest.raises(InputError, match="a mini-batch of 7 cannot be taken from 6 samples"):
        updates(load("mazur", batch=6, seed=1), 16, batch=7)
    with pytest.raises(InputError, match="from 1 sample"):
        updates(load("mazur"), 16, batch=2)


def test_every_zoom_can_be_counted() -> None:
    """At gate zoom, too: there each wire is a node and its factor 1 costs nothing."""
    from backtrace.engine.build import build

    network = load("mazur")
    gates = cost(Zoom(build(network), lambda key: True), LOSS, network.parameters())
    assert [way.multiplications for way in gates.ways] == [way.multiplications for way in cost_of(network).ways]
