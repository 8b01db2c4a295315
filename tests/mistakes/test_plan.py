"""Wrong lines are written once for all networks alike: nothing may depend on the numbers unnoticed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

import pytest

from backtrace.engine.structure import structure_of
from backtrace.errors import InternalFault
from backtrace.expression.evaluate import evaluate
from backtrace.expression.tree import ONE, ZERO, Expr, symbol
from backtrace.mistakes.applied import calculation_of, every_slip, workings
from backtrace.mistakes.calculation import Calculation
from backtrace.mistakes.case import Case
from backtrace.mistakes.catalogue import OF_STEP
from backtrace.mistakes.plan import wrong_lines
from backtrace.mistakes.records import Mistake
from backtrace.mistakes.right_line import WORTH
from backtrace.network.finding import load
from backtrace.network.quantity import LOSS, Derivative, Key, Quantity, kept_of
from backtrace.network.records import Network

NET = Quantity("net", 1, 1)
SOME = next(iter(OF_STEP.values()))
LOOKS: dict[str, Callable[[Case], Iterator[Expr | float]]] = {
    "the value of a quantity": lambda case: iter([ONE if case.calculation.value(NET) > 0 else ZERO]),
    "the value of a formula": lambda case: iter([ONE if case.calculation.evaluate(symbol(NET)) > 0 else ZERO]),
    "an input": lambda case: iter([ONE if case.network.inputs[0][0] > 0 else ZERO]),  # type: ignore[index]
    "a target": lambda case: iter([ONE if case.network.targets_of(0)[0] > 0 else ZERO]),  # type: ignore[index]
    "a weight": lambda case: iter([ONE if case.layer.weights[0][0] > 0 else ZERO]),  # type: ignore[index]
    "a bias": lambda case: iter([ONE if len(set(case.layer.bias or ())) == 1 else ZERO]),
    "a parameter": lambda case: iter([ONE if case.network.value(case.weights[0]) else ZERO]),
    "a number as what it makes": lambda case: iter([0.5]),
}


@pytest.mark.parametrize("what", LOOKS)
def test_a_mistake_that_looks_at_numbers_unsaid_is_our_own_fault(what: str) -> None:
    fault = SOME._replace(at=("net",), make=LOOKS[what])
    structure = structure_of(load("mazur"))
    with pytest.raises(InternalFault, match="looks at numbers"):
        wrong_lines(structure, NET, lambda: [fault])
    said = wrong_lines(structure, NET, lambda: [fault._replace(reads=True)])
    assert [line.form for line in said] == [None]


def test_a_mistake_that_has_nothing_to_say_of_a_structure_is_not_asked_again() -> None:
    structure = structure_of(numbered("2-2-1", 1, batch=1))
    looks = SOME._replace(at=("net",), make=LOOKS["a weight"], reads=True)
    silent = looks._replace(make=lambda case: iter(()))
    assert [line.mistake for line in wrong_lines(structure, NET, lambda: [silent, looks])] == [looks]


def test_the_first_network_of_a_structure_may_have_no_numbers() -> None:
    """Wrong lines do not come from its numbers, and so do not miss them either."""
    network = numbered("2-3-3-1:tanh", 1, batch=2)
    with_none = network._replace(
        inputs=((0.0, 0.0),) * 2, targets=None, layers=tuple(layer._replace(weights=None) for layer in network.layers)
    )
    assert structure_of(with_none).network is with_none and structure_of(network) is structure_of(with_none)
    update = Quantity("weight", 1, 1, 1, updates=1)
    assert "batch.online" in [slip.mistake.id for slip in every_slip(network, update)]


def numbered(name: str, seed: int, *sets: str, batch: int = 1) -> Network:
    if name == TIED:
        untied = numbered("2-2-2", seed, *sets, batch=batch)
        above = untied.layers[1]._replace(weights=untied.layers[0].weights, tied_to=1)
        return untied._replace(layers=(untied.layers[0], above))
    return load(name, sets=["learning_rate=0.5", *sets], batch=batch, seed=seed)


TIED = "2-2-2 with a tied layer"
NETWORKS = (
    (TIED, (), 1),
    ("2-2-2", (), 1),
    ("2-3-2:tanh,identity", ("loss=squared_error", "order=output_first"), 1),
    ("3-2-1:relu", ("loss.l2=0.1", "layer1.shared_bias=true"), 2),
    ("2-2-3:sigmoid,softmax", ("loss=cross_entropy", "update_biases=false"), 3),
    ("3-3-3:leaky_relu,identity", ("loss=softmax_cross_entropy",), 1),
    ("2-2-1", ("optimizer=adam",), 1),
    ("2-2-1", ("optimizer=momentum", "clip_norm=0.1"), 2),
)


def quantities(network: Network) -> list[Key]:
    calculation = calculation_of(network)
    found: list[Key] = [key for key in calculation.graph.keys if isinstance(key, Quantity)]
    found += [key._replace(kind="delta") for key in calculation.graph.keys if key.kind == "net"]  # type: ignore[union-attr]
    for p in network.parameters():
        found += [
            Derivative(LOSS, p),
            p._replace(updates=1),
            kept_of(p, "m")._replace(updates=1),
            kept_of(p, "v")._replace(updates=1),
        ]
    return [*found, LOSS._replace(updates=1)]


def passing(keys: list[Key]) -> list[Key]:
    """What the pass through the units leaves, which a person may have other numbers for."""
    return [key for key in keys if isinstance(key, Quantity) and key.kind in ("net", "out", "delta")]


def fresh(network: Network, key: Key) -> Iterator[tuple[Mistake, object]]:
    """What the mistakes make of these very numbers, asked one by one."""
    calculation = calculation_of(network)
    case = Case(calculation, key)
    for mistake in OF_STEP.values():
        if case.kind in mistake.at and not mistake.reads:
            yield from ((mistake, form) for form in mistake.make(case))


def speaking(network: Network, key: Key) -> Iterator[Mistake]:
    """The mistakes that look at numbers and have something to say of these."""
    case = Case(calculation_of(network), key)
    for mistake in OF_STEP.values():
        if case.kind in mistake.at and mistake.reads and any(True for _ in mistake.make(case)):
            yield mistake


@pytest.mark.parametrize(("name", "sets", "batch"), NETWORKS)
def test_what_is_kept_of_a_structure_holds_on_its_other_networks(name: str, sets: tuple[str, ...], batch: int) -> None:
    networks = [numbered(name, seed, *sets, batch=batch) for seed in (1, 2)]
    if networks[0].loss.whole:  # its targets say which terms there are
        networks[1] = networks[1]._replace(targets=networks[0].targets)
    one, other = (structure_of(network) for network in networks)
    assert one is other
    for key in quantities(networks[0]):
        kept = [(line.mistake, line.form) for line in wrong_lines(one, key) if line.form is not None]
        asked = {line.mistake for line in wrong_lines(one, key) if line.form is None}
        for network in networks:
            assert kept == list(fresh(network, key))
            assert all(mistake in asked for mistake in speaking(network, key))


@pytest.mark.parametrize(("name", "sets", "batch"), NETWORKS)
def test_compiled_and_plain_workings_give_the_same_bits(name: str, sets: tuple[str, ...], batch: int) -> None:
    draw = Random(7)
    networks = [numbered(name, seed, *sets, batch=batch) for seed in range(7)]
    if networks[0].loss.whole:
        networks = [network._replace(targets=networks[0].targets) for network in networks]
    keys = quantities(networks[0])
    for network in networks:
        right = calculation_of(network)
        given = [key for key in passing(keys) if draw.random() < 0.5]
        for calculation in (right, Calculation(network, {key: draw.random() for key in given})):
            for key in keys:
                found = workings(calculation, key)
                lines, values = found.on(calculation)
                plain, exact = found.one_by_one(calculation)
                assert [line.mistake.id for line in lines] == [line.mistake.id for line in plain]
                assert [repr(value) for value in values] == [repr(value) for value in exact]
    assert all(workings(right, key).compiled is not None for key in keys if workings(right, key).lines)


def test_a_weight_of_a_tied_layer_can_be_counted_once() -> None:
    network = numbered(TIED, 1)
    gradient = Derivative(LOSS, Quantity("weight", 1, 1, 1))
    once = next(slip for slip in every_slip(network, gradient) if slip.mistake.id == "weight_gradient.used_once")
    delta, i1 = (
        calculation_of(network).value(Quantity("delta", 1, 1)),
        calculation_of(network).value(Quantity("input", 0, 1)),
    )
    assert once.value == pytest.approx(delta * i1)


def test_a_network_of_another_kind_has_another_structure() -> None:
    base = numbered("2-2-1", 1)
    others = [
        numbered("2-2-2", 1),
        numbered("2-2-1:tanh", 1),
        numbered("2-2-1", 1, "loss=squared_error"),
        numbered("2-2-1", 1, "update_biases=false"),
        numbered("2-2-1", 1, "order=output_first"),
        numbered("2-2-1", 1, "optimizer=adam"),
        numbered("2-2-1", 1, "loss.l2=0.1"),
        numbered("2-2-1", 1, "layer2.shared_bias=true"),
        numbered("2-2-1", 1, batch=2),
        load("2-2-1", batch=1, seed=1),
        base._replace(of_samples=3),
    ]
    assert len({id(structure_of(network)) for network in (base, *others)}) == len(others) + 1


def test_the_network_asked_for_last_is_not_taken_for_another_with_other_numbers() -> None:
    one, other = numbered("2-2-1", 1), numbered("2-2-1", 2)
    first = [slip.value for slip in every_slip(one, NET)]
    assert first != [slip.value for slip in every_slip(other, NET)]
    assert first == [slip.value for slip in every_slip(one, NET)]


@pytest.mark.parametrize(("name", "sets", "batch"), NETWORKS)
def test_compiled_right_lines_give_the_same_bits(name: str, sets: tuple[str, ...], batch: int) -> None:
    draw = Random(9)
    network = numbered(name, 1, *sets, batch=batch)
    keys = quantities(network)
    given = passing(keys)
    for _ in range(3 * WORTH):
        own = {key: draw.random() for key in given if draw.random() < 0.5}
        calculation = Calculation(network, own)
        for key in keys:
            form = calculation.form(key)
            if form is not None and key not in own and form != symbol(key):
                try:
                    right = evaluate(form, calculation.value)  # type: ignore[arg-type]
                except KeyError:
                    continue
                line = calculation.line(key)
                assert line is not None and repr(line.value(calculation.value, calculation.evaluate)) == repr(right)
                assert line.compiled is not None or line.uses < WORTH
