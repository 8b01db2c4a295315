"""Streams and form ids depend on names alone."""

from __future__ import annotations

import itertools

from backtrace.questions.seeds import ALPHABET, form_id, stream


def test_a_stream_is_the_same_on_another_day() -> None:
    assert [round(stream("m", "week3", "student s1").random(), 6) for _ in range(2)] == [0.383491, 0.383491]
    assert stream(7, "a").random() == stream("7", "a").random()


def test_a_stream_tells_whether_anything_was_drawn() -> None:
    draw, same = stream("m", "week3"), stream("m", "week3")
    before = draw.getstate()
    assert draw.getstate() == before
    first = draw.random()
    after = draw.getstate()
    assert after != before and draw.getstate() == after
    assert draw.random() != first == same.random() and draw.getstate() != after
    assert not hasattr(draw, "shuffle")


def test_no_two_names_run_together() -> None:
    firsts = [stream(*names).random() for names in (("m", "ab", "c"), ("m", "a", "bc"), ("m", "abc"), ("ma", "b", "c"))]
    assert len(set(firsts)) == 4


def test_neighbouring_seeds_have_nothing_in_common() -> None:
    values = [stream(seed, "x").random() for seed in range(1000)]
    assert 0.46 < sum(values) / 1000 < 0.54
    assert sum((a < 0.5) == (b < 0.5) for a, b in itertools.pairwise(values)) in range(440, 561)


def test_a_form_id_can_be_copied_by_hand_and_needs_the_key() -> None:
    ids = {form_id("secret", "week3", n) for n in range(2000)}
    assert len(ids) == 2000
    assert all(len(one) == 8 and set(one) <= set(ALPHABET) for one in ids)
    assert not set("01ILO") & set(ALPHABET)
    assert form_id("other", "week3", 1) not in ids
