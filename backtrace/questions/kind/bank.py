"""Questions of the bank: true or false, and multiple choice."""

from __future__ import annotations

from collections.abc import Mapping

from backtrace.errors import InputError, nearest, printable
from backtrace.questions.bank import Question, bank, instance, question, read_file
from backtrace.questions.making import read_settings, samples
from backtrace.questions.records import Instance, Kind, Setting
from backtrace.questions.sampling import pick
from backtrace.questions.seeds import Draws

QUESTION = Setting("question", "", "the id of a question; drawn without")
TOPIC = Setting("topic", "", "a topic of the bank, to draw from")
BANK_FILE = Setting("bank_file", "", "a bank of your own in place of ours")
SETTINGS = (QUESTION, TOPIC, BANK_FILE)


def drawn(draw: Draws, kind: str, level: int, settings: Mapping[str, object]) -> Instance:
    """The question named, else one of the kind ("choice" or "true-false"), of the topic where one is given."""
    chosen = read_settings(settings, SETTINGS)
    file, topic, name = (str(chosen[key]) for key in ("bank_file", "topic", "question"))
    if name:
        found = question(name, file)
        if found.type != kind:
            raise InputError(f"the question '{found.id}' is of the type {found.type}, not {kind}")
    else:
        found = pick(draw, _fitting(draw, kind, level, topic, read_file(file) if file else bank()))
    return instance(found, draw)


def _fitting(draw: Draws, kind: str, level: int, topic: str, known: Mapping[str, Question]) -> list[Question]:
    of_kind = [one for one in known.values() if one.type == kind]
    of_topic = [one for one in of_kind if one.topic == topic] if topic else of_kind
    if not of_topic:
        names = dict.fromkeys(one.topic for one in of_kind)
        what = f"the topic '{printable(topic)}' has" if topic else "this bank has"
        raise InputError(f"{what} no {kind} question", hint=nearest(topic, names))
    found = [one for one in of_topic if one.level <= level] or of_topic
    if kind != "true-false":
        return found
    # A true statement and a false one are equally likely, however many there are of each.
    true = draw.random() < 0.5
    return [one for one in found if one.options[0].right == true] or found


def make(draw: Draws, level: int, settings: Mapping[str, object]) -> Instance:
    """A multiple-choice question; several options may be right, and their order is drawn."""
    return drawn(draw, "choice", level, settings)


KIND = Kind("multiple-choice", "a question of the bank with options", SETTINGS, make, samples)
