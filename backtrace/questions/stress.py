"""What many seeds show of a sheet or a kind: faults, keys that do not come out of the text of the sheet, repetitions,
where the right option stands, how answers look."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from math import erfc, exp, gamma, sqrt
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

from backtrace.errors import BacktraceError, printable
from backtrace.questions.joining import joint
from backtrace.questions.labels import asked_together, labelled
from backtrace.questions.records import Choice, Numeric, Whole
from backtrace.questions.seed_range import drawn
from backtrace.questions.sheet_file import SheetFile
from backtrace.questions.variants import Variant

if TYPE_CHECKING:
    from backtrace.questions.reading_back import Compared

# What a page writes with a power of ten, and what a pocket calculator shows as zero.
PLAIN_FROM, PLAIN_TO = 1e-4, 1e6
SMALL = 1e-3
FAULTS_SHOWN = 10


class Seen(NamedTuple):
    """What one seed showed. fault: empty where the sheet could be made; numbers: (part, value, digits) of answers that
    are numbers; places: (part, how many options, where the right one stands); recomputed, by_person: how many answers
    came out of the text of the sheet, and how many are words; unread: why others did not; seconds: for all of that."""

    seed: int
    fault: str
    note: str = ""
    numbers: tuple[tuple[str, float, int], ...] = ()
    places: tuple[tuple[str, int, int], ...] = ()
    recomputed: int = 0
    by_person: int = 0
    unread: tuple[str, ...] = ()
    seconds: float = 0.0


def look(sheets: Sequence[SheetFile], seed: int) -> Seen:
    """Draws the sheet of the seed and holds every answer against its own interval, against its wrong ones, and against
    what the text of the sheet comes to. Of several sheets, which are the levels of a kind, each has its turn."""
    start = perf_counter()
    sheet = sheets[(seed - 1) % len(sheets)]
    try:
        variant = drawn(sheet, seed)
    except BacktraceError as error:
        return Seen(seed, printable(str(error), 300), seconds=perf_counter() - start)
    except Exception as error:
        return Seen(seed, f"our own fault: {type(error).__name__}: {printable(str(error), 300)}")
    numbers: list[tuple[str, float, int]] = []
    places: list[tuple[str, int, int]] = []
    for one in labelled(variant.exercises):
        answer = one.part.answer
        label = one.label if len(sheets) == 1 else f"level {one.instance.level}"
        if isinstance(answer, Numeric):
            numbers.append((label, float(answer.value), answer.digits))
        elif isinstance(answer, Whole):
            numbers.append((label, float(answer.value), 0))
        elif isinstance(answer, Choice) and not answer.several:
            right = [n for n, option in enumerate(answer.options) if option.right]
            places.append((label, len(answer.options), right[0] if right else -1))
    again = reread(variant, sheet.page.language)
    return Seen(
        seed,
        "; ".join([*faults(variant), *again.mismatches]),
        variant.note,
        tuple(numbers),
        tuple(places),
        again.recomputed,
        again.by_person,
        again.unread,
        perf_counter() - start,
    )


def reread(variant: Variant, code: str = "en") -> Compared:
    """The answers beside those that a reader of its own gets from the text of the sheet in that language."""
    from backtrace.notation.loading import load_profile
    from backtrace.questions.reading_back import compared
    from backtrace.questions.words import labels, language
    from backtrace.questions.writing import exercise_document
    from backtrace.render.document import DocumentOptions
    from backtrace.render.documents import write
    from backtrace.render.options import PageOptions

    words, profile = language(code), load_profile("mazur")
    instances = [joint(group) for group in asked_together(variant.exercises)]
    options = DocumentOptions(profile, PageOptions(decimal=words.decimal), labels(words))
    page = write(exercise_document(instances, words, profile), "markdown", options)
    return compared(page, instances, code)


def faults(variant: Variant) -> Iterator[str]:
    """What may not be: an answer outside of its own interval, a wrong one inside, two options alike, no right one."""
    for one in labelled(variant.exercises):
        answer = one.part.answer
        if isinstance(answer, Numeric):
            if not answer.low <= answer.value <= answer.high:
                yield f"{one.label}: the answer lies outside of what is accepted"
            for wrong in answer.wrong:
                if isinstance(wrong.value, float | int) and answer.low <= wrong.value <= answer.high:
                    yield f"{one.label}: {wrong.mistake} gives an answer that is accepted"
        elif isinstance(answer, Choice):
            right = [option for option in answer.options if option.right]
            if not right or (len(right) > 1 and not answer.several):
                yield f"{one.label}: {len(right)} options are right"
            if len({option.text for option in answer.options}) < len(answer.options):
                yield f"{one.label}: two options are alike"
            for option in answer.options:
                if not option.right and not option.why:
                    yield f"{one.label}: a wrong option names no mistake"


def looked(sheets: Sequence[SheetFile], seeds: Sequence[int], workers: int = 1) -> Iterator[Seen]:
    """Every seed in order, by so many processes."""
    if workers <= 1 or len(seeds) < 2:
        yield from (look(sheets, seed) for seed in seeds)
        return
    from multiprocessing import get_context

    context = get_context("fork" if sys.platform == "linux" else "spawn")
    with context.Pool(workers, _begin, (sheets,)) as pool:
        yield from pool.imap(_work, seeds, max(1, min(50, len(seeds) // workers)))


_sheets: Sequence[SheetFile]


def _begin(sheets: Sequence[SheetFile]) -> None:
    import signal

    global _sheets
    _sheets = sheets
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _work(seed: int) -> Seen:
    return look(_sheets, seed)


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
