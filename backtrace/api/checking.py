"""Hand calculations checked: what is found, as objects, as data and as pages."""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, NamedTuple

from backtrace.api.net import Net, load
from backtrace.api.profiles import profile_named
from backtrace.errors import InputError

# What the heading of a page of some samples alone says.
OF_SAMPLES = r"outputs?, samples? ([0-9]{1,6}(?:, [0-9]{1,6})*) of ([0-9]{1,6})\b"

if TYPE_CHECKING:
    from backtrace.check.records import LineReport, Note, Report
    from backtrace.check.report.account import Asked
    from backtrace.network.records import Network
    from backtrace.notation.profile import Profile
    from backtrace.render.options import PageOptions


class CheckPage(NamedTuple):
    """What `check` gives: what is found about a submission, and pages of it."""

    report: Report
    network: Network
    profile: Profile
    asked: Asked

    @property
    def verdict(self) -> str:
        """Of the whole: "right", "mistake" or "unreadable"."""
        return self.report.verdict

    @property
    def lines(self) -> tuple[LineReport, ...]:
        """What is found about each line."""
        return self.report.lines

    @property
    def first_mistake(self) -> int | None:
        """The number of the first wrong line."""
        return self.report.first_mistake

    @property
    def score(self) -> float:
        """The share of the lines that earn their point, 0 to 1."""
        return self.report.score

    @property
    def notes(self) -> tuple[Note, ...]:
        """What holds for the whole submission."""
        return self.report.notes

    def page(self, format: str = "terminal", options: PageOptions | None = None) -> str:
        """The page as text: terminal, markdown, html, json or csv."""
        from backtrace.check.report.page import report_page
        from backtrace.render.options import PageOptions

        return report_page(self.report, self.network, self.profile, self.asked, format, options or PageOptions())

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `backtrace check -f json`."""
        from backtrace.check.report.data import report_data
        from backtrace.check.report.right_lines import RightLines

        return report_data(self.report, RightLines(self.report, self.network), self.asked)

    def __str__(self) -> str:
        return self.page("terminal")

    def _repr_markdown_(self) -> str:
        return self.page("markdown")

    def _repr_html_(self) -> str:
        from backtrace.check.report.page import report_part

        return report_part(self.report, self.network, self.profile, self.asked)


def check(
    network: Net | str,
    work: str | bytes | os.PathLike[str],
    notation: str | None = None,
    hint: int = 1,
    reveal: Collection[int] | None = (),
    explain: int = 0,
    language: str = "en",
    name: str = "",
    exercise: int | None = None,
) -> CheckPage:
    """What is found about a hand calculation on a network with numbers.

    network: a Net, or what `load` takes; work: its lines `name = formula = numbers = value`, or the path of their file;
    notation: the profile whose names it uses, by default the one that it names or that knows its names; hint: 1, or 2
    for stronger hints; reveal: the lines (by number) whose right form pages show, None for all that are not right;
    explain: the line that they work out beside the person's own; language: of the pages; name: what the work is called;
    exercise: of an answer form, the exercise whose answers are meant.

    Raises InputError for a network without numbers, and for a file that cannot be read; a line that cannot be read is
    reported and the others are checked.
    """
    from backtrace.check.checking import check as found
    from backtrace.check.report.account import Asked
    from backtrace.check.report.words import sentences
    from backtrace.check.submission.reading import read_submission
    from backtrace.network.source import file_text
    from backtrace.notation.loading import DEFAULT

    sentences(language)
    if hint not in (1, 2):
        raise InputError(f"there is no hint {hint}", hint="1, or 2 for a stronger one")
    net = load(network) if isinstance(network, str) else network
    told = notation or (net.notation if net.notation != DEFAULT else None)
    profile = profile_named(told) if told else None
    if isinstance(work, os.PathLike):
        name, work = name or os.fspath(work), file_text(work)
    judged = first_update(net.network, work)
    submission = read_submission(work, judged, profile, name)
    if exercise is not None:
        from backtrace.check.marking.exercise_networks import of_exercise

        submission = of_exercise(submission, exercise)
    if profile is None or submission.notation != profile.name:
        profile = profile_named(submission.notation)
    return CheckPage(found(submission, judged), judged, profile, Asked(hint, reveal, explain, language))


def first_update(network: Network, work: str | bytes) -> Network:
    """What a training does first: its first mini-batch, as `derive` shows it, unless the work names a sample itself; or
    the samples that a page of `derive --sample` says it is about."""
    from backtrace.network.training import of_update

    text = work.decode("utf-8", "replace") if isinstance(work, bytes) else work
    said = re.search(OF_SAMPLES, text)
    if said and int(said[2]) == network.samples:
        return of_update(network, [int(sample) for sample in said[1].split(", ")])
    return network if "@" in text else of_update(network)
