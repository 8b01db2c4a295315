"""The objects that users hold: load a network, trace it, derive from it. `import backtrace as bt` hands these names on.

Results are frozen and show themselves in a notebook. Text that names a network, a quantity or a notation is what the
command line takes too. Everything that can be refused raises InputError.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from backtrace.errors import InputError

# The rooms are imported where they are used: a list of names must not wait for the engine.
if TYPE_CHECKING:
    from backtrace.derivation.general.explain import Explanation
    from backtrace.derivation.steps import Derivation
    from backtrace.derivation.workspace import Choices
    from backtrace.engine.comparing import Depth, Report
    from backtrace.engine.records import Run
    from backtrace.network.quantity import Key, Quantity
    from backtrace.network.records import Network
    from backtrace.notation.listing import NameRow
    from backtrace.notation.profile import Profile
    from backtrace.render.forward_only import ForwardPage
    from backtrace.render.options import PageOptions
    from backtrace.render.side_by_side import SideBySidePage
    from backtrace.render.training import TrainingPage

DEFAULT_NOTATION = "mazur"


class Row(NamedTuple):
    """One entry of a list: its name and what it is."""

    name: str
    title: str


class DerivationPage(NamedTuple):
    """What `Net.derive` gives: the derivation, and pages of it. choices, closed_form: what was asked of the derivation,
    so that its JSON can be made under the default notation."""

    derivation: Derivation
    options: PageOptions
    choices: Choices | None = None
    closed_form: bool = False

    @property
    def line_count(self) -> int:
        """How many lines the page has, without headings."""
        return len(self.derivation.steps())

    def page(self, format: str = "terminal", options: PageOptions | None = None) -> str:
        """The page as text: terminal, markdown, latex, beamer, json or script."""
        from backtrace.render.page import render

        made = self._neutral() if format == "json" else self.derivation
        return render(made, format, options._replace(typed=self.options.typed) if options else self.options)

    def _neutral(self) -> Derivation:
        """The same lines under the default notation: data for programs does not depend on the notation, but which
        lines there are, and the sign of delta, can."""
        from backtrace.network.records import Network

        profile = _profile(DEFAULT_NOTATION)
        network = self.derivation.network
        if self.choices is None or self.derivation.profile == profile or not isinstance(network, Network):
            return self.derivation
        made = _derived(network, self.derivation.quantities, profile, self.choices, self.closed_form)
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
        """The page as text: terminal, markdown, csv or json."""
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
        """The page as text: terminal, markdown, csv or json."""
        from backtrace.render import cost, cost_data
        from backtrace.render.options import PageOptions

        if format in ("csv", "json"):
            data = cost_data.report_data(self.report, self.quantity)
            return cost_data.as_json(data) if format == "json" else cost_data.report_csv(data)
        network, options = self.report.network, options or PageOptions()
        parts = list(cost.report_parts(self.report, cost.Writer(network, self.profile, options)))
        return cost.page(parts, cost.named(network), format, options)

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
        """The page as text: terminal, markdown, csv or json."""
        from backtrace.render import cost, cost_data
        from backtrace.render.options import PageOptions

        if format in ("csv", "json"):
            data = self.to_dict()
            return cost_data.as_json(data) if format == "json" else cost_data.depth_csv(data)
        options = options or PageOptions()
        write = cost.Writer(self.network, self.profile, options)
        title = cost.deepening(self.network, self.depths, self.units)
        return cost.page(list(cost.depth_parts(self.depths, write)), title, format, options)

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `backtrace cost --depths -f json`."""
        from backtrace.render.cost_data import depth_data

        return depth_data(self.network.name, self.units, self.depths)

    def __str__(self) -> str:
        return self.page("terminal")

    def _repr_markdown_(self) -> str:
        return self.page("markdown")


