"""A derivation to be written; the model solution is that of `backtrace explain`."""

from __future__ import annotations

from collections.abc import Mapping

from backtrace.questions.making import read_settings, samples
from backtrace.questions.records import Essay, Explained, Instance, Kind, Part, Say, Setting
from backtrace.questions.sampling import pick
from backtrace.questions.seeds import Draws

# By level: topics of `explain`, and how many lines of room they take.
TOPICS = {
    1: {"sigmoid": 12, "tanh": 12, "two-branches": 10},
    2: {"layer-recursion": 16, "softmax": 18, "scaled-tanh": 12},
    3: {"delta-rule": 20, "four-equations": 24},
}
LINES = {name: lines for topics in TOPICS.values() for name, lines in topics.items()}
TOPIC = Setting("topic", "", "what is to be derived; drawn without", ("", *LINES))
ROOM = Setting("lines", 0, "lines of room for the answer")


def make(draw: Draws, level: int, settings: Mapping[str, object]) -> Instance:
    """The derivation of the topic given, else of one of the level's."""
    chosen = read_settings(settings, (TOPIC, ROOM))
    topic = str(chosen["topic"]) or pick(draw, list(TOPICS[level]))
    room = chosen["lines"]
    assert isinstance(room, int)
    part = Part(Say(f"write_{topic.replace('-', '_')}"), Essay(room or LINES[topic]), solution=(Explained(topic),))
    return Instance(
        "derivation-to-write",
        level,
        "",
        Say("write_title"),
        (),
        (part,),
        settings={"topic": topic},
        note=f"derivation-to-write {topic}",
    )


KIND = Kind("derivation-to-write", "a derivation to be written, with a model solution", (TOPIC, ROOM), make, samples)
