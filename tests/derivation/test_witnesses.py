"""What a page states is what the engine computed: every view against the gradients, deltas and updates of the trace."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backtrace.derivation.derive import VIEWS, derive
from backtrace.derivation.gradients import symbolic_gradients
from backtrace.derivation.steps import Derivation, Step
from backtrace.derivation.workspace import Choices
from backtrace.engine.build import sample_numbers
from backtrace.engine.run import run
from backtrace.engine.scalar import ScalarStep, reduced
from backtrace.expression.evaluate import evaluate
from backtrace.network.finding import load
from backtrace.network.quantity import LOSS, SHARED, Derivative, Key, Quantity
from backtrace.network.records import Network
from backtrace.notation.loading import load_profile, profile_names
from tests.engine.strategies import networks
from tests.engine.witnesses import drawn_step, scalar_step

Stated = tuple[Key, float]
SMALL = networks(layers=3, width=3, samples=2)
SHALLOW = networks(layers=2, width=2, samples=2)


def stated(derivation: Derivation) -> Iterator[Stated]:
    """Every number that the page states about a named quantity; a matrix line states one for each of its cells."""
    for step in derivation.steps():
        if step.value is None or step.left.op != "symbol" or step.statement:
            continue
        key = step.left.args[0]
        if isinstance(step.value, float):
            yield key, step.value
        else:
            yield from _cells(derivation, key, step)


def _cells(derivation: Derivation, key: Key, step: Step) -> Iterator[Stated]:
    """The cells of a matrix, by the quantity that each is about. In row orientation a weight matrix is in×out."""
    assert isinstance(step.value, tuple)
    whole = key.by if isinstance(key, Derivative) else key
    by_row = derivation.profile.orientation == "row"
    cells = step.value if by_row else tuple(zip(*step.value, strict=True))
    samples = sample_numbers(derivation.network)
    for r, row in enumerate(cells):
        for c, value in enumerate(row):
            if whole.kind == "weight":
                cell = whole._replace(unit=c + 1, source=r + 1)
            elif whole.kind == "bias":
                shared = derivation.network.layers[whole.layer - 1].shared_bias
                cell = whole._replace(unit=SHARED if shared else c + 1)
            elif isinstance(key, Derivative) and key.of.kind == "out":  # a Jacobian
                cell = whole._replace(unit=c + 1)
                yield Derivative(key.of._replace(unit=r + 1), cell), step.value[r][c]
                continue
            elif whole.kind == "margins":
                continue
            else:
                cell = whole._replace(unit=c + 1, sample=samples[r])
            yield (Derivative(key.of, cell) if isinstance(key, Derivative) else cell), value


def agree(found: float, expected: float, step: ScalarStep) -> bool:
    """To 1e-9, relative to the largest gradient of the step: sums of cancelling terms lose no more than that."""
    scale = max([1e-3, *(abs(g) for g in step.gradients.values())])
    return abs(found - expected) <= 1e-9 * max(scale, abs(expected))


def check(network: Network, step: ScalarStep, derivation: Derivation) -> set[Key]:
    """Compares what is stated with the trace; gives the parameters whose gradient was."""
    seen: set[Key] = set()
    graph = step.graph
    for key, value in stated(derivation):
        if isinstance(key, Derivative):
            if key.of == LOSS and key.via is None and key.by in step.gradients:
                seen.add(key.by)
                assert agree(value, step.gradients[key.by], step), key
            elif (key.of.kind, key.by.kind) == ("out", "net") and key.of.layer == key.by.layer:
                nodes = graph.operands[graph.index[key.of]]
                edges = {
                    graph.keys[node]: edge for node, edge in zip(nodes, graph.edges(graph.index[key.of]), strict=True)
                }
                assert agree(value, step.sweep.local[edges[key.by]], step), key
            elif (
                key.of.kind in ("loss", "data_loss")
                and key.via is None
                and key.by.kind in ("wire", "net", "out", "input")
            ):
                of_sample = step.sweep.gradient[graph.index[key.by]]
                # The matrix view works with each sample's own loss up to the parameters.
                own = key.of.sample == key.by.sample or derivation.view == "matrix"
                assert agree(value, of_sample if own else reduced(network, of_sample), step), key
        elif key.kind == "delta":
            expected = step.sweep.gradient[graph.index[key._replace(kind="net")]]
            assert agree(value, derivation.profile.delta_sign * expected, step), key
        elif key.updates and key._replace(updates=0) in step.updated:
            assert agree(value, step.updated[key._replace(updates=0)], step), key
        elif key == LOSS._replace(updates=1):
            assert value == pytest.approx(run(network, engine="scalar").history[1], rel=1e-9, abs=1e-12)
        elif key in graph.index:
            assert value == pytest.approx(step[key], rel=1e-12, abs=1e-15), key
    return seen


@pytest.mark.parametrize("view", VIEWS)
@given(network=SMALL, notation=st.sampled_from(profile_names()))
@settings(max_examples=60)
def test_the_whole_step_states_the_engines_numbers(view: str, network: Network, notation: str) -> None:
    step = drawn_step(network)
    derivation = derive(network, (), load_profile(notation), Choices(view=view))
    assert check(network, step, derivation) == set(network.parameters())


@pytest.mark.parametrize("view", VIEWS)
@given(network=SHALLOW, notation=st.sampled_from(profile_names()), detail=st.sampled_from(["factors", "calculus"]))
@settings(max_examples=15)
def test_every_parameter_asked_for_has_the_engines_gradient(
    view: str, network: Network, notation: str, detail: str
) -> None:
    step = drawn_step(network)
    for parameter in network.parameters():
        page = derive(network, (parameter,), load_profile(notation), Choices(view=view, detail=detail, paths=None))
        assert parameter in check(network, step, page)


@given(network=SMALL)
@settings(max_examples=30)
def test_two_profiles_agree_on_delta_up_to_its_sign(network: Network) -> None:
    drawn_step(network)
    pages = [derive(network, (), load_profile(name), Choices(view="delta")) for name in ("mazur", "rumelhart")]
    plus, minus = (dict(stated(page)) for page in pages)
    assert plus.keys() == minus.keys()
    assert any(isinstance(key, Quantity) and key.kind == "delta" for key in plus)
    for key, value in plus.items():
        sign = -1 if isinstance(key, Quantity) and key.kind == "delta" else 1
        assert minus[key] == pytest.approx(sign * value, rel=1e-12, abs=1e-15), key


@given(network=SMALL.filter(lambda network: network.optimizer.order == "simultaneous"))
@settings(max_examples=40)
def test_the_symbolic_gradients_are_those_of_the_engine(network: Network) -> None:
    step = drawn_step(network)
    known: dict[Key, float] = dict(zip(step.graph.keys, step.values, strict=True))
    for key, form in symbolic_gradients(network).items():
        known[key] = evaluate(form, lambda name: known[name])  # type: ignore[index]
    for parameter, gradient in step.gradients.items():
        assert isinstance(parameter, Quantity)
        assert agree(known[Derivative(LOSS, parameter)], gradient, step)


@pytest.mark.parametrize("view", VIEWS)
def test_a_wrong_number_on_a_page_is_caught(view: str) -> None:
    network = load("mazur")
    step = scalar_step(network)
    page = derive(network, (), load_profile("mazur"), Choices(view=view))
    check(network, step, page)
    w1 = Quantity("weight", 1, 1, 1)
    step.gradients[w1] += 1e-6
    with pytest.raises(AssertionError):
        check(network, step, page)
