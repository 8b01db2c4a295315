"""Exercises in a row about one network are one exercise: the network once, then the parts of all of them."""

from __future__ import annotations

from collections.abc import Sequence

from backtrace.network.quantity import LOSS, Derivative, Quantity
from backtrace.network.records import Network
from backtrace.questions.labels import Exercise
from backtrace.questions.making import network_given
from backtrace.questions.records import Derived, Given, Instance, Part, Say

TITLE = "joint_title"


def joined(exercises: Sequence[Exercise], networks: Sequence[str]) -> list[Exercise]:
    """The exercises, those marked that are asked together with the one before. networks: the network that each of
    their items names, empty for none. What every variant has asked for already is not asked again."""
    found: list[Exercise] = []
    group: list[Instance] = []
    for exercise, name, before in zip(exercises, networks, ("", *networks), strict=False):
        instance = exercise.instance
        if not (group and name and name == before and one_network([one.network for one in (*group, instance)])):
            group = [instance]
            found.append(exercise)
            continue
        asked = {part.name for one in group for part in one.parts if is_always_asked(part, instance)}
        parts = tuple([part for part in instance.parts if part.name not in asked]) or instance.parts
        if len(parts) < len(instance.parts):
            instance = instance._replace(parts=parts)
        group.append(instance)
        found.append(Exercise(instance, exercise.points, joined=True))
    return found


def is_always_asked(part: Part, instance: Instance) -> bool:
    """Whether the part asks for what does not depend on a draw: a number of the forward pass, or how the loss changes
    with the net of an output; never for a weight that was drawn, or students would have different parts."""
    name = part.name
    if isinstance(name, Derivative):
        depth = len(instance.network.layers) if instance.network is not None else 0
        return name.of == LOSS and name.by.kind == "net" and name.by.layer == depth
    return isinstance(name, Quantity) and name.kind in ("net", "out", "loss", "loss_term") and not name.updates


def one_network(networks: Sequence[Network | None]) -> Network | None:
    """The network that all of these are, with the optimizer of those that are updated; None where they differ."""
    found = [one for one in networks if one is not None]
    updated = next((one for one in found if one.optimizer.has_rate), found[0] if found else None)
    if updated is None or len(found) < len(networks):
        return None
    others = [one for one in found if one is not updated]
    same = all(one._replace(optimizer=updated.optimizer) == updated for one in others)
    return updated if same and all(one == updated for one in others if one.optimizer.has_rate) else None


def joint(group: Sequence[Exercise]) -> Instance:
    """The items of one exercise as one instance: what they give of the network stands once above all parts, what one
    gives besides above its own."""
    instances = [exercise.instance for exercise in group]
    network = one_network([one.network for one in instances])
    if network is None or len(group) == 1:
        return instances[0]
    return instances[0]._replace(
        title=Say(TITLE),
        given=network_given(network, any(map(needs_loss, instances))),
        parts=tuple(part for one in instances for part in _parts(one, network)),
        network=network,
        note=" ".join(one.note for one in instances),
    )


def of_the_loss(network: Network) -> list[Given]:
    """What stands above an exercise that needs the loss, and not above one that does without."""
    without = network_given(network, loss=False)
    return [given for given in network_given(network) if given not in without]


def own_given(instance: Instance) -> tuple[Given, ...]:
    """What an exercise gives besides its network."""
    network = instance.network
    known = (*network_given(network), *network_given(network, loss=False)) if network is not None else ()
    return tuple(given for given in instance.given if given not in known)


def gives_all(earlier: Instance, instance: Instance) -> bool:
    """Whether the earlier exercise gives the network of this one and all of its numbers that are needed here."""
    network = one_network([earlier.network, instance.network])
    if network is None or network != earlier.network or own_given(instance) == instance.given:
        return False
    return needs_loss(earlier) or not needs_loss(instance)


def needs_loss(instance: Instance) -> bool:
    """Whether the exercise gives the loss and the targets."""
    return instance.network is not None and any(said in instance.given for said in of_the_loss(instance.network))


def _parts(instance: Instance, network: Network) -> list[Part]:
    """The parts of an item, a heading and what it gives of its own above the first; derivations are about the one
    network, so that they become one."""
    above = (Given(title=instance.title), *own_given(instance))
    found = []
    for part in instance.parts:
        solution = tuple(
            piece._replace(network=network)
            if isinstance(piece, Derived) and piece.network == instance.network
            else piece
            for piece in part.solution
        )
        found.append(part._replace(solution=solution, given=above))
        above = ()
    return found
