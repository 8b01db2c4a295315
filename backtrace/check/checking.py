"""A submission checked: the reading under which fewest lines are wrong, its verdicts, and what explains each mistake.

A person may have another convention than the exercise, used throughout: δ with the other sign, the loss without its
half, sums for means. Such a reading is taken only where it leaves fewer lines wrong than ours, and it is said once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from backtrace.check.judging import MOST_EXPLAINED, Reading
from backtrace.check.lines import PARTS, Lines
from backtrace.check.merging import merged
from backtrace.check.records import (
    ROUNDED_EARLY,
    Line,
    LineReport,
    Note,
    Report,
    Submission,
)
from backtrace.engine.refusals import refuse_symbolic
from backtrace.engine.scalar import numbers_of
from backtrace.engine.structure import structure_of
from backtrace.engine.updating import start, start_values
from backtrace.errors import InputError
from backtrace.expression.kept import Kept
from backtrace.expression.rounding import as_float, decimal15, rounded
from backtrace.network.losses import loss_named
from backtrace.network.quantity import LOSS, SCHEDULED, Derivative, Key, Quantity
from backtrace.network.records import Network

# The same loss with another factor before it: what a person may have meant who gives no half, or a mean.
OTHER_LOSSES = {
    "half_squared_error": ("squared_error", "half_mean_squared_error", "mean_squared_error"),
    "squared_error": ("half_squared_error", "mean_squared_error", "half_mean_squared_error"),
    "mean_squared_error": ("squared_error", "half_squared_error", "half_mean_squared_error"),
    "half_mean_squared_error": ("half_squared_error", "mean_squared_error", "squared_error"),
    "absolute_error": ("mean_absolute_error",),
    "mean_absolute_error": ("absolute_error",),
    "binary_cross_entropy": ("mean_binary_cross_entropy",),
    "mean_binary_cross_entropy": ("binary_cross_entropy",),
}
LOSS_KINDS = ("loss", "data_loss", "loss_term")
# How many lines have to speak for another convention, or for cutting off.
SUPPORT = 2
# The ways of working that are kept for one structure.
MOST_STYLES = 64


class Convention(NamedTuple):
    """Another way to mean the exercise: the note that says so, the network under it, the sign of δ."""

    note: Note
    network: Network
    sign: int = 1


def check(submission: Submission, network: Network) -> Report:
    """What is found about a submission on a network with numbers.

    Raises InputError for a network without numbers, or whose right calculation has no finite value.
    """
    best, said = chosen(submission, network)
    reports = merged(best.reports)
    if best.explained < len(best.off):
        said = (*said, Note("not_all_explained", (best.explained,)))
    return Report(submission, reports, (*submission.notes, *said, *overall(reports)))


def chosen(submission: Submission, network: Network) -> tuple[Reading, tuple[Note, ...]]:
    """The reading under which fewest lines are off, ours where several are as good, and what it takes for granted.

    Another convention is looked for as long as one leaves fewer lines off; somebody may have two at once.
    """
    written = submission.lines
    best, notes = with_cuts(reading(written, network, submission.sign)), tuple[Note, ...]()
    taken: set[str] = set()
    while best.off:
        before = best
        for other in conventions(before.network, written, before.sign):
            if other.note.id in taken:
                continue
            found = better(reading(written, other.network, other.sign, before), before)
            if found is not None and len(found.off) < len(best.off) and bears_out(found, before, other):
                best, note = found, other.note
        if best is before:
            break
        taken.add(note.id)
        notes = (*notes, note)
    return best, (*notes, Note("cut_off")) if best.scale > 1 else notes


def better(found: Reading, than: Reading) -> Reading | None:
    """A reading that explains some line that is off under another one; None where it does not, or has no numbers, or
    where it takes too much to tell."""
    try:
        if all(found.is_off(place) for place in than.off[:MOST_EXPLAINED]):
            return None
        found = with_cuts(found)
    except InputError:
        return None
    return None if found.numbers.effort.is_over else found


def bears_out(found: Reading, than: Reading, other: Convention) -> bool:
    """Whether enough speaks for a convention: a loss that is written by it, or two lines. One gradient alone may be a
    mistake as well. The sign of δ shows in a single line."""
    mended = [place for place in than.off if place not in found.off]
    keys = [found.written[place].key for place in mended]
    return (
        other.note.id == "sign_of_delta"
        or len(mended) >= SUPPORT
        or any(isinstance(key, Quantity) and key.kind in LOSS_KINDS for key in keys)
    )


def with_cuts(found: Reading) -> Reading:
    """The reading of somebody who cuts off, where that explains more."""
    if not cuts_off(found):
        return found
    cut = Reading(found.written, found.network, found.lines, found.given, found.sign, 2.0, found)
    return cut if len(cut.off) < len(found.off) and not cut.numbers.effort.is_over else found


def reading(written: tuple[Line, ...], network: Network, sign: int = 1, before: Reading | None = None) -> Reading:
    """A submission read under one convention. before: another reading of it."""
    lines = lines_for(network, [line.key for line in written if line.key is not None])
    return Reading(written, network, lines, given_numbers(network), sign, before=before)


def lines_for(network: Network, keys: Sequence[Key]) -> Lines:
    """The lines of a network for somebody who writes these quantities; the same for all networks alike."""
    style, wires = style_of(keys), any(is_wire(key) for key in keys)
    known: Kept[Lines] = structure_of(network).kept("checked lines", lambda: Kept(MOST_STYLES))
    return known.get((style, wires)) or known.keep((style, wires), Lines(network, style, wires))


def style_of(keys: Sequence[Key]) -> frozenset[Derivative]:
    """The derivatives among these of which other lines are made only where somebody writes them: along one edge or one
    way, of a part of the loss."""
    written = {key for key in keys if isinstance(key, Derivative) and not key.of.updates}

    def matters(key: Derivative) -> bool:
        if key.via or key.of.kind == "loss_term":
            return True
        if key.of.kind in PARTS:
            return key.of != LOSS and (key.by.kind in ("weight", "bias") or Derivative(LOSS, key.by) in written)
        return not (key.of.kind in ("out", "softmax") and key.by.kind == "net")

    return frozenset(filter(matters, written))


def given_numbers(network: Network) -> dict[Key, float]:
    """Everything that the exercise gives: data, parameters, the rate, the settings, what the optimizer begins with.

    Raises InputError for a network without numbers.
    """
    refuse_symbolic(network)
    found: dict[Key, float] = {**numbers_of(network), **start_values(network, start(network))}
    if network.optimizer.schedule is not None and network.optimizer.has_rate:
        found[SCHEDULED] = network.optimizer.rate(0)
    return found


def conventions(network: Network, written: tuple[Line, ...], sign: int = 1) -> Iterator[Convention]:
    """The other conventions that a person may follow, those of one change first; sign: of δ in their notation."""
    if any(isinstance(line.key, Quantity) and line.key.kind == "delta" for line in written):
        yield Convention(Note("sign_of_delta"), network, -sign)
    for name in OTHER_LOSSES.get(network.loss.name, ()):
        yield Convention(Note("other_loss", (name,)), network._replace(loss=loss_named(name)), sign)
    if network.samples > 1:
        other = "sum" if network.reduction == "mean" else "mean"
        yield Convention(Note("other_reduction", (other,)), network._replace(reduction=other), sign)


def meant(notes: Sequence[Note], network: Network, written: tuple[Line, ...], sign: int) -> tuple[Network, int]:
    """The network as a person means it under the conventions that the notes of a report name, and the sign of δ."""
    for note in notes:
        for other in conventions(network, written, sign):
            if other.note == note:
                network, sign = other.network, other.sign
                break
    return network, sign


def is_wire(key: Key) -> bool:
    """Whether a quantity belongs to the gates between the units."""
    return any(q.kind == "wire" for q in key if isinstance(q, Quantity)) or (
        isinstance(key, Quantity) and key.kind == "wire"
    )


def cuts_off(found: Reading) -> bool:
    """Whether a person cuts numbers off: some are farther off than rounding explains, and where cutting and rounding
    differ, more are cut than rounded, of the right number or of what follows from their own lines."""
    if not found.off:
        return False
    votes = cuts = 0
    for one in found.verdicts:
        number = one.given
        if number is None or number.whole or one.expected is None or one.expected_from_own is None:
            continue
        cut = False
        for right in {one.expected, one.expected_from_own}:
            off, nearest = cut_off(right, number.digits), rounded(right, number.digits)
            if off != abs(nearest):
                votes += (abs(number.value) == off) - (abs(number.value) == abs(nearest))
                cut = cut or abs(number.value) == off
        cuts += cut
    return votes > 0 and cuts >= SUPPORT


def cut_off(value: float, digits: int) -> float:
    """The size of a number, cut off behind so many significant digits."""
    full = decimal15(abs(value))
    return as_float(full._replace(digits=full.digits[:digits]))


def overall(reports: tuple[LineReport, ...]) -> tuple[Note, ...]:
    """What is said once for the whole submission."""
    notes: list[Note] = []
    if any(note.id == "constant_cut_off" for one in reports for note in one.notes):
        notes.append(Note("constant_cut_off"))
    if any(one.verdict == ROUNDED_EARLY for one in reports):
        notes.append(Note("rounded_early"))
    return tuple(notes)
