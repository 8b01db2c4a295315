"""The gate: no mistake may look right at the digits asked."""

from __future__ import annotations

import pytest

from backtrace.errors import InputError
from backtrace.mistakes.catalogue import CATALOGUE
from backtrace.mistakes.records import Slip
from backtrace.network.finding import load
from backtrace.network.quantity import Derivative, Key, Quantity
from backtrace.network.records import Network
from backtrace.questions.answers import Sheet, gated, unit
from backtrace.questions.records import Wrong
from backtrace.questions.sampling import Fault, tried

OUT = Quantity("out", 2, 1)
MAZUR = load("mazur")
SOME = next(iter(CATALOGUE.values()))


def slipping(*shifts: float):  # type: ignore[no-untyped-def]
    def slips(network: Network, key: Key) -> list[Slip]:
        value = Sheet(network, 4, lambda n, k: []).exact[key]
        return [Slip(SOME._replace(id=f"planted.{n}"), value + shift) for n, shift in enumerate(shifts)]

    return slips


def test_a_mistake_far_away_needs_no_more_digits() -> None:
    answer = Sheet(MAZUR, 3, slipping(0.1)).numeric(OUT)
    assert answer.digits == 3 and len(answer.wrong) == 1


def test_a_mistake_that_looks_right_raises_the_digits() -> None:
    answer = Sheet(MAZUR, 3, slipping(3e-4)).numeric(OUT)
    assert answer.digits == 4
    assert not answer.low <= answer.wrong[0].value <= answer.high  # type: ignore[operator]


def test_two_mistakes_that_look_alike_raise_the_digits() -> None:
    assert Sheet(MAZUR, 3, slipping(0.1, 0.1001)).numeric(OUT).digits > 3


def test_a_mistake_that_cannot_be_seen_at_six_digits_is_a_fault() -> None:
    with pytest.raises(Fault, match="six digits"):
        Sheet(MAZUR, 3, slipping(1e-8)).numeric(OUT)


def test_a_mistake_that_gives_the_right_answer_is_a_fault_unless_it_always_does() -> None:
    coincided: dict[str, int] = {}
    for _ in range(2):
        with pytest.raises(Fault, match="gives the right answer"):
            Sheet(MAZUR, 3, slipping(0.0), coincided=coincided).numeric(OUT)
    assert Sheet(MAZUR, 3, slipping(0.0), coincided=coincided).numeric(OUT).wrong == ()


def test_two_names_of_one_wrong_number_count_once() -> None:
    assert [one.mistake for one in Sheet(MAZUR, 3, slipping(0.1, 0.1)).numeric(OUT).wrong] == ["planted.0"]


def test_what_is_too_small_is_not_asked_unless_wanted() -> None:
    key = Derivative(Quantity("loss"), Quantity("weight", 1, 1, 1))
    with pytest.raises(Fault, match=r"0\.001"):
        Sheet(MAZUR, 3, slipping()).numeric(key)
    assert Sheet(MAZUR, 3, slipping(), small=True).numeric(key).value == pytest.approx(0.000438568)


def test_the_interval_covers_carrying_everything_and_rounding_each_line() -> None:
    sheet = Sheet(MAZUR, 3, slipping())
    key = Quantity("delta", 1, 1)
    low, high = sheet.interval(key, 3)
    ways = [sheet.exact[key], *(values[key] for values in sheet.rounded_at(3))]
    assert len(set(ways)) > 1
    assert all(low + 0.4 * unit(ways[0], 3) <= way <= high - 0.4 * unit(ways[0], 3) for way in ways)


def test_after_twenty_faults_an_error_says_why() -> None:
    count = 0

    def make() -> None:
        nonlocal count
        count += 1
        raise Fault("nothing is right")

    with pytest.raises(InputError, match="20 draws all had a fault; the last: nothing is right"):
        tried(make)
    assert count == 20


def test_a_wrong_number_that_rounds_into_the_interval_counts_as_inside() -> None:
    # 0.12349 is outside of what is accepted for 0.1240, but written with three digits it is 0.123.
    answer = gated(0.1234, 3, lambda digits: (0.1234 - 0.5 * 10.0**-digits, 0.1234), [Wrong("a", 0.12349)], {})
    assert answer.digits > 3
