"""The gate: no mistake may look right at the digits asked."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtrace.errors import InputError
from backtrace.expression.rounding import rounded
from backtrace.mistakes.applied import every_slip, right_value, same
from backtrace.network.finding import load
from backtrace.network.quantity import Derivative, Key, Quantity
from backtrace.network.records import Network
from backtrace.questions.answers import Sheet, Slips, _apart, _distinct, _outside, gated, unit
from backtrace.questions.hand import worked
from backtrace.questions.sampling import Fault, tried
from backtrace.questions.slips import Wrongs, known

OUT = Quantity("out", 2, 1)
KEYS = (OUT, Quantity("delta", 1, 1), Derivative(Quantity("loss"), Quantity("weight", 1, 1, 1)))
MAZUR = load("mazur")


def slipping(*shifts: float) -> Slips:
    def slips(network: Network, keys: Sequence[Key]) -> Wrongs:
        values, names = worked(network), [f"planted.{n}" for n, _ in enumerate(shifts)]
        return lambda place: (names, [values[keys[place]] + shift for shift in shifts])

    return slips


def test_a_mistake_far_away_needs_no_more_digits() -> None:
    answer = Sheet(MAZUR, 3, slipping(0.1), keys=KEYS).numeric(OUT)
    assert answer.digits == 3 and len(answer.wrong) == 1


def test_a_mistake_that_looks_right_raises_the_digits() -> None:
    answer = Sheet(MAZUR, 3, slipping(3e-4), keys=KEYS).numeric(OUT)
    assert answer.digits == 4
    assert not answer.low <= answer.wrong[0].value <= answer.high  # type: ignore[operator]


def test_two_mistakes_that_look_alike_raise_the_digits() -> None:
    assert Sheet(MAZUR, 3, slipping(0.1, 0.1001), keys=KEYS).numeric(OUT).digits > 3


def test_a_mistake_that_cannot_be_seen_at_six_digits_is_a_fault() -> None:
    with pytest.raises(Fault, match="six digits"):
        Sheet(MAZUR, 3, slipping(1e-8), keys=KEYS).numeric(OUT)


def test_a_mistake_that_gives_the_right_answer_is_a_fault_and_is_never_lost() -> None:
    for _ in range(5):
        with pytest.raises(Fault, match=r"planted\.1 gives the right answer"):
            Sheet(MAZUR, 3, slipping(0.1, 0.0), keys=KEYS).numeric(OUT)


def test_two_names_of_one_wrong_number_count_once() -> None:
    assert [one.mistake for one in Sheet(MAZUR, 3, slipping(0.1, 0.1), keys=KEYS).numeric(OUT).wrong] == ["planted.0"]


def test_what_is_too_small_is_not_asked_unless_wanted() -> None:
    key = Derivative(Quantity("loss"), Quantity("weight", 1, 1, 1))
    with pytest.raises(Fault, match=r"0\.001"):
        Sheet(MAZUR, 3, slipping(), keys=KEYS).numeric(key)
    assert Sheet(MAZUR, 3, slipping(), small=True, keys=KEYS).numeric(key).value == pytest.approx(0.000438568)


def test_the_interval_covers_carrying_everything_and_rounding_each_line() -> None:
    sheet = Sheet(MAZUR, 3, slipping(), keys=KEYS)
    key = Quantity("delta", 1, 1)
    low, high = sheet.accepted(3)[KEYS.index(key)]
    ways = [sheet.value(key), *(worked(MAZUR, 1, 3, everywhere)[key] for everywhere in (False, True))]
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
    answer = gated(0.1234, 3, lambda digits: (0.1234 - 0.5 * 10.0**-digits, 0.1234), ["a"], [0.12349])
    assert answer.digits > 3


@given(
    st.lists(st.one_of(st.floats(-2, 2), st.floats(0.0999, 0.1003), st.floats(-1e-9, 1e-9)), max_size=6),
    st.integers(1, 6),
)
def test_what_is_seen_without_rounding_is_what_rounding_all_of_them_shows(values: list[float], digits: int) -> None:
    low, high = 0.09996, 0.10004
    shown = [rounded(value, digits) for value in values]
    assert _distinct(sorted(values), digits) == (len(set(shown)) == len(shown))
    assert _outside(sorted(values), low, high, digits) == (not any(low <= one <= high for one in (*shown, *values)))


def test_numbers_that_look_alike_or_like_the_answer_are_told() -> None:
    assert _distinct([0.2, 0.20051, 0.5], 3) and not _distinct([0.2, 0.2001, 0.5], 3)
    assert _outside([0.1106, 0.5], 0.09, 0.1101, 3) and not _outside([0.11014, 0.5], 0.09, 0.1101, 3)


def test_of_two_that_are_one_number_the_first_is_kept() -> None:
    assert _apart("abcd", [0.3, 0.1, 0.3 + 1e-13, 0.1]) == (["a", "b"], [0.3, 0.1])
    assert _apart("abc", [0.3 + 2e-13, 0.3, 0.3 + 1e-13]) == (["a"], [0.3 + 2e-13])
    assert _apart("ab", [0.3, 0.1]) == ("ab", [0.3, 0.1])


def test_mistakes_that_always_give_the_same_stand_for_each_other_and_no_others_are_lost() -> None:
    network = load("2-2-2", batch=1, seed=3)
    for key in (
        OUT,
        Quantity("delta", 2, 1),
        Quantity("delta", 1, 1),
        Derivative(Quantity("loss"), Quantity("weight", 2, 1, 1)),
    ):
        names, values = known(network, [key])(0)
        right = right_value(network, key)
        every = [slip.value for slip in every_slip(network, key) if not same(slip.value, right)]
        assert len(names) == len(values) > 3
        assert all(any(same(one, other) for other in values) for one in every)
        assert not any(same(a, b) for n, a in enumerate(values) for b in values[:n])
