"""What the methods of a network give: results that become pages, as text or as data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from backtrace.api.profiles import DEFAULT_NOTATION, profile_named
from backtrace.errors import InputError

# The rooms are imported where they are used: a list of names must not wait for the engine.
if TYPE_CHECKING:
    from backtrace.derivation.steps import Derivation
    from backtrace.derivation.workspace import Choices
    from backtrace.engine.comparing import Depth, Report
    from backtrace.engine.records import Run
    from backtrace.network.quantity import Key
    from backtrace.network.records import Network
    from backtrace.notation.profile import Profile
    from backtrace.render.options import PageOptions


class DerivationPage(NamedTuple):
    """What `Net.derive` gives: the derivation, and pages of it. choices, closed_form: what was asked of the derivation,
    so that its JSON can be made under the default notation. blank: what a worksheet leaves to be filled in; answers:
    whether its pages list what belongs there instead."""

    derivation: Derivation
    options: PageOptions
    choices: Choices | None = None
    closed_form: bool = False
    blank: str = ""
    answers: bool = False

    def worksheet(self, blank: str = "values", answers: bool = False) -> DerivationPage:
        """The same as a worksheet: the values, the factors or all of both and every number put in are gaps.

        answers: pages then list what belongs in the gaps. Raises InputError where there is nothing to leave blank.
        """
        from backtrace.derivation.blanks import blanked

        return self._replace(derivation=blanked(self.derivation, blank), blank=blank, answers=answers)

    @property
    def line_count(self) -> int:
        """How many lines the page has, without headings."""
        return len(self.derivation.steps())

    def page(self, format: str = "terminal", options: PageOptions | None = None) -> str:
        """The page as text: terminal, markdown, latex, beamer, html, json, text or script."""
        from backtrace.render.page import render

        made = self._neutral() if format == "json" else self.derivation
        chosen = options._replace(typed=self.options.typed) if options else self.options
        if self.answers:
            from backtrace.render.worksheet import answer_page, counted

            made = answer_page(counted(made, chosen, format == "json"))
        return render(made, format, chosen)

    def _neutral(self) -> Derivation:
        """The same lines under the default notation: data for programs does not depend on the notation, but which
        lines there are, and the sign of delta, can."""
        from backtrace.network.records import Network

        profile = profile_named(DEFAULT_NOTATION)
        network = self.derivation.network
        if self.choices is None or self.derivation.profile == profile or not isinstance(network, Network):
            return self.derivation
        made = derived(network, self.derivation.quantities, profile, self.choices, self.closed_form)
        if self.blank:
            from backtrace.derivation.blanks import blanked

            made = blanked(made, self.blank)
        return made._replace(profile=self.derivation.profile)

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `backtrace derive -f json`."""
        import json

        found: dict[str, Any] = json.loads(self.page("json"))
        return found

    def to_sympy(self) -> dict[str, Any]:
        """The closed form of everything asked for, as SymPy expressions by neutral name (needs SymPy)."""
        from backtrace.derivation.closed import closed_forms
        from backtrace.expression.algebra import to_sympy
        from backtrace.network.quantity import neutral

        return {neutral(key): to_sympy(form, lambda k: neutral(k)) for key, form in closed_forms(self.derivation)}  # type: ignore[arg-type]

    def __str__(self) -> str:
        return self.page("terminal")

    def _repr_markdown_(self) -> str:
        return self.page("markdown")

    def _repr_latex_(self) -> str:
        return self.page("latex")

    def _repr_html_(self) -> str:
        from backtrace.notation.subject import spelling
        from backtrace.render.html_page import html_part

        return html_part(self.derivation, spelling(self.derivation.profile, self.derivation.network), self.options)


class TracePage(NamedTuple):
    """What `Net.trace` gives: the numbers of one or more training steps, and pages of them."""

    network: Network
    run: Run
    profile: Profile

    @property
    def loss(self) -> float:
        """The loss before the first update."""
        return self.run.first.loss

    def page(self, format: str = "terminal", options: PageOptions | None = None) -> str:
        """The page as text: terminal, markdown, html, csv or json."""
        from backtrace.render.options import PageOptions
        from backtrace.render.trace import render_trace

        return render_trace(self.network, self.run, self.profile, format, options or PageOptions())

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `backtrace trace -f json`."""
        return self.run.to_dict()

    def __str__(self) -> str:
        return self.page("terminal")

    def _repr_markdown_(self) -> str:
        return self.page("markdown")


class CostPage(NamedTuple):
    """What `Net.cost` gives: the counts, and pages of them. quantity: the one asked for, by its neutral name."""

    report: Report
    profile: Profile
    quantity: str | None = None

    def page(self, format: str = "terminal", options: PageOptions | None = None) -> str:
        """The page as text: terminal, markdown, html, csv or json."""
        from backtrace.render import cost, cost_data
        from backtrace.render.options import PageOptions
        from backtrace.render.table_page import page

        if format in ("csv", "json"):
            data = cost_data.report_data(self.report, self.quantity)
            return cost_data.as_json(data) if format == "json" else cost_data.report_csv(data)
        network, options = self.report.network, options or PageOptions()
        parts = list(cost.report_parts(self.report, cost.Writer(network, self.profile, options)))
        return page(parts, cost.named(network), format, options)

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `backtrace cost -f json`."""
        from backtrace.render.cost_data import report_data

        return report_data(self.report, self.quantity)

    def __str__(self) -> str:
        return self.page("terminal")

    def _repr_markdown_(self) -> str:
        return self.page("markdown")


class DepthPage(NamedTuple):
    """What `Net.cost_over_depths` gives: a row per depth, and pages of them."""

    network: Network
    profile: Profile
    units: int
    depths: tuple[Depth, ...]

    def page(self, format: str = "terminal", options: PageOptions | None = None) -> str:
        """The page as text: terminal, markdown, html, csv or json."""
        from backtrace.render import cost, cost_data
        from backtrace.render.options import PageOptions
        from backtrace.render.table_page import page

        if format in ("csv", "json"):
            data = self.to_dict()
            return cost_data.as_json(data) if format == "json" else cost_data.depth_csv(data)
        options = options or PageOptions()
        write = cost.Writer(self.network, self.profile, options)
        title = cost.deepening(self.network, self.depths, self.units)
        return page(list(cost.depth_parts(self.depths, write)), title, format, options)

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `backtrace cost --depths -f json`."""
        from backtrace.render.cost_data import depth_data

        return depth_data(self.network.name, self.units, self.depths)

    def __str__(self) -> str:
        return self.page("terminal")

    def _repr_markdown_(self) -> str:
        return self.page("markdown")


def derived(network: Network, keys: Sequence[Key], profile: Profile, choices: Choices, closed_form: bool) -> Derivation:
    from backtrace.derivation.derive import derive

    if closed_form and choices.reuse:
        raise InputError("in the closed form nothing is used again", hint="leave out --closed-form or --reuse")
    derivation = derive(network, keys, profile, choices)
    if not closed_form:
        return derivation
    from backtrace.derivation.closed import as_derivation

    return as_derivation(derivation)
