"""How good the checker is, and how fast: simulated students on two hundred networks hand in, and what it finds is
counted. Beside it the rules that others compare by, on the same lines.

    python benchmarks/checking.py --networks 200
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, product
from math import floor, log10
from random import Random
from time import process_time

from measuring import table

from backtrace.api.net import load
from backtrace.check.checking import check
from backtrace.check.records import RIGHT, WRONG, LineReport
from backtrace.check.students.drawn import SHAPES, network, networks
from backtrace.check.students.student import Student, calculated, hand_in
from backtrace.check.students.trials import by_chance, honest, one_mistake, plants, two_mistakes
from backtrace.errors import InputError
from backtrace.expression.rounding import rounded
from backtrace.mistakes.applied import every_slip, same
from backtrace.network.quantity import Derivative, Key, Quantity
from backtrace.network.records import Network

DIGITS = (3, 4, 5)
VIEWS = ("delta", "chain", "paths", "gates")
WAYS: tuple[dict[str, object], ...] = (
    *({"view": view, "skips": skips} for view, skips in product(VIEWS, (0.0, 0.3, 0.7))),
    {"cuts": True},
    {"cuts": True, "skips": 0.3, "view": "chain"},
    {"shuffled": True, "skips": 0.3},
    {"steps": 2, "skips": 0.3},
    {"after": True},
    {"sign": -1},
    {"sign": -1, "formulas": True, "view": "chain"},
    {"formulas": True, "skips": 0.3},
    {"formulas": True, "view": "paths"},
)
# How many ways of working are tried on one network, by turns.
TURN = 5
# Pairs that coincide on every network on which both were seen, at least so often.
OFTEN = 5

Rule = Callable[[LineReport, int], bool]


def percent(part: int, whole: int) -> str:
    """So many of a hundred."""
    return f"{100 * part / whole:.2f} %" if whole else "-"


def of_honest(nets: Sequence[Network]) -> None:
    """Honest students."""
    rows = []
    for digits, carries in product(DIGITS, (False, True)):
        for decimals in (None, digits):
            ways = [Student(digits, carries=carries, decimals=decimals, **way) for way in WAYS]  # type: ignore[arg-type]
            found: Counter[str] = Counter()
            # With so many decimals what Adam divides by is often 0.
            able = [net for net in nets if decimals is None or net.optimizer.type != "adam"]
            for n, net in enumerate(able):
                found += honest([net], [ways[(TURN * n + m) % len(ways)] for m in range(TURN)])[0]
            lines = sum(found.values())
            name = f"{digits} {'digits' if decimals is None else 'decimals'}, {'carries all' if carries else 'rounds'}"
            rows.append((name, lines, *[found[verdict] for verdict in (WRONG, "rounding_slip", "not_judged")]))
    table(("honest students", "lines", "wrong", "rounding slip", "not judged"), rows)


def of_one_mistake(nets: Sequence[Network]) -> None:
    """One mistake, and honest work after it."""
    rows = []
    for digits in DIGITS:
        for name, ways in (
            ("δ view, all lines", {}),
            ("δ view, carries all", {"carries": True}),
            ("chain view, 30 % left out", {"view": "chain", "skips": 0.3}),
        ):
            found, _ = one_mistake(nets, [Student(digits, **ways)], 6)  # type: ignore[arg-type]
            rows.append(
                (
                    f"{digits} digits, {name}",
                    found["planted"],
                    percent(found["first"], found["planted"]),
                    percent(found["later"], found["planted"]),
                    percent(found["cause"], found["planted"]),
                    percent(found["only"], found["separable"]),
                )
            )
    heading = ("one mistake planted", "trials", "first line flagged", "later ones too", "cause among the matches")
    table((*heading, "the only match, where it can be told"), rows)


def of_chance_and_two(nets: Sequence[Network]) -> None:
    """Numbers drawn at random; two mistakes."""
    rows = []
    for digits in DIGITS:
        found, causes = by_chance(nets, Student(digits), 15)
        most = ", ".join(f"`{name}` {count}" for name, count in causes.most_common(3))
        rows.append((digits, found["wrong"], percent(found["explained"], found["wrong"]), most))
    table(("digits", "wrong numbers drawn at random", "explained by chance", "most often by"), rows)
    rows = []
    for digits in DIGITS:
        found = two_mistakes(nets, Student(digits), 2)
        shares = [percent(found[name], found["planted"]) for name in ("both", "causes", "others")]
        rows.append((digits, found["planted"], *shares))
    table(("digits", "two mistakes planted", "both found", "both causes", "other lines flagged"), rows)


def of_pairs(nets: Sequence[Network]) -> None:
    """Mistakes that give the same number wherever both are possible."""
    seen: Counter[tuple[str, str]] = Counter()
    alike: Counter[tuple[str, str]] = Counter()
    for net in nets:
        for key in calculated(net, Student()):
            try:
                slips = {slip.mistake.id: slip.value for slip in every_slip(net, key)}
            except (InputError, KeyError):
                continue
            for pair in combinations(sorted(slips), 2):
                seen[pair] += 1
                alike[pair] += same(slips[pair[0]], slips[pair[1]])
    rows = [(f"`{a}`", f"`{b}`", n) for (a, b), n in sorted(alike.items()) if n == seen[a, b] and n >= OFTEN]
    table(("coincide by nature", "with", "lines"), rows)


def prairielearn(line: LineReport, digits: int) -> bool:
    """`sigfig`: within 0.51 of the last digit of the true value."""
    assert line.given is not None and line.expected is not None
    places = -floor(log10(abs(line.expected))) + digits - 1 if line.expected else digits - 1
    return abs(line.given.value - line.expected) < 0.51 * 10.0**-places


def stack(line: LineReport, digits: int, right: int) -> bool:
    """NumSigFigs [digits, right]: half a unit of so many digits around the true value as rounded."""
    assert line.given is not None and line.expected is not None
    true = rounded(line.expected, digits)
    unit = 10.0 ** (floor(log10(abs(true))) - right + 1) if true else 10.0**-right
    return abs(line.given.value - true) < unit / 2


def near(given: float, right: float | None, share: float) -> bool:
    """Within a share of the right number."""
    assert right is not None
    return abs(given - right) <= share * abs(right)


RULES: dict[str, Rule] = {
    "true value, `sigfig`": prairielearn,
    "true, STACK [n]": lambda line, n: stack(line, n, n),
    "true, STACK [n, n−1]": lambda line, n: stack(line, n, n - 1),
    "true, 1 %": lambda line, n: near(line.given.value, line.expected, 0.01),  # type: ignore[union-attr]
    "true, 0.1 %": lambda line, n: near(line.given.value, line.expected, 0.001),  # type: ignore[union-attr]
    "own lines, point": lambda line, n: abs(line.given.value - line.expected_from_own) <= line.given.unit / 2,  # type: ignore[union-attr, operator]
    "own lines, 0.1 %": lambda line, n: near(line.given.value, line.expected_from_own, 0.001),  # type: ignore[union-attr]
    "**own lines, interval**": lambda line, n: line.verdict != WRONG,
}


def judged(nets: Sequence[Network], student: Student, mistaken: bool) -> Iterator[LineReport]:
    """The lines of honest work, or those in which a mistake was planted."""
    for n, net in enumerate(nets):
        if not mistaken:
            yield from check(hand_in(net, student, Random(n)), net).lines
            continue
        for plant, _ in plants(net, student, Random(n), 6):
            report = check(hand_in(net, student, Random(n), {plant.key: plant.slip}, [plant.key]), net)
            yield from (line for line in report.lines if line.line.key == plant.key)


def of_rules(nets: Sequence[Network]) -> None:
    """The rules by which others compare, on the same lines."""
    rows: list[tuple[object, ...]] = []
    for digits, decimals in ((3, None), (4, None), (5, None), (4, 4)):
        shares = []
        for carries in (True, False):
            lines = [
                line for line in judged(nets, Student(digits, carries, decimals=decimals), False) if measured(line)
            ]
            shares.append([sum(not rule(line, digits) for line in lines) / len(lines) for rule in RULES.values()])
        name = f"{digits} digits" if decimals is None else f"{decimals} decimals"
        pairs = [f"{100 * a:.1f} / {100 * b:.1f}" for a, b in zip(*shares, strict=True)]
        rows.append((f"honest lines flagged, {name}, % (carries / rounds)", *pairs))
    for digits in DIGITS:
        lines = [line for line in judged(nets, Student(digits), True) if measured(line)]
        passed = [sum(rule(line, digits) for line in lines) / len(lines) for rule in RULES.values()]
        rows.append((f"mistakes passed, {digits} digits, %", *[f"{100 * share:.1f}" for share in passed]))
    table(("", *RULES), rows)


def measured(line: LineReport) -> bool:
    """Whether a line has what the rules compare."""
    return line.given is not None and line.expected is not None and line.expected_from_own is not None


def of_digits() -> None:
    """The network of the published walkthrough, rounded at every line."""
    net = load("mazur").network
    out, delta = Quantity("out", 2, 1), Quantity("delta", 2, 1)
    w1, w5 = net.weight(1, 1, 1), net.weight(2, 1, 1)
    loss = Quantity("loss")
    keys: list[Key] = [out, delta, Derivative(loss, w5), delta._replace(layer=1), Derivative(loss, w1)]
    keys += [w5._replace(updates=1), w1._replace(updates=1)]
    rows: list[tuple[object, ...]] = []
    for digits in DIGITS:
        found = {line.line.key: line for line in check(hand_in(net, Student(digits), Random(1)), net).lines}
        cells = [
            f"{found[key].line.parts[-1].text} {'right' if found[key].verdict == RIGHT else 'early'}" for key in keys
        ]
        rows.append((f"{digits} digits", *cells))
    least = [next((n for n in range(2, 9) if not passing(net, key, n)), "-") for key in keys]
    rows.append(("digits at which no mistake passes", *least))
    table(("mazur", "out_o1", "delta_o1", "dE/dw5", "delta_h1", "dE/dw1", "w5+", "w1+"), rows)


def passing(net: Network, key: Key, digits: int) -> list[str]:
    """The mistakes of the catalogue that pass as right at so many digits."""
    student = Student(digits)
    own = {k: entry.used for k, entry in calculated(net, student).items() if k != key}
    passed = []
    for slip in every_slip(net, key, own):
        report = check(hand_in(net, student, Random(1), {key: slip}, [key]), net)
        line = next(line for line in report.lines if line.line.key == key)
        if line.verdict not in (WRONG, "rounding_slip") and not same(slip.value, line.expected_from_own or 0.0):
            passed.append(slip.mistake.id)
    return passed


def of_speed(count: int = 200) -> None:
    """A class: two by two networks, half of the students with a mistake."""
    nets = [network(Random(5000 + n), SHAPES[1]) for n in range(count)]
    handed_in = []
    for n, net in enumerate(nets):
        student = Student(4, carries=n % 4 > 1)
        wrong = {plant.key: plant.slip for plant, _ in plants(net, student, Random(n), 1)} if n % 2 else {}
        handed_in.append(hand_in(net, student, Random(n), wrong))
    start = process_time()
    for submission, net in zip(handed_in, nets, strict=True):
        check(submission, net)
    seconds = process_time() - start
    lines = sum(len(submission.lines) for submission in handed_in)
    rows = [(count, lines, f"{1000 * seconds / lines:.2f}", f"{40_000 * seconds / lines:.1f}")]
    table(("submissions", "lines", "ms for a line", "seconds for 1,000 submissions of 40 lines"), rows)


def main() -> None:
    """All tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--networks", type=int, default=200)
    nets = networks(parser.parse_args().networks)
    of_honest(nets)
    of_one_mistake(nets)
    of_chance_and_two(nets)
    of_pairs(nets)
    of_rules(nets)
    of_digits()
    of_speed()


if __name__ == "__main__":
    main()
