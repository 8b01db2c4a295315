"""What many seeds show: faults, repetitions, where the right option stands, how answers look. As data, and in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from math import erfc, exp, gamma, sqrt
from typing import Any

from backtrace.questions.stress import Seen

# What a page writes with a power of ten, and what a pocket calculator shows as zero.
PLAIN_FROM, PLAIN_TO = 1e-4, 1e6
SMALL = 1e-3
FAULTS_SHOWN = 10


def report(name: str, seen: Sequence[Seen]) -> dict[str, Any]:
    """The figures as data. Times are left out: they are of the machine, not of the sheet."""
    good = [one for one in seen if one.note]
    first: dict[str, int] = {}
    again = [one.seed for one in good if first.setdefault(one.note, one.seed) != one.seed]
    wrong = [one for one in seen if one.fault]
    return {
        "version": 1,
        "name": name,
        "seeds": len(seen),
        "faults": len(wrong),
        "own_faults": sum(one.ours for one in wrong),
        "first_faults": [{"seed": one.seed, "fault": one.fault} for one in wrong[:FAULTS_SHOWN]],
        "different": len(first),
        "duplicates": len(again),
        "recomputed": sum(one.recomputed for one in good),
        "read_by_a_person": sum(one.by_person for one in good),
        "unread": sum(len(one.unread) for one in good),
        "first_unread": [{"seed": one.seed, "why": one.unread[0]} for one in good if one.unread][:FAULTS_SHOWN],
        "answers": [_answers(label, good) for label in _labels(one.numbers for one in good)],
        "options": _positions(good),
    }


def _labels(found: Iterator[tuple[tuple[Any, ...], ...]]) -> list[str]:
    return list(dict.fromkeys(row[0] for rows in found for row in rows))


def _answers(label: str, seen: Sequence[Seen]) -> dict[str, Any]:
    """How the answers to one part look over all seeds."""
    rows = [(value, digits) for one in seen for own, value, digits in one.numbers if own == label]
    sizes = sorted(abs(value) for value, _ in rows)
    return {
        "part": label,
        "least": min(value for value, _ in rows),
        "greatest": max(value for value, _ in rows),
        "smallest_size": sizes[0],
        "median_size": sizes[len(sizes) // 2],
        "zero": sum(size == 0 for size in sizes),
        "below_0.001": sum(0 < size < SMALL for size in sizes),
        "with_power_of_ten": sum(size != 0 and not PLAIN_FROM <= size < PLAIN_TO for size in sizes),
        "different": len({value for value, _ in rows}),
        "digits": {str(d): n for d, n in sorted(Counter(digits for _, digits in rows).items())},
    }


def _positions(seen: Sequence[Seen]) -> list[dict[str, Any]]:
    """Where the right option stands, by the number of options, and how well that fits equal chances."""
    by_size: dict[int, Counter[int]] = {}
    for one in seen:
        for _, options, place in one.places:
            by_size.setdefault(options, Counter())[place] += 1
    found = []
    for options, counts in sorted(by_size.items()):
        expected = sum(counts.values()) / options
        square = sum((counts[place] - expected) ** 2 / expected for place in range(options))
        found.append(
            {
                "options": options,
                "counts": [counts[place] for place in range(options)],
                "chi_square": square,
                "chance": chance(square, options - 1),
            }
        )
    return found


def chance(square: float, freedom: int) -> float:
    """How probable a chi-square at least as great is, when all places have equal chances (Abramowitz and Stegun 26.4.4
    and 26.4.5)."""
    if freedom % 2 == 0:
        terms = (exp(-square / 2) * (square / 2) ** i / gamma(i + 1) for i in range(freedom // 2))
        return min(1.0, sum(terms))
    terms = (exp(-square / 2) * (square / 2) ** (i + 0.5) / gamma(i + 1.5) for i in range(freedom // 2))
    return min(1.0, erfc(sqrt(square / 2)) + sum(terms))


def keys_text(figures: dict[str, Any]) -> str:
    """How many answers were recomputed, for a person."""
    words = f"{several(figures['recomputed'], 'answer')} recomputed from the text of the sheet"
    if figures["read_by_a_person"]:
        words += f", {figures['read_by_a_person']} read by a person"
    return words + (f", {figures['unread']} not read" if figures["unread"] else "")


def report_text(figures: dict[str, Any]) -> str:
    """The figures for a person."""
    seeds = figures["seeds"]
    counts = ((seeds, "seed"), (figures["faults"], "fault"), (figures["duplicates"], "duplicate"))
    lines = [f"{figures['name']}: {', '.join(several(number, word) for number, word in counts)}"]
    lines.append(f"  {keys_text(figures)}")
    lines += [f"  seed {row['seed']}: {row['fault']}" for row in figures["first_faults"]]
    lines += [f"  seed {row['seed']} is not read: {row['why']}" for row in figures["first_unread"]]
    if figures["faults"] > len(figures["first_faults"]):
        lines.append(f"  and {figures['faults'] - len(figures['first_faults'])} more")
    if figures["answers"]:
        rows = [
            (
                "answers to",
                "least",
                "greatest",
                "smallest size",
                "median",
                "zero",
                "< 0.001",
                "x10^k",
                "different",
                "digits",
            )
        ]
        for row in figures["answers"]:
            digits = ", ".join(f"{d}: {n}" for d, n in row["digits"].items() if d != "0") or "whole"
            rows.append(
                (
                    row["part"], f"{row['least']:.4g}", f"{row['greatest']:.4g}", f"{row['smallest_size']:.3g}",
                    f"{row['median_size']:.3g}", str(row["zero"]), str(row["below_0.001"]),
                    str(row["with_power_of_ten"]), str(row["different"]), digits,
                )
            )  # fmt: skip
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        lines += ["  " + "  ".join(c.rjust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in rows]
    for row in figures["options"]:
        places = ", ".join(f"{chr(ord('A') + n)} {count}" for n, count in enumerate(row["counts"]))
        spread = f"chi-square {row['chi_square']:.2f}, chance {row['chance']:.3f}"
        lines.append(f"  right option of {row['options']}: {places}; {spread}")
    return "\n".join(lines) + "\n"


def whole_text(found: Sequence[dict[str, Any]]) -> str:
    """All reports in one line, for a person."""
    names = ("seeds", "faults", "recomputed", "read_by_a_person", "unread")
    sums = {name: sum(one[name] for one in found) for name in names}
    counts = f"{several(sums['seeds'], 'seed')}, {several(sums['faults'], 'fault')}"
    return f"{len(found)} kinds: {counts}, {keys_text(sums)}\n"


def several(number: int, word: str) -> str:
    """1 seed, 2 seeds."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
