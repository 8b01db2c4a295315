"""The wrong answers to all parts of an exercise by one compiled function: the same bits as one by one."""

from __future__ import annotations

import pytest

from backtrace.mistakes.applied import calculation_of
from backtrace.network.quantity import Key
from backtrace.questions.slips import WORTH, Together
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
        for key in keys[:: 2 if network is networks[-1] else 7]:
            lines, plain = together.workings[key].one_by_one(calculation_of(network))
            names, values = wrong(key)
            assert [*names] == [line.mistake.id for line in lines]
            assert [*map(repr, values)] == [*map(repr, plain)]
    # With output_first the step is another one than is worked out by hand.
    assert (together.compiled is None) == ("order=output_first" in sets)
