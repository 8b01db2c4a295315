"""Single lines of a derivation as they stand on a terminal page, and the heading above them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backtrace.derivation.steps import Derivation, Section, Step, Value
from backtrace.network.quantity import LOSS, Key
from backtrace.network.records import Network
from backtrace.notation.profile import Profile
from backtrace.notation.spelling import Spelling
from backtrace.render.layout import Laid
from backtrace.render.options import PageOptions
from backtrace.render.terminal import Page


def step_lines(
    network: Network, profile: Profile, steps: Sequence[Step], values: Mapping[Key, Value], options: PageOptions
) -> str:
    """The steps, one below the other; values: the numbers put in."""
    page = _page(network, profile, Section("", (), tuple(steps)), values, options)
    found = [page.block(block) for _, _, blocks in page.sections for block in blocks]
    column = page.layout.value_column([line for block in found for line in block if isinstance(line, Laid)])
    return "\n".join(line.rstrip() for block in found for line in page.layout.finished(block, column))


def section_heading(network: Network, profile: Profile, section: Section, options: PageOptions) -> str:
    """The heading of a section, with its routes drawn beside it."""
    return "\n".join(_page(network, profile, section._replace(items=()), {}, options).heading(section, 0))


def _page(
    network: Network, profile: Profile, section: Section, values: Mapping[Key, Value], options: PageOptions
) -> Page:
    derivation = Derivation(network, profile, "chain", "factors", (LOSS,), (section,), values)
    return Page(derivation, Spelling(profile, network), options)
