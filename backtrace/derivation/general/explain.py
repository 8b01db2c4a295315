"""From a topic's name to its derivation: written in the notation, then checked line by line on random networks."""

from __future__ import annotations

from typing import NamedTuple

from backtrace.derivation.general.checking import check
from backtrace.derivation.general.instances import Instance, random_network
from backtrace.derivation.general.lecture import Asked, Lecture
from backtrace.derivation.general.topics import Topic, topic_named, written
from backtrace.derivation.steps import Derivation
from backtrace.network.activations import ACTIVATIONS
from backtrace.network.activations import activation as activation_named
from backtrace.network.finding import load
from backtrace.network.losses import LOSSES, loss_named
from backtrace.network.records import Network
from backtrace.notation.profile import Profile

SEED = 1
# Sizes and number of samples of the networks that statements are tried on.
TRIED = (((3, 4, 2), 1), ((2, 3, 3, 2), 1), ((3, 4, 2), 3))
ANY_ACTIVATION = ("sigmoid", "tanh", "softplus")
ANY_LOSS = ("half_squared_error", "squared_error", "huber")


class Explanation(NamedTuple):
    """A checked topic, as the pages take it.

    tried_on: the networks, "3-4-2"; functions: the activations that were tried; equalities: how many were compared;
    points: how many more at random numbers, without a network.
    """

    topic: Topic
    asked: Asked
    derivation: Derivation
    tried_on: tuple[str, ...]
    functions: tuple[str, ...]
    equalities: int
    points: int = 0


def explain(name: str, asked: Asked) -> Explanation:
    """The topic under the reader's choices. Raises InputError for an unknown topic, InternalFault for a line that does
    not hold."""
    topic = topic_named(name)
    on = written(topic, asked)
    tried = instances(asked) if on.claims else []
    equalities, points = checked(on, tried), checked_at_points(on)
    network = asked.network or (tried[0].network if tried else load("1-1"))
    derivation = Derivation(network, asked.profile, topic.name, "factors", (), tuple(on.sections), on.values)
    functions = tuple(dict.fromkeys(one.network.layers[0].activation.name for one in tried))
    names = tuple(dict.fromkeys(t.network.name for t in tried))
    return Explanation(topic, asked, derivation, names, functions, equalities, points)


def asked(
    topic: Topic, profile: Profile, activation: str | None, loss: str | None, network: Network | None
) -> Asked:
    """The reader's choices as records; what was not chosen is the topic's own default. Raises InputError for a name
    that does not exist."""
    wanted, error = activation or topic.activation, loss or topic.loss
    return Asked(
        profile,
        None if wanted == "any" else activation_named(wanted),
        None if error == "any" else loss_named(error),
        network,
    )


def instances(asked: Asked) -> list[Instance]:
    """The networks to try statements on: with the activation and loss asked for, or several of each."""
    from random import Random

    random = Random(SEED)
    found = []
    for sizes, samples in TRIED:
        for place, any_activation in enumerate(ANY_ACTIVATION):
            activation = asked.activation or ACTIVATIONS[any_activation]
            loss = asked.loss or LOSSES[ANY_LOSS[place]]
            network = random_network(sizes, [activation] * (len(sizes) - 1), loss, samples, random)
            found.append(Instance(network, asked.profile.orientation == "row", asked.profile.delta_sign))
    return found


def checked(on: Lecture, tried: list[Instance]) -> int:
    """Checks every claim; returns how many equalities were compared."""
    from random import Random

    random, count = Random(SEED), 0
    for claim in on.claims:
        count += check(claim, tried, on.functions, random)
    return count


def checked_at_points(on: Lecture) -> int:
    """Runs the checks that a topic brings along; returns how many equalities were compared."""
    from random import Random

    random, count = Random(SEED), 0
    for check_one in on.checks:
        count += check_one(random)
    return count