class ExplanationPage(NamedTuple):
    """What `explain` gives: a general derivation, every line of it checked, and pages of it."""

    explanation: Explanation

    def page(self, format: str = "terminal", options: PageOptions | None = None) -> str:
        """The page as text: terminal, markdown, latex, beamer or json."""
        from backtrace.render.explain import explanation_page
        from backtrace.render.options import PageOptions

        made = self._neutral() if format == "json" else self.explanation
        return explanation_page(made, format, options or PageOptions())

    def _neutral(self) -> Explanation:
        """The same topic under the default notation: data for programs does not depend on the notation."""
        from backtrace.derivation.general.explain import explain

        topic, asked = self.explanation.topic, self.explanation.asked
        profile = _profile(DEFAULT_NOTATION)
        return self.explanation if asked.profile == profile else explain(topic, asked._replace(profile=profile))

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `backtrace explain -f json`."""
        import json

        found: dict[str, Any] = json.loads(self.page("json"))
        return found

    def __str__(self) -> str:
        return self.page("terminal")

    def _repr_markdown_(self) -> str:
        return self.page("markdown")

    def _repr_latex_(self) -> str:
        return self.page("latex")


class Net(NamedTuple):
    """A network, ready to be traced and derived from. typed: what a command line says to get it, changes included."""

    network: Network
    notation: str = DEFAULT_NOTATION
    typed: str = ""

    @property
    def gradient_count(self) -> int:
        """How many gradients a whole derivation has."""
        return len(self.network.parameters())

    def trace(self, steps: int | None = None, notation: str | None = None) -> TracePage | ForwardPage:
        """Forward pass, gradients and `steps` updates (default 1); raises InputError for a network without numbers.

        Where no gradient passes (an activation without a derivative): the forward pass alone, unless steps are given.
        """
        if steps is None and not all(layer.activation.differentiable for layer in self.network.layers):
            from backtrace.engine.forward_only import forward_run
            from backtrace.render.forward_only import ForwardPage

            return ForwardPage(self.network, forward_run(self.network), _profile(notation or self.notation))
        from backtrace.engine.run import run

        steps = 1 if steps is None else steps
        return TracePage(self.network, run(self.network, steps), _profile(notation or self.notation))

    def train(self, show_updates: bool = False, notation: str | None = None, **rules: Any) -> TrainingPage:
        """Trains over the samples, by the file's [training] and by `rules`, which take its place: epochs, mini_batch,
        shuffle_seed, stop_change, patience, stop_without_mistakes."""
        from backtrace.engine.training import train
        from backtrace.network.training import planned
        from backtrace.render.training import TrainingPage, wants_updates

        plan = planned(self.network, rules)
        trained = train(self.network, plan, keep_updates=show_updates or wants_updates(self.network, plan))
        return TrainingPage(trained, _profile(notation or self.notation), show_updates)

    def side_by_side(self, notation: str | None = None, **rules: Any) -> SideBySidePage:
        """The same training with all samples, a mini-batch and one sample an update; rules: as in `train`."""
        from backtrace.engine.training import side_by_side
        from backtrace.network.training import planned
        from backtrace.render.side_by_side import SideBySidePage

        return SideBySidePage(
            side_by_side(self.network, planned(self.network, rules)), _profile(notation or self.notation)
        )

    def derive(
        self,
        *quantities: str,
        view: str = "chain",
        detail: str = "factors",
        notation: str | None = None,
        carry: str = "full",
        digits: int = 6,
        decimals: int | None = None,
        paths: int | None = 8,
        closed_form: bool = False,
        step: int = 1,
        samples: Sequence[int] | None = None,
        reuse: bool = False,
    ) -> DerivationPage:
        """The derivation of the named quantities, or of the whole training step.

        view: chain, paths, delta, gates, matrix; detail: result, factors, calculus; carry: full, or rounded line by
        line at `digits` or `decimals`; paths: how many routes the paths view writes out, None for all; closed_form:
        the one formula with everything put in instead; step: which update is shown, 2 for the one after the first;
        samples (from 1): those of the update, by default those of the first one: all, or the first mini-batch of a
        file's [training] if no quantity names a sample itself; reuse: whether factors that are used again are marked.
        """
        from backtrace.derivation.workspace import Choices
        from backtrace.network.training import of_update
        from backtrace.notation.names import resolve
        from backtrace.render.options import PageOptions

        profile = _profile(notation or self.notation)
        if step < 1:
            raise InputError(f"there is no update {step}", hint="the first one is 1")
        if closed_form and step > 1:
            raise InputError("the closed form is one of the numbers given, so it is shown for the first update only")
        network = self.network
        if samples is not None or not any("@" in name for name in quantities):
            network = of_update(network, samples)
        keys = [resolve(name, network, profile) for name in quantities]
        choices = Choices(view, detail, carry, digits, decimals, paths, step, reuse)
        options = PageOptions(digits=digits, decimals=decimals, typed=self.typed)
        derivation = _derived(network, keys, profile, choices, closed_form)
        return DerivationPage(derivation, options, choices, closed_form)

    def cost(self, quantity: str | None = None, batch: int | None = None, notation: str | None = None) -> CostPage:
        """Multiplications and stored values for the gradients of all parameters, or for one quantity's.

        batch: the size of the mini-batch whose update is compared, for a network with several samples.
        """
        from backtrace.engine.comparing import one_sample, report, report_on
        from backtrace.notation.names import resolve

        profile = _profile(notation or self.notation)
        if quantity is None:
            return CostPage(report(self.network, batch), profile)
        if batch is not None:
            raise InputError("a mini-batch is compared for all parameters together", hint="leave out the quantity")
        # All samples cost the same, so that none has to be named, but one may be.
        named = self.network if "@" in quantity else one_sample(self.network)
        found, name = report_on(self.network, resolve(quantity, named, profile))
        return CostPage(found, profile, name)

    def cost_over_depths(self, first: int, last: int, units: int = 2, notation: str | None = None) -> DepthPage:
        """The same for this network with `first` to `last` layers, those between of `units` units each."""
        from backtrace.engine.comparing import over_depths

        depths = tuple(over_depths(self.network, first, last, units))
        return DepthPage(self.network, _profile(notation or self.notation), units, depths)

    def names(self, notation: str | None = None) -> list[NameRow]:
        """Every name that may be typed for this network."""
        from backtrace.notation.listing import listing

        return listing(self.network, _profile(notation or self.notation))

    def to_toml(self) -> str:
        """The network as a file to copy."""
        from backtrace.network.to_toml import to_toml

        return to_toml(self.network)

    def __str__(self) -> str:
        from backtrace.render.heading import sizes

        return f"{self.network.name}: {sizes(self.network)}"


def load(
    network: str,
    sets: Sequence[str] = (),
    given: str | os.PathLike[str] | None = None,
    batch: int | None = None,
    seed: int | None = None,
    notation: str | None = None,
) -> Net:
    """The network that the text names: a file, a shorthand such as 2-2-2, or a built-in.

    sets: changes such as "w5=0.7" or "learning_rate=0.1"; given: a file of such lines; batch, seed: made data.
    notation: whose names `sets` and `given` may use, and the default of the methods.
    """
    from backtrace.network import finding

    profile = notation or DEFAULT_NOTATION

    def resolve(name: str, of: Network) -> Quantity:
        from backtrace.notation.names import parameter

        return parameter(name, of, _profile(profile))

    path = os.fspath(given) if given is not None else None
    found = finding.load(network, sets=sets, given=path, batch=batch, seed=seed, resolve=resolve)
    return Net(found, profile, finding.command_words(network, sets, path, batch, seed))


def explain(
    topic: str,
    network: str | Net | None = None,
    notation: str | None = None,
    activation: str | None = None,
    loss: str | None = None,
) -> ExplanationPage:
    """A general derivation in index notation, each line checked on random networks before it is shown.

    network: one whose sizes are put in where the topic states sizes. activation, loss: a name, a formula in x, or "any"
    where the topic holds for any; by default what the topic is usually shown for.
    """
    from backtrace.derivation.general.explain import asked_of
    from backtrace.derivation.general.explain import explain as explained
    from backtrace.derivation.general.topics import topic_named

    known = topic_named(topic)
    found = load(network) if isinstance(network, str) else network
    profile = _profile(notation or (found.notation if found else DEFAULT_NOTATION))
    return ExplanationPage(
        explained(known, asked_of(known, profile, activation, loss, found.network if found else None))
    )


def topics() -> list[Row]:
    """The topics of `explain`."""
    from backtrace.derivation.general.topics import TOPICS

    return [Row(topic.name, f"{topic.title}: {topic.about}") for topic in TOPICS.values()]


def _derived(
    network: Network, keys: Sequence[Key], profile: Profile, choices: Choices, closed_form: bool
) -> Derivation:
    from backtrace.derivation.derive import derive

    if closed_form and choices.reuse:
        raise InputError("in the closed form nothing is used again", hint="leave out --closed-form or --reuse")
    derivation = derive(network, keys, profile, choices)
    if not closed_form:
        return derivation
    from backtrace.derivation.closed import as_derivation

    return as_derivation(derivation)


def _profile(name: str) -> Profile:
    """A notation by name or file; a file is tried out on `mazur` before anything is done with it."""
    from backtrace.notation.loading import check_profile, is_file, load_profile

    profile = load_profile(name)
    if is_file(name):
        from backtrace.derivation.derive import derive
        from backtrace.network import finding

        mazur = finding.load("mazur")
        check_profile(profile, mazur)
        derive(mazur, (), profile)
    return profile


def networks() -> list[Row]:
    """The built-in networks."""
    from backtrace.network.builtin import builtin_titles

    return [Row(name, title) for name, title in builtin_titles()]


def notations() -> list[Row]:
    """The shipped notations."""
    from backtrace.notation.loading import profile_titles

    return [Row(name, title) for name, title in profile_titles()]


def network_toml(name: str) -> str:
    """A built-in network's own commented file, or any other network written as one."""
    from backtrace.network.builtin import builtin_text, builtins

    return builtin_text(name) if name in builtins() else load(name).to_toml()


def notation_toml(name: str) -> str:
    """A notation as a file to copy."""
    from backtrace.notation.loading import profile_text

    return profile_text(name)
