"""Every id of a wrong answer that a key can name can be looked up."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from backtrace.errors import InputError
from backtrace.network.finding import load
from backtrace.network.quantity import LOSS, Derivative, Quantity, kept_of
from backtrace.questions.asking import exercise
from backtrace.questions.bank import bank
from backtrace.questions.hand import worked
from backtrace.questions.kinds import MODULES
from backtrace.questions.mistake_words import reason_of
from backtrace.questions.reasons import REASONS
from backtrace.questions.records import Choice, Essay, Formula, Instance
from backtrace.questions.second_update import known_twice


def ids(instance: Instance) -> Iterator[str]:
    """What the wrong answers of an exercise are called."""
    for part in instance.parts:
        answer = part.answer
        if isinstance(answer, Choice):
            yield from (option.why for option in answer.options if not option.right)
        elif isinstance(answer, Formula):
            yield from (mistake for mistake, _ in answer.wrong)
        elif not isinstance(answer, Essay):
            yield from (wrong.mistake for wrong in answer.wrong)


@pytest.mark.parametrize("kind", MODULES)
def test_every_id_of_every_kind_has_its_reason(kind: str) -> None:
    found = {id for level in (1, 2, 3) for seed in "12" for id in ids(exercise(kind, seed, level))}
    assert found or kind == "derivation-to-write"
    for id in found:
        assert reason_of(id)


def test_every_wrong_option_of_the_bank_has_its_reason_in_both_languages() -> None:
    for question in bank().values():
        for option in question.options:
            if not option.right:
                english, german = (reason_of(f"{question.id}.{option.id}", code) for code in ("en", "de"))
                assert english and german and english != german


def test_an_id_that_nothing_has_is_refused() -> None:
    with pytest.raises(InputError, match=r"no mistake is called 'paths\.addd'\n  did you mean 'paths\.added'"):
        reason_of("paths.addd")
    assert len(REASONS) > 20


def test_mistakes_of_a_second_update() -> None:
    """Worked out by hand for out = w·i with w = 1, i = 1, t = 0, η = 0.5: w⁺ = 0.5, w⁺⁺ = 0.25."""
    network = load("1-1:identity", sets=["learning_rate=0.5"])
    layer = network.layers[0]._replace(weights=((1.0,),), bias=(0.0,))
    network = network._replace(
        layers=(layer,),
        inputs=((1.0,),),
        targets=((0.0,),),
        optimizer=network.optimizer._replace(update_biases=False),
    )
    weight = Quantity("weight", 1, 1, 1, updates=2)
    found = dict(zip(*known_twice(network, [weight])(0), strict=True))
    assert found["second_update.first_gradient"] == pytest.approx(0.0)  # 0.5 − 0.5·1
    assert found["second_update.from_the_start"] == pytest.approx(0.75)  # 1 − 0.5·0.5
    assert found["second_update.not_made"] == pytest.approx(0.5)
    assert found["update.uphill"] == pytest.approx(0.75)  # 0.5 + 0.5·0.5
    after = dict(zip(*known_twice(network, [LOSS._replace(updates=2)])(0), strict=True))
    assert after["procedure.loss_before"] == pytest.approx(0.125)
    gradient = Derivative(LOSS, weight._replace(updates=0))
    assert known_twice(network, [gradient])(0)[0]


def test_of_an_optimizer_that_remembers() -> None:
    """Worked out by hand for out = w·i with w = 1, i = 1, t = 0, η = 0.5 and momentum 0.5: g = 1, Δ⁺ = 1, w⁺ = 0.5;
    g⁺ = 0.5, Δ⁺⁺ = 1, w⁺⁺ = 0."""
    network = load("1-1:identity", sets=["optimizer=momentum", "momentum=0.5", "learning_rate=0.5"])
    layer = network.layers[0]._replace(weights=((1.0,),), bias=None, has_bias=False)
    network = network._replace(layers=(layer,), inputs=((1.0,),), targets=((0.0,),))
    weight = Quantity("weight", 1, 1, 1)
    gradient = Derivative(LOSS._replace(updates=1), weight._replace(updates=1))
    kept, new = kept_of(weight, "Delta")._replace(updates=2), weight._replace(updates=2)
    keys = (gradient, kept, new)
    wrong = known_twice(network, keys)
    found = {key: dict(zip(*wrong(place), strict=True)) for place, key in enumerate(keys)}
    assert found[gradient]["second_update.first_gradient"] == pytest.approx(1.0)
    assert found[kept]["optimizer.nothing_kept"] == pytest.approx(0.5)  # g⁺ alone
    assert found[new]["optimizer.plain_step"] == pytest.approx(0.25)  # 0.5 − 0.5·0.5
    assert found[new]["optimizer.uphill"] == pytest.approx(1.0)  # 0.5 + 0.5·1
    assert not any(name.startswith("procedure.") for one in found.values() for name in one)


def test_what_adam_corrects_has_the_mistakes_of_its_line_at_both_updates() -> None:
    network = load("1-1:identity", sets=["optimizer=adam", "learning_rate=0.5"], batch=1, seed=1)
    both = [kept_of(Quantity("weight", 1, 1, 1), "m_hat")._replace(updates=n) for n in (1, 2)]
    wrong, right = known_twice(network, both), worked(network, 2)
    for place, correction in enumerate((1 - 0.9, 1 - 0.9**2)):
        found = dict(zip(*wrong(place), strict=True))
        assert found["optimizer.not_divided"] == pytest.approx(right[both[place]] * correction)
