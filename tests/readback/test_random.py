"""Pages of networks drawn by Hypothesis, read back line by line."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backtrace.derivation.derive import derive
from backtrace.derivation.steps import Derivation
from backtrace.derivation.workspace import Choices
from backtrace.errors import InputError, NotSupported
from backtrace.network.records import Network
from backtrace.notation.loading import load_profile
from backtrace.render.options import PageOptions
from tests.engine.strategies import EVERY, networks
from tests.readback.cases import DETAILS, NOTATIONS, PAGES, VIEWS
from tests.readback.checking import cells
from tests.readback.pages import check

SMALL = networks(layers=3, width=3, samples=3, activations=EVERY)
pages = st.sampled_from(sorted(PAGES))
choices = st.tuples(*map(st.sampled_from, (NOTATIONS, VIEWS, DETAILS)))
EXAMPLES = settings(max_examples=60, suppress_health_check=list(HealthCheck))


def derived(network: Network, notation: str, view: str, detail: str, parameter: int = -1, **more: object) -> Derivation:
    """The whole step, or what one parameter needs; None where this cannot be shown."""
    asked = [network.parameters()[parameter % len(network.parameters())]] if parameter >= 0 else []
    return derive(network, asked, load_profile(notation), Choices(view=view, detail=detail, **more))


def usable(derivation: Derivation) -> bool:
    """Whether the numbers are of a size at which comparing them says something."""
    return all(abs(x) < 1e8 for value in derivation.values.values() for x in cells(value))


@EXAMPLES
@given(SMALL, choices, pages, st.integers(-1, 60), st.sampled_from([3, 6, 10]), st.sampled_from(["full", "rounded"]))
def test_every_line_is_true_as_printed(
    network: Network, chosen: tuple[str, str, str], page: str, parameter: int, digits: int, carry: str
) -> None:
    if chosen[2] == "calculus":  # no rule of calculus leads to the updated weight that output_first goes on with
        network = network._replace(optimizer=network.optimizer._replace(order="simultaneous"))
    try:
        derivation = derived(network, *chosen, parameter, carry=carry, digits=digits)
    except (NotSupported, InputError):
        return
    if not usable(derivation):
        return
    if digits > 6:
        page = page.replace("-narrow", "")  # three columns of such numbers are wider than a narrow page
    report = check(derivation, page.partition("-")[0], PageOptions(digits=digits, **PAGES[page]))
    assert not report.problems, "\n".join(report.problems[:3])


@EXAMPLES
@given(SMALL, choices, pages, st.integers(-1, 60))
def test_networks_without_numbers(network: Network, chosen: tuple[str, str, str], page: str, parameter: int) -> None:
    """Symbols alone: no numbers but those of the formulas, and right with the numbers of a network of this shape."""
    network = one_sample(network)
    bare = network._replace(
        inputs=None,
        targets=None,
        layers=tuple(layer._replace(weights=None, bias=None) for layer in network.layers),
        optimizer=network.optimizer._replace(learning_rate=None),
    )
    try:
        derivation = derived(bare, *chosen, parameter)
        numbers = every_number(network, chosen, parameter)
    except (NotSupported, InputError):
        return
    assert not derivation.values
    report = check(derivation, page.partition("-")[0], PageOptions(**PAGES[page]), values=numbers)
    assert not report.problems, "\n".join(report.problems[:3])


def one_sample(network: Network) -> Network:
    """The network with one sample, for that is what a network without data is shown for."""
    assert network.inputs and network.targets
    optimizer = network.optimizer._replace(order="simultaneous")
    return network._replace(inputs=network.inputs[:1], targets=network.targets[:1], optimizer=optimizer)


def every_number(network: Network, chosen: tuple[str, str, str], parameter: int) -> dict:
    """The numbers of all quantities that the view names, asked for this and for the whole step."""
    return derived(network, *chosen[:2], "factors").values | derived(network, *chosen, parameter).values
