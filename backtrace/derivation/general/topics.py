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
        Topic(
            "sigmoid",
            "The sigmoid",
            "its slope from both of its forms, its inverse, its symmetry",
            "sigmoid",
            "Bishop, Pattern Recognition and Machine Learning, equations 4.59, 4.60 and 4.88",
            activation="",
            loss="",
        ),
        Topic(
            "tanh",
            "The hyperbolic tangent",
            "its slope, and the sigmoid it is made of",
            "tanh",
            "Goodfellow, Bengio, Courville, Deep Learning, section 6.3.2",
            activation="",
            loss="",
        ),
        Topic(
            "scaled-tanh",
            "The scaled tanh",
            "the slope of 1.7159·tanh(2x/3), and why these numbers",
            "scaled_tanh",
            "LeCun, Bottou, Orr, Müller, Efficient BackProp (1998), section 4.4",
            activation="",
            loss="",
        ),
        Topic(
            "relu",
            "The rectified linear unit",
            "its two pieces, and the corner between them",
            "relu",
            "Goodfellow, Bengio, Courville, Deep Learning, section 6.3.1",
            activation="",
            loss="",
        ),
        Topic(
            "derivative",
            "The derivative of an activation",
            "line by line by the rules of calculus, for any activation",
            "slope",
            "Goodfellow, Bengio, Courville, Deep Learning, section 6.3",
            activation="gelu",
            loss="",
        ),
        Topic(
            "softmax",
            "Softmax and cross-entropy",
            "the Jacobian of softmax, and why output minus target is all that is left with cross-entropy",
            "softmax",
            "Bishop, Pattern Recognition and Machine Learning, equations 4.104 to 4.109",
            activation="",
            loss="",
        ),
        Topic(
            "two-branches",
            "The two-branch rule",
            "the chain rule for two routes that meet again",
            "two_branches",
            "Goodfellow, Bengio, Courville, Deep Learning, section 6.5.2",
            activation="",
            loss="",
        ),
        Topic(
            "why-backwards",
            "Why backwards",
            "what a gradient needs first, and what it would cost to go forwards",
            "why_backwards",
            "Bishop, Pattern Recognition and Machine Learning, section 5.3.3",
            activation="",
            loss="",
            sizes=True,
        ),
        Topic(
            "jacobians",
            "The product of Jacobians",
            "from the left and from the right, with the multiplications counted",
            "jacobians",
            "Griewank, Walther, Evaluating Derivatives, chapter 3",
            activation="",
            loss="",
            sizes=True,
        ),
        Topic(
            "vanishing-gradient",
            "Vanishing gradients",
            "the bound that a sigmoid's slope sets, and a network's own numbers beside it",
            "vanishing",
            "Hochreiter (1991); Glorot, Bengio (2010), section 3",
            activation="",
            loss="",
            sizes=True,
        ),
        Topic(
            "initialisation",
            "The size of the first weights",
            "how large they should be, and what happens when they are not",
            "starting",
            "LeCun, Bottou, Orr, Müller, Efficient BackProp (1998), section 4.6; Glorot, Bengio (2010)",
            activation="",
            loss="",
            sizes=True,
        ),
        Topic(
            "momentum",
            "Momentum",
            "what it sums up, how much it speeds up, and its two forms",
            "momentum",
            "Rumelhart, Hinton, Williams (1986); Goodfellow, Bengio, Courville, Deep Learning, section 8.3.2",
            activation="",
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
