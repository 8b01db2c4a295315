"""A network to load, to trace and to derive from."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from backtrace.api.profiles import DEFAULT_NOTATION, profile_named
from backtrace.errors import InputError

# The rooms are imported where they are used: a list of names must not wait for the engine.
if TYPE_CHECKING:
    from backtrace.api.pages import CostPage, DepthPage, DerivationPage, TracePage
    from backtrace.network.quantity import Quantity
    from backtrace.network.records import Network
    from backtrace.notation.listing import NameRow
    from backtrace.render.forward_only import ForwardPage
    from backtrace.render.side_by_side import SideBySidePage
    from backtrace.render.training import TrainingPage


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

            return ForwardPage(self.network, forward_run(self.network), profile_named(notation or self.notation))
        from backtrace.api.pages import TracePage
        from backtrace.engine.run import run

        steps = 1 if steps is None else steps
        return TracePage(self.network, run(self.network, steps), profile_named(notation or self.notation))

    def train(self, show_updates: bool = False, notation: str | None = None, **rules: Any) -> TrainingPage:
        """Trains over the samples, by the file's [training] and by `rules`, which take its place: epochs, mini_batch,
        shuffle_seed, stop_change, patience, stop_without_mistakes."""
        from backtrace.engine.training import train
        from backtrace.network.training import planned
        from backtrace.render.training import TrainingPage, wants_updates

        plan = planned(self.network, rules)
        trained = train(self.network, plan, keep_updates=show_updates or wants_updates(self.network, plan))
        return TrainingPage(trained, profile_named(notation or self.notation), show_updates)

    def side_by_side(self, notation: str | None = None, **rules: Any) -> SideBySidePage:
        """The same training with all samples, a mini-batch and one sample an update; rules: as in `train`."""
        from backtrace.engine.training import side_by_side
        from backtrace.network.training import planned
        from backtrace.render.side_by_side import SideBySidePage

        return SideBySidePage(
            side_by_side(self.network, planned(self.network, rules)), profile_named(notation or self.notation)
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
        from backtrace.api.pages import DerivationPage, derived
        from backtrace.derivation.workspace import Choices
        from backtrace.network.training import of_update
        from backtrace.notation.names import resolve
        from backtrace.render.options import PageOptions

        profile = profile_named(notation or self.notation)
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
        derivation = derived(network, keys, profile, choices, closed_form)
        return DerivationPage(derivation, options, choices, closed_form)

    def cost(self, quantity: str | None = None, batch: int | None = None, notation: str | None = None) -> CostPage:
        """Multiplications and stored values for the gradients of all parameters, or for one quantity's.

        batch: the size of the mini-batch whose update is compared, for a network with several samples.
        """
        from backtrace.api.pages import CostPage
        from backtrace.engine.comparing import one_sample, report, report_on
        from backtrace.notation.names import resolve

        profile = profile_named(notation or self.notation)
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
        from backtrace.api.pages import DepthPage
        from backtrace.engine.comparing import over_depths

        depths = tuple(over_depths(self.network, first, last, units))
        return DepthPage(self.network, profile_named(notation or self.notation), units, depths)

    def names(self, notation: str | None = None) -> list[NameRow]:
        """Every name that may be typed for this network."""
        from backtrace.notation.listing import listing

        return listing(self.network, profile_named(notation or self.notation))

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

        return parameter(name, of, profile_named(profile))

    path = os.fspath(given) if given is not None else None
    found = finding.load(network, sets=sets, given=path, batch=batch, seed=seed, resolve=resolve)
    return Net(found, profile, finding.command_words(network, sets, path, batch, seed))
