"""From a topic's name to its derivation: written in the notation, then checked line by line on random networks."""

from __future__ import annotations

from typing import NamedTuple

from backtrace.derivation.general.checking import check, of_any_layer
from backtrace.derivation.general.instances import DATA, SEED, Asked, Instance, instances
from backtrace.derivation.general.lecture import Lecture
from backtrace.derivation.general.topics import Topic, written
from backtrace.derivation.steps import Derivation
from backtrace.engine.refusals import refuse_no_slope
from backtrace.errors import InputError
from backtrace.network.activations import activation as activation_named
from backtrace.network.finding import load
from backtrace.network.losses import loss_named
from backtrace.network.records import Network
from backtrace.notation.profile import Profile


class Explanation(NamedTuple):
    """A checked topic, as the pages take it.

    tried_on: the networks, "3-4-2"; functions: the activations that were tried; equalities: how many were compared
    on these; points: how many more by checks of the topic's own.
    """

    topic: Topic
    asked: Asked
    derivation: Derivation
    tried_on: tuple[str, ...]
    functions: tuple[str, ...]
    equalities: int
    points: int = 0


def asked_of(
    topic: Topic, profile: Profile, activation: str | None, loss: str | None, network: Network | None
) -> Asked:
    """The reader's choices as records; what was not chosen is the topic's own default.

    Raises InputError for a name that does not exist and for a choice of which the topic makes no use.
    """
    for given, used, what in (
        (activation, topic.activation, "activation"),
        (loss, topic.loss, "loss"),
        (network, topic.sizes, "network"),
    ):
        if given is not None and not used:
            raise InputError(f"the topic {topic.name} does not depend on the {what}", hint=f"leave out the {what}")
    if network is not None:
        refuse_no_slope(network)
    function = _named(activation or topic.activation)
    chosen = activation_named(function) if function else None
    if chosen is not None and not chosen.elementwise:
        raise InputError(
            f"{chosen.name} is a function of a whole layer, so it has no slope of one weighted sum",
            hint="the topic delta-rule shows softmax with cross-entropy, the topic softmax its Jacobian",
        )
    if chosen is not None and not chosen.differentiable:
        raise InputError(
            f"{chosen.name} has no derivative, so no general derivation passes through it",
            hint="sigmoid is a threshold made smooth",
        )
    error = _named(loss or topic.loss)
    found = loss_named(error) if error else None
    if found is not None and found.whole:
        raise InputError(
            f"{found.name} takes all outputs of a sample together, so it has no slope by one output alone",
            hint="the topic softmax derives softmax with cross-entropy",
        )
    return Asked(profile, chosen, found, network)


def _named(choice: str) -> str:
    return "" if choice == "any" else choice


def explain(topic: Topic, asked: Asked) -> Explanation:
    """The topic under the reader's choices. Raises InternalFault for a line that does not hold."""
    on = written(topic, asked)
    tried: dict[str, list[Instance]] = {}
    equalities, points = checked(on, tried), checked_by_topic(on)
    networks = [one.network for found in tried.values() for one in found]
    network = networks[0] if networks else asked.network or load("1-1")
    derivation = Derivation(network, asked.profile, topic.name, "factors", (), tuple(on.sections), on.values)
    functions = [network.layers[0].activation for network in networks]
    return Explanation(
        topic,
        asked,
        derivation,
        tuple(dict.fromkeys(network.name for network in networks)),
        tuple(dict.fromkeys(f.text or f.name for f in functions)),
        equalities,
        points,
    )


def checked(on: Lecture, tried: dict[str, list[Instance]]) -> int:
    """Checks every claim, on networks that are made when first needed; returns how many equalities were compared."""
    from random import Random

    random, count = Random(SEED), 0
    # With a single layer there is no next layer that a line for any layer could be tried on.
    single = on.asked.network is not None and len(on.asked.network.layers) == 1
    for claim in on.claims:
        wider = single and of_any_layer(claim)
        key = f"{claim.data}, any" if wider else claim.data
        if key not in tried:
            tried[key] = instances(on.asked._replace(network=None) if wider else on.asked, DATA[claim.data])
        count += check(claim, tried[key], on.functions, random)
    return count


def checked_by_topic(on: Lecture) -> int:
    """Runs the checks that the topic brings along; returns how many equalities were compared."""
    from random import Random

    random, count = Random(SEED), 0
    for check_one in on.checks:
        count += check_one(random)
    return count
