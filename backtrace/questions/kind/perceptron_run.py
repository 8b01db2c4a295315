"""A perceptron trained by hand, point by point."""

from __future__ import annotations

from collections.abc import Mapping

from backtrace.expression.tree import Given as Typed
from backtrace.network.activations import IDENTITY
from backtrace.network.losses import loss_named
from backtrace.network.quantity import Quantity
from backtrace.network.records import Layer, Network, Optimizer, Training
from backtrace.questions.making import SAMPLE_SIGN, finished, read_settings, samples
from backtrace.questions.records import Given, Instance, Kind, Part, Say, Whole, Wrong
from backtrace.questions.sampling import Fault, pick, tried
from backtrace.questions.seeds import Draws

POINTS = {1: 3, 2: 4, 3: 6}
FEWEST, MOST = 2, 14
CANDIDATES = 100
REACH = 3


Points = list[tuple[int, int, int]]
# The corrections: the point, the weights after it, the time through the points.
Steps = list[tuple[int, tuple[int, int, int], int]]


def make(draw: Draws, level: int, settings: Mapping[str, object]) -> Instance:
    """Asks for the weights after the first correction, the number of corrections, and the weights at the end."""
    read_settings(settings, ())
    return tried(lambda: _drawn(draw, level))


def _drawn(draw: Draws, level: int) -> Instance:
    """Points are cheap, so that many are looked at before a draw is given up."""
    for _ in range(CANDIDATES):
        points = _points(draw, POINTS[level])
        steps = run(points)
        if FEWEST <= len(steps) <= MOST and _seen(points, steps):
            return _asked(level, points, steps)
    raise Fault("the perceptron is done too soon or too late, or a mistake gives a right weight")


def _wrong(points: Points, steps: Steps) -> dict[str, Steps]:
    """What the mistakes make of it."""
    return {
        "perceptron.no_target": run(points, targets=False),
        "perceptron.every_point": run(points, always=True),
        "perceptron.one_epoch": [step for step in steps if step[2] == 1],
    }


def _seen(points: Points, steps: Steps) -> bool:
    """Whether every mistake shows in every weight, and stopping too early in the number of corrections."""
    final, wrong = steps[-1][1], _wrong(points, steps)
    return len(wrong["perceptron.one_epoch"]) < len(steps) and all(
        found[-1][1][i] != final[i] for found in wrong.values() for i in range(3)
    )


def _asked(level: int, points: Points, steps: Steps) -> Instance:
    final, bad = steps[-1][1], _wrong(points, steps)
    network = _network(points)
    once = bad["perceptron.one_epoch"]
    said = tuple(Say("perceptron_step", (n, point, *w)) for n, (point, w, _) in enumerate(steps, 1))
    parts = [Part(Say("perceptron_corrections"), _whole(len(steps), {"perceptron.one_epoch": len(once)}), None, said)]
    for i in range(3):
        weight = Quantity("weight", 1, 1, i + 1)
        wrong = {name: found[-1][1][i] for name, found in bad.items()}
        parts.append(Part(Say("perceptron_weight", (weight,)), _whole(final[i], wrong), weight))
    given = (Given(say=Say("perceptron_given")), Given(say=SAMPLE_SIGN), Given(numbers=network))
    return finished(KIND.name, level, network, tuple(parts), {}, given)


def _whole(value: int, wrong: Mapping[str, int]) -> Whole:
    found: list[Wrong] = []
    for mistake, other in wrong.items():
        if other != value and other not in [one.value for one in found]:
            found.append(Wrong(mistake, other))
    return Whole(value, tuple(found))


def _points(draw: Draws, count: int) -> Points:
    """Points of a grid with the classes that a line through the grid gives them, both classes among them."""
    numbers = range(-REACH, REACH + 1)
    a, b, c = pick(draw, (-2, -1, 1, 2)), pick(draw, (-2, -1, 1, 2)), pick(draw, (-1, 0, 1))
    sides: dict[int, list[tuple[int, int, int]]] = {1: [], -1: []}
    for x in numbers:
        for y in numbers:
            side = a * x + b * y + c
            if side and (x or y):
                sides[1 if side > 0 else -1].append((x, y, 1 if side > 0 else -1))
    found: Points = []
    while len(found) < count:
        left = [point for point in sides[(-1) ** len(found)] if point not in found]
        found.append(pick(draw, left))
    return found


def run(points: Points, targets: bool = True, always: bool = False) -> Steps:
    """The corrections: the point, the weights after it, the time through the points (Rosenblatt 1958, rate 1). targets,
    always: the mistakes of adding every point, and of changing the weights at right points too."""
    w = (0, 0, 0)
    found: Steps = []
    for epoch in range(1, 30):
        before = len(found)
        for number, (x, y, t) in enumerate(points, 1):
            if (w[0] * x + w[1] * y + w[2]) * t <= 0 or always:
                s = t if targets else 1
                w = (w[0] + s * x, w[1] + s * y, w[2] + s)
                found.append((number, w, epoch))
        if len(found) == before or always:
            break
    return found


def _network(points: Points) -> Network:
    zero = Typed("0")
    layer = Layer(1, IDENTITY, ((zero, zero, zero),), None, has_bias=False)
    inputs = tuple((Typed(str(x)), Typed(str(y)), Typed("1")) for x, y, _ in points)
    targets = tuple((Typed(str(t)),) for _, _, t in points)
    plan = Training(100, 1, stop_without_mistakes=True)
    return Network(
        "perceptron",
        3,
        (layer,),
        loss_named("perceptron_error"),
        "sum",
        Optimizer("sgd", Typed("1")),
        inputs,
        targets,
        training=plan,
    )


KIND = Kind("perceptron-run", "a perceptron trained by hand", (), make, samples)
