"""Practice on a network or an exercise, one step at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backtrace.api.net import Net, load
from backtrace.api.profiles import DEFAULT_NOTATION, profile_named
from backtrace.errors import InputError

if TYPE_CHECKING:
    from backtrace.check.practice.pages import Writing
    from backtrace.check.practice.session import Practice
    from backtrace.questions.records import Instance

DIGITS = 4


def practice(
    about: str | Net,
    *quantities: str,
    view: str = "",
    factors: bool = False,
    everything: bool = False,
    seed: str | int = 1,
    level: int = 1,
    notation: str | None = None,
    digits: int = DIGITS,
    width: int = 84,
    ascii: bool = False,
    language: str = "en",
    **settings: object,
) -> Practice:
    """A session: `.question` is what is asked; `.answer(text)`, `.hint()`, `.show()`, `.skip()`, `.back()` give a
    reply, and `.say(text)` takes either; `.done`, `.summary`.

    about: a network, with the quantities to derive (none: the whole training step), or an exercise kind. view: "delta"
    or "chain", the lines that are asked; factors: the factors of the chain rule alone, in letters; everything: also the
    steps whose like were right at once. seed, level: of the numbers, where the network has none; language: of all that
    is said, "en" or "de"; settings: of the kind.
    Raises InputError for what there is not.
    """
    from backtrace.check.practice.pages import Writing
    from backtrace.check.practice.session import Practice
    from backtrace.check.practice.tasks import of_network
    from backtrace.notation.names import resolve
    from backtrace.questions.words import language_file

    language_file(language)
    if isinstance(about, str) and is_kind(about):
        if quantities or view or factors:
            raise InputError(f"{about} is an exercise, which says itself what it asks", hint="give its name alone")
        writing = Writing(profile_named(notation or DEFAULT_NOTATION), digits, level, width, ascii, language)
        return _exercise(about, str(seed), writing, settings, everything)
    if settings:
        raise InputError(f"a network has no setting '{next(iter(settings))}'", hint="settings are those of an exercise")
    net = load(about) if isinstance(about, str) else about
    writing = Writing(profile_named(notation or net.notation), digits, level, width, ascii, language)
    keys = [resolve(name, net.network, writing.profile) for name in quantities]
    return Practice(of_network(net.network, keys, writing, view, factors, str(seed)), writing, everything)


def is_kind(name: str) -> bool:
    """Whether a name is that of an exercise kind."""
    from backtrace.questions.kinds import MODULES

    return name in MODULES


def _exercise(kind: str, seed: str, writing: Writing, settings: dict[str, object], everything: bool) -> Practice:
    from backtrace.check.practice.session import Practice
    from backtrace.check.practice.tasks import of_exercise
    from backtrace.questions.asking import exercise
    from backtrace.questions.records import Numeric

    def draw(again: int) -> Instance:
        return exercise(kind, f"{seed} again {again}", writing.level, settings)

    instance = exercise(kind, seed, writing.level, settings)
    asked = [part.answer.digits for part in instance.parts if isinstance(part.answer, Numeric)]
    writing = writing._replace(digits=max(asked, default=writing.digits))
    return Practice(of_exercise(instance, writing, draw), writing, everything)
