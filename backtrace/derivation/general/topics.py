"""The topics of `backtrace explain`, and what one is: a record here, a function that writes it, its sentences.

To add a topic: a file in this folder with `build(on: Lecture)`, a record in `TOPICS`, and its sentences in
render/topic_words.py. Everything else follows: every notation, every page, the check of every line, the list, docs.
"""

from __future__ import annotations

from importlib import import_module
from typing import NamedTuple

from backtrace.derivation.general.instances import Asked
from backtrace.derivation.general.lecture import Lecture
from backtrace.errors import InputError, nearest, printable


class Topic(NamedTuple):
    """One topic.

    title: of its page; about: what it shows, for the list of topics.
    module: the file in this folder whose `build(on)` writes it; source: where it is found in the literature.
    activation, loss: what is taken when the reader names none, "any" where the letters f and E will do; empty where the
    topic has no use for one. sizes: whether it states sizes, those of a NETWORK if one is given.
    """

    name: str
    title: str
    about: str
    module: str
    source: str
    activation: str = "any"
    loss: str = "any"
    sizes: bool = False


TOPICS: dict[str, Topic] = {
    topic.name: topic
    for topic in (
        Topic(
            "training-step",
            "One step of learning",
            "feed forward, find the gradient, update; and what backpropagation is not",
            "training_step",
            "Rumelhart, Hinton, Williams, Learning representations by back-propagating errors (1986)",
        ),
        Topic(
            "layer-recursion",
            "The layer recursion",
            "from the derivatives by the outputs of one layer to those of the layer below",
            "layer_recursion",
            "lecture notes in index notation; Rumelhart, Hinton, Williams (1986), equations 4 to 7",
            activation="sigmoid",
        ),
        Topic(
            "delta-rule",
            "The delta rule",
            "the update as weight − rate · δ · input, and δ of a unit from those of the units it feeds",
            "delta_rule",
            "Rumelhart, Hinton, Williams, in Parallel Distributed Processing, chapter 8 (1986)",
        ),
        Topic(
            "four-equations",
            "The four equations",
            "backpropagation unit by unit, as vectors, and for a batch, with every shape",
            "four_equations",
            "Nielsen, Neural Networks and Deep Learning, chapter 2, equations BP1 to BP4",
            sizes=True,
        ),
        Topic(
            "sums-and-outputs",
            "Sums and outputs",
            "what comes back through a weight, through an output, through a weighted sum",
            "sums_and_outputs",
            "Bishop, Pattern Recognition and Machine Learning, section 5.3",
            loss="",
        ),
    )
}


def topic_named(name: str) -> Topic:
    """The topic of that name; raises InputError with the nearest names."""
    if name not in TOPICS:
        hint = nearest(name, TOPICS)
        raise InputError(f"there is no topic '{printable(name)}'", hint=hint or "backtrace explain lists them")
    return TOPICS[name]


def written(topic: Topic, asked: Asked) -> Lecture:
    """The topic, written but not yet checked."""
    on = Lecture(topic.name, asked)
    import_module(f"backtrace.derivation.general.{topic.module}").build(on)
    return on
