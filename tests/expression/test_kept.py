"""What is kept is what would be made again."""

from __future__ import annotations

from backtrace.expression.kept import Hashed, for_the_last


def test_what_was_made_last_is_at_hand_for_the_very_same_object() -> None:
    made: list[list[int]] = []

    @for_the_last
    def doubled(one: list[int]) -> list[int]:
        """Twice each."""
        made.append(one)
        return [2 * n for n in one]

    first, equal = [1], [1]
    assert doubled(first) is doubled(first) and len(made) == 1
    assert doubled(equal) == [2] and made[-1] is equal
    assert doubled(first) == [2] and len(made) == 3 and doubled.__doc__ == "Twice each."


def test_a_tuple_with_a_hash_at_hand_is_that_tuple() -> None:
    keys = Hashed(("a", "b"))
    assert hash(keys) == hash(keys) == hash(("a", "b"))
    assert {keys: 1}["a", "b"] == {("a", "b"): 1}[keys] == 1 and keys != Hashed(("a",))
