"""What is kept of a structure."""

from __future__ import annotations

from backtrace.engine.structure import MOST_KEPT, Structure
from backtrace.network.finding import load


def test_of_what_there_may_be_many_the_last_are_kept() -> None:
    structure, made = Structure(load("mazur")), []

    def make() -> object:
        made.append(object())
        return made[-1]

    layout = structure.kept("layout", make)
    first = structure.kept(("key", 0), make)
    assert structure.kept(("key", 0), make) is first
    for n in range(1, MOST_KEPT + 1):
        structure.kept(("key", n), make)
    count = len(made)
    assert structure.kept(("key", 1), make) in made and structure.kept("layout", make) is layout and len(made) == count
    assert structure.kept(("key", 0), make) is not first and len(made) == count + 1
