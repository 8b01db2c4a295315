"""The page of a forward pass without gradients, and the sentence that says why there are none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from backtrace.engine.forward_only import ForwardRun
from backtrace.errors import printable
from backtrace.network.made import how_made
from backtrace.network.quantity import LOSS, Quantity
from backtrace.network.records import Network
from backtrace.notation.profile import Profile
from backtrace.notation.spelling import Spelling
from backtrace.render.cost import named
from backtrace.render.options import PageOptions
from backtrace.render.samples import Samples
from backtrace.render.table_page import Part, page
from backtrace.render.tables import Table
from backtrace.render.words import say

MOST_UNITS = 200  # rows of single units


class ForwardPage(NamedTuple):
    """What `Net.trace` gives where no gradient passes: the values, and pages of them."""

    network: Network
    run: ForwardRun
    profile: Profile

    @property
    def loss(self) -> float:
        """The loss."""
        return self.run.loss

    def page(self, format: str = "terminal", options: PageOptions | None = None) -> str:
        """The page as text: terminal, markdown, csv or json."""
        if format == "json":
            import json

            return json.dumps(self.to_dict(), ensure_ascii=False, allow_nan=False) + "\n"
        if format == "csv":
            return "".join(f"{name},{value!r}\n" for name, value in self.pairs())
        options = options or PageOptions()
        return page(list(self.parts(options)), named(self.network), format, options)

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `backtrace trace -f json`."""
        return self.run.to_dict()

    def __str__(self) -> str:
        return self.page("terminal")

    def _repr_markdown_(self) -> str:
        return self.page("markdown")

    def values(self) -> Iterator[tuple[Quantity, float]]:
        """net and out of every unit, then the loss, sample by sample."""
        several = self.network.samples > 1
        for number, sample in enumerate(self.run.samples, 1):
            s = number if several else 0
            for layer, (nets, outs) in enumerate(zip(sample.net, sample.out, strict=True), 1):
                for j, (net, out) in enumerate(zip(nets, outs, strict=True), 1):
                    yield Quantity("net", layer, j, sample=s), net
                    yield Quantity("out", layer, j, sample=s), out
            yield Quantity("loss", sample=s), sample.loss
        if several:
            yield LOSS, self.run.loss

    def pairs(self) -> Iterator[tuple[str, float]]:
        """Name and value of everything, in the names that can be typed under the profile."""
        spell = Spelling(self.profile, self.network).ascii
        return ((spell(key), value) for key, value in self.values())

    def parts(self, options: PageOptions) -> Iterator[Part]:
        """Everything after the title."""
        network = self.network
        write = Samples(network, self.profile, options)
        made = how_made(network)
        if made:
            yield f"Made numbers: {printable(made, 500)}."
        table = write.table(
            "The samples side by side" if network.samples > 1 else "",
            range(1, len(network.layers) + 1),
            [s.out for s in self.run.samples],
        )
        if table:
            yield table
        found = dict(self.values())
        units = [(key, key._replace(kind="out")) for key in found if key.kind == "net"]
        spell = write.writer.spell
        if len(units) <= MOST_UNITS:
            rows = [(spell(out), write.number(found[net]), write.number(found[out])) for net, out in units]
            yield Table("", ("unit", "net", "out"), rows)
            for net, _ in units:
                remark = network.layers[net.layer - 1].activation.remark
                if remark and not network.layers[net.layer - 1].activation.differentiable and found[net] == 0.0:
                    yield say(remark, (net,), spell)
        yield f"{spell(LOSS)} = {write.number(self.run.loss)}"
        for number, layer in enumerate(network.layers, 1):
            if not layer.activation.differentiable:
                yield say("no_gradients", (number, layer.activation.name), spell)
        if network.about:
            yield printable(network.about, 500)
