"""The wrong answers to all parts of an exercise by one compiled function: the same bits as one by one."""

from __future__ import annotations

import pytest

from backtrace.engine import structure
from backtrace.mistakes.applied import calculation_of
from backtrace.network.quantity import Key, Quantity
from backtrace.questions import slips
from backtrace.questions.slips import WORTH, Together, known
from tests.mistakes.test_plan import NETWORKS, numbered, quantities


@pytest.mark.parametrize(("name", "sets", "batch"), NETWORKS)
def test_compiled_and_plain_give_the_same_bits(name: str, sets: tuple[str, ...], batch: int) -> None:
    networks = [numbered(name, seed, *sets, batch=batch) for seed in range(WORTH + 2)]
    if networks[0].loss.targets != "any":
        networks = [network._replace(targets=networks[0].targets) for network in networks]
    keys: list[Key] = [key for key in quantities(networks[0]) if calculation_of(networks[0]).form(key) is not None]
    together = Together(networks[0], tuple(keys))
    for network in networks:
        wrong = together.on(network)
        for place in range(0, len(keys), 2 if network is networks[-1] else 7):
            lines, plain = together.workings[place].one_by_one(calculation_of(network))
            names, values = wrong(place)
            assert [*names] == [line.mistake.id for line in lines]
            assert [*map(repr, values)] == [*map(repr, plain)]
    # With output_first the step is another one than is worked out by hand.
    assert (together.compiled is None) == ("order=output_first" in sets)


NEW = Quantity("weight", 1, 1, 1, updates=1)
RATES = ("0.2", "0.5", "1")


def of_rates(monkeypatch: pytest.MonkeyPatch, anew: bool) -> list[list[str]]:
    """The mistakes with an update on two samples at each rate; anew: without what the one before has left."""
    found: list[list[str]] = []
    for rate in RATES:
        if anew or not found:
            monkeypatch.setattr(structure, "_known", {})
        names, _ = known(numbered("2-1", 1, f"learning_rate={rate}", batch=2), [NEW])(0)
        found.append([*names])
    return found


def test_what_is_a_mistake_does_not_depend_on_the_rate_met_first(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = of_rates(monkeypatch, anew=True)
    assert ["update.no_rate" in names for names in alone] == [True, False, False]
    assert of_rates(monkeypatch, anew=False) == alone
    monkeypatch.setattr(slips, "_settled", lambda network: None)
    assert of_rates(monkeypatch, anew=False) != alone
