"""What practice asks, step by step: the lines of a derivation, the factors of a chain, or the parts of an exercise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from random import Random
from typing import NamedTuple

from backtrace.check.practice.pages import Writing
from backtrace.check.practice.paper import Paper
from backtrace.derivation.derive import derive
from backtrace.derivation.steps import Section, Step
from backtrace.derivation.workspace import Choices
from backtrace.errors import InputError
from backtrace.expression.tree import symbols
from backtrace.network.quantity import Derivative, Key, Quantity, neutral
from backtrace.network.records import Network
from backtrace.questions.records import Answer, Choice, Essay, Formula, Instance, Numeric, Part, Shape, Whole
from backtrace.questions.sampling import network_for, tried

# Kinds of steps that are asked; others state something, or say it once more in another form.
ASKED = ("net", "out", "loss", "local", "product", "contribution", "sum", "delta", "gradient", "update")
FACTORS = ("local", "product", "sum")
AFTER = ("loss_after",)
MOST_GRADIENTS = 60
# Exercises whose questions have hints of their own.
OWN_HINTS = {"parameter-count": "parameters", "symbolic-count": "parameters", "find-the-mistake": "find"}


class Task(NamedTuple):
    """One step. sort: steps alike have the same, and the same hints; name: what is asked, as it is shown; id: the same
    under every notation; paper, key: where the checker judges it; step: the line itself; part: where it belongs to an
    exercise; heading: what stands above it; ask: the question in words; letters: a formula is wanted; fresh: makes one
    more of the same sort with other numbers, if that can be made."""

    sort: str
    name: str
    id: str
    paper: Paper | None = None
    key: Key | None = None
    step: Step | None = None
    instance: Instance | None = None
    part: Part | None = None
    heading: str = ""
    ask: str = ""
    letters: bool = False
    fresh: Callable[[int], Task | None] = lambda again: None


class Course(NamedTuple):
    """All that is asked, and what stands above it."""

    title: str
    opening: str
    tasks: tuple[Task, ...]


def of_network(
    network: Network, quantities: Sequence[Key], writing: Writing, view: str = "", factors: bool = False, seed: str = ""
) -> Course:
    """The steps of a derivation of the quantities, or of the whole training step up to the updates.

    factors: the factors of the chain rule alone, in letters. Raises InputError where there is nothing to ask.
    """
    if len(network.parameters()) > MOST_GRADIENTS and not quantities:
        raise InputError(
            f"this network has {len(network.parameters())} parameters, too many to practise them all",
            hint="name one or two quantities, such as w1",
        )
    network = numbers_drawn(network, writing.level, seed)
    chosen = "paths" if factors else view or ("chain" if quantities else "delta")
    derivation = derive(network, tuple(quantities), writing.profile, Choices(chosen, digits=writing.digits))
    found: list[tuple[Section, Step]] = []
    known: list[Key] = []
    for section in derivation.sections:
        for item in section.items:
            if not isinstance(item, Step) or item.left.op != "symbol":
                continue
            key = item.left.args[0]
            if item.kind == "result" and section.words not in AFTER and not key.updates:
                known.append(key)
            if item.kind in (FACTORS if factors else ASKED) and not item.statement and section.words not in AFTER:
                found.append((section, item._replace(stated=False, uses=0)))
    paper = Paper(network, writing.profile, [step.left.args[0] for _, step in found], writing.digits)
    given = (*writing.given(network), *(writing.known(paper, known) if quantities and known and not factors else ()))
    tasks: dict[Key, Task] = {}
    before: Section | None = None
    for section, step in found:
        key = step.left.args[0]
        place = paper.lines.canonical(key)
        if place in tasks or place in paper.given or paper.lines.form(place) is None:
            continue
        heading = writing.heading(network, section) if section != before else ""
        before = section
        task = Task(sort(key, network), writing.name(network, key), neutral(key), paper, key, step, heading=heading)
        tasks[place] = task._replace(letters=factors, fresh=_nothing if factors else _fresh_numbers(task, writing))
    if not tasks:
        raise InputError("there is nothing to ask", hint="name a weight, a bias, net, out or E")
    return Course(network.name, "\n\n".join(given), tuple(tasks.values()))


def of_exercise(instance: Instance, writing: Writing, draw: Callable[[int], Instance]) -> Course:
    """The parts of an exercise. draw: the same exercise with other numbers."""
    tasks = []
    network = instance.network
    numeric = network is not None and network.numeric
    keys = [key for part in instance.parts if (key := quantity_of(part.name)) is not None]
    paper = Paper(network, writing.profile, keys, writing.digits) if network is not None and numeric else None
    for index in range(len(instance.parts)):
        tasks.append(_part_task(instance, index, paper, writing, draw))
    return Course(instance.kind, writing.sheet(instance), tuple(tasks))


def _part_task(
    instance: Instance, index: int, paper: Paper | None, writing: Writing, draw: Callable[[int], Instance]
) -> Task:
    part, network = instance.parts[index], instance.network
    key = quantity_of(part.name)
    ask = writing.question(instance, part)
    id_ = f"{instance.kind} {index + 1}"
    name = writing.name(network, key) if network is not None and key is not None else ""
    if paper is not None and network is not None and key is not None and _is_quantity(paper, key, part):
        task = Task(sort(key, network), name, id_, paper, key, None, instance, part, ask=ask)
        return task._replace(fresh=_fresh_numbers(task, writing))

    def fresh(again: int) -> Task | None:
        other = draw(again)
        if index >= len(other.parts) or other.note == instance.note:
            return None
        heading = "\n\n".join(filter(None, (writing.say("another"), writing.sheet(other))))
        return _part_task(other, index, None, writing, draw)._replace(heading=heading)

    alike = sort(key, network) if key is not None and network is not None else "other"
    alike = alike if alike != "other" else sort_of(instance.kind, part.answer)
    task = Task(alike, name, id_, None, None, None, instance, part, ask=ask)
    return task if isinstance(part.answer, Essay) else task._replace(fresh=fresh)


def _is_quantity(paper: Paper, key: Key, part: Part) -> bool:
    """Whether a part asks for this number of the network, so that the checker can judge it."""
    answer = part.answer
    try:
        if paper.form(key) is None:
            return False
        if isinstance(answer, Whole):
            return paper.right(key) == answer.value
        return isinstance(answer, Numeric) and answer.low <= paper.right(key) <= answer.high
    except (InputError, KeyError):
        return False


def _nothing(again: int) -> Task | None:
    return None


def _fresh_numbers(task: Task, writing: Writing) -> Callable[[int], Task | None]:
    """The same quantity on a network of the same shape with other numbers, all given that its line takes."""

    def fresh(again: int) -> Task | None:
        assert task.paper is not None and task.key is not None
        paper = task.paper
        draw, bare, samples = _stream(f"again {again} {task.id}"), without_numbers(paper.network), paper.network.samples
        try:
            network = tried(lambda: network_for(draw, writing.level, bare, samples))
            other = Paper(network, paper.profile, paper.style, paper.digits)
            keys = list(dict.fromkeys(k for k in symbols(other.form(task.key)) if isinstance(k, Quantity | Derivative)))
            shown = writing.known(other, keys, "once_more")
            step = None if task.step is None else task.step._replace(value=other.right(task.key))
        except (InputError, KeyError):
            return None
        return task._replace(paper=other, step=step, instance=None, part=None, heading="\n".join(shown), ask="")

    return fresh


def without_numbers(network: Network) -> Network:
    """The network with nothing given but its learning rate."""
    layers = tuple(
        layer._replace(weights=None, bias=None) if layer.has_bias else layer._replace(weights=None)
        for layer in network.layers
    )
    return network._replace(inputs=None, targets=None, layers=layers)


def numbers_drawn(network: Network, level: int, seed: str) -> Network:
    """The network with numbers that suit a hand where it has none."""
    if network.numeric:
        return network
    draw = _stream(f"practice {level} {seed}")
    return tried(lambda: network_for(draw, level, network))


def _stream(text: str) -> Random:
    return Random(int.from_bytes(sha256(text.encode()).digest()[:16], "big"))


def sort(key: Key, network: Network) -> str:
    """Which steps are alike, and so have the same hints."""
    last = len(network.layers)
    if isinstance(key, Quantity):
        if key.kind == "delta":
            return "delta_output" if key.layer == last else "delta_hidden"
        if key.kind in ("weight", "bias") and key.updates:
            return "update"
        return key.kind if key.kind in ("net", "out", "loss_term", "loss") else "other"
    of, by, _ = key
    if of.kind == "net":
        return "net_by"
    if of.kind == "out" and by.kind == "net":
        return "slope"
    if of.kind in ("loss", "loss_term"):
        if by.kind in ("weight", "bias"):
            return "gradient" if by.kind == "weight" else "gradient_bias"
        if by.kind == "net":
            return "delta_output" if by.layer == last else "delta_hidden"
        if by.kind == "out":
            return "by_out" if by.layer == last else "back_to_out"
    return "other"


def sort_of(kind: str, answer: Answer) -> str:
    """Which hints suit a part of an exercise that is no quantity."""
    if kind in OWN_HINTS and isinstance(answer, Whole | Formula):
        return OWN_HINTS[kind]
    if isinstance(answer, Whole):
        return "count"
    return "shape" if isinstance(answer, Shape) else "choice" if isinstance(answer, Choice) else "other"


def quantity_of(name: object) -> Quantity | Derivative | None:
    """The quantity that a part asks for, if it does."""
    return name if isinstance(name, Quantity | Derivative) else None
