"""Where a mistake would come to the right answer, numbers are drawn anew: counts have no digits to raise."""

from __future__ import annotations

import pytest

from backtrace.questions.asking import exercise
from backtrace.questions.kind.perceptron_run import run
from backtrace.questions.records import LEVELS, Whole


def wrong(kind: str, level: int, ask: str, seed: int) -> list[set[str]]:
    """The mistakes behind the wrong answers to every part that asks for that."""
    parts = exercise(kind, str(seed), level).parts
    return [{one.mistake for one in part.answer.wrong} for part in parts if part.ask.key == ask]  # type: ignore[union-attr]


@pytest.mark.parametrize("seed", range(40))
def test_a_mistake_that_is_applicable_is_seen(seed: int) -> None:
    for level in (2, 3):
        assert all("paths.added" in one for one in wrong("paths", level, "paths_how_many", seed))
        assert all("count.bias_on_wrong_side" in one for one in wrong("parameter-count", level, "count_of_layer", seed))
    for level in LEVELS:
        epoch = exercise("updates-per-epoch", str(seed), level)
        assert epoch.settings["batch"] != epoch.parts[0].answer.value  # type: ignore[union-attr]
        assert all(
            "order.other_direction" in one for one in wrong("order-of-multiplication", level, "order_left", seed)
        )


@pytest.mark.parametrize("level", LEVELS)
def test_every_mistake_shows_in_every_weight_of_a_perceptron(level: int) -> None:
    for seed in range(10):
        made = exercise("perceptron-run", str(seed), level)
        assert made.network and made.network.inputs and made.network.targets
        rows = zip(made.network.inputs, made.network.targets, strict=True)
        points = [(int(x), int(y), int(t)) for (x, y, _), (t,) in rows]
        right = [part.answer.value for part in made.parts if isinstance(part.answer, Whole)][1:]
        for way in ({"targets": False}, {"always": True}):
            assert all(a != b for a, b in zip(run(points, **way)[-1][1], right, strict=True))
        first_round = [weights for _, weights, round in run(points) if round == 1]
        assert all(a != b for a, b in zip(first_round[-1], right, strict=True))
