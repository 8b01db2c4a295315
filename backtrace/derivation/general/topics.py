"""The topics of `backtrace explain`, and what one is: a record here, a function that writes it, its sentences.

To add a topic: a file in this folder with `build(on: Lecture)`, a record in `TOPICS`, and its sentences in
render/topic_words.py. Everything else follows: every notation, every page, the check of every line, the list, docs.
"""

from __future__ import annotations

from importlib import import_module
from typing import NamedTuple

from backtrace.derivation.general.lecture import Asked, Lecture
from backtrace.errors import InputError, nearest, printable


class Topic(NamedTuple):
    """One topic.

    module: the file in this folder whose `build(on)` writes it; source: where it is found in the literature.
    activation, loss: what is taken when the reader names none, "any" where the letters f and E will do.
    """

    name: str
    title: str
    module: str
    source: str
    activation: str = "any"
    loss: str = "any"


FURTHER = (
    Topic(
        "sigmoid",
        "its slope from both of its forms, its inverse, its symmetry",
        "sigmoid",
        "Bishop, Pattern Recognition and Machine Learning, equations 4.59, 4.60 and 4.88",
    ),
    Topic(
        "tanh",
        "its slope, and the sigmoid it is made of",
        "tanh",
        "Goodfellow, Bengio, Courville, Deep Learning, section 6.3.2",
    ),
    Topic(
        "scaled-tanh",
        "1.7159·tanh(2x/3): its slope, and why these numbers",
        "scaled_tanh",
        "LeCun, Bottou, Orr, Müller 1998, Efficient BackProp, section 4.4",
    ),
    Topic(
        "relu",
        "its two pieces, and the corner between them",
        "relu",
        "Goodfellow, Bengio, Courville, Deep Learning, section 6.3.1",
    ),
    Topic(
        "derivative",
        "the slope of any activation, line by line by the rules of calculus",
        "slope",
        "the rules of calculus; Goodfellow, Bengio, Courville, Deep Learning, section 6.3",
        activation="gelu",
    ),
    Topic(
        "softmax",
        "its Jacobian, and why output minus target is all that is left with cross-entropy",
        "softmax",
        "Bishop, Pattern Recognition and Machine Learning, equations 4.104 to 4.106",
    ),
    Topic(
        "momentum",
        "what it sums up, how much it speeds up, and its two forms",
        "momentum",
        "Rumelhart, Hinton, Williams 1986, section 3; Goodfellow, Bengio, Courville, Deep Learning, section 8.3.2",
    ),
    Topic(
        "jacobians",
        "the product of Jacobians, from the left and from the right, counted",
        "jacobians",
        "Goodfellow, Bengio, Courville, Deep Learning, section 6.5.2; Griewank, Walther, Evaluating Derivatives, "
        "chapter 3",
    ),
    Topic(
        "why-backwards",
        "what a gradient needs first, and what it would cost to go forwards",
        "why_backwards",
        "Goodfellow, Bengio, Courville, Deep Learning, section 6.5.9; Bishop, section 5.3.3",
    ),
    Topic(
        "vanishing-gradient",
        "the bound that a sigmoid's slope sets, and a network's own numbers beside it",
        "vanishing",
        "Hochreiter 1991; Bengio, Simard, Frasconi 1994; Glorot, Bengio 2010, section 3",
    ),
    Topic(
        "initialisation",
        "how large the first weights should be, and what happens when they are not",
        "starting",
        "LeCun, Bottou, Orr, Müller 1998, Efficient BackProp, section 4.6; Glorot, Bengio 2010",
    ),
    Topic(
        "two-branches",
        "what feeds two things that meet again: the chain rule for two routes",
        "two_branches",
        "Goodfellow, Bengio, Courville, Deep Learning, section 6.5.2",
    ),
)

TOPICS: dict[str, Topic] = {
    topic.name: topic
    for topic in (
        Topic(
            "a-and-z",
            "what comes back through a weight, through an output and through a weighted sum",
            "sums_and_outputs",
            "Bishop, Pattern Recognition and Machine Learning, section 5.3 (a before z; many books: z before a)",
        ),
        *FURTHER,
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
