"""The pages of a trace: every number of a training step as tables, as name,value lines, or as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backtrace.engine.build import build
from backtrace.engine.records import Parameters, Run
from backtrace.engine.scalar import ScalarStep, numbers_of, training_step
from backtrace.engine.updating import is_updated, norm
from backtrace.engine.zoom import Zoom
from backtrace.errors import InternalFault, printable
from backtrace.network.made import how_made
from backtrace.network.quantity import FACTOR, LOSS, NORM, SCHEDULED, SHARED, Derivative, Key, Quantity, kept_of
from backtrace.network.records import Network
from backtrace.network.settings import apply, changes_of_sets
from backtrace.notation.optimizing import slot_named, written
from backtrace.notation.profile import Profile
from backtrace.notation.spelling import Spelling
from backtrace.notation.symbols import MARKS
from backtrace.render.heading import loss_name, sizes
from backtrace.render.layout import wrapped
from backtrace.render.numbers import NumberStyle, figure
from backtrace.render.options import PageOptions
from backtrace.render.samples import Samples
from backtrace.render.tables import Table, markdown_table, terminal_table
from backtrace.render.text import TextWriter, plain
from backtrace.render.words import say

MOST_CELLS = 400  # numbers of single units and parameters; a larger network is summed up by layers
HISTORY = 12  # steps listed; of more, the first and the last ones
TERMINAL_WIDTH = 84


def render_trace(network: Network, run: Run, profile: Profile, format: str, options: PageOptions) -> str:
    """The trace as terminal, markdown, html, csv (name,value in full precision) or json (the trace contract)."""
    if format == "json":
        import json

        return json.dumps(run.to_dict(), ensure_ascii=False, allow_nan=False) + "\n"
    if format == "csv":
        return "".join(f"{name},{value!r}\n" for name, value in _pairs(network, run, profile))
    if format not in ("terminal", "markdown", "html"):
        raise InternalFault(f"a trace has no format '{format}'")
    page = TraceTables(network, run, profile, options)
    if format == "html":
        from backtrace.render.table_html import tables_page

        parts = [part if isinstance(part, Table) else "   ".join(part) for part in page.parts()]
        return tables_page(parts, f"Trace of {page.title()}", options)
    if format == "markdown":
        lines = [f"# Trace of {_markdown(page.title())}"]
        for part in page.parts():
            lines += ["", *(markdown_table(part) if isinstance(part, Table) else [_markdown("   ".join(part))])]
        return "\n".join(lines) + "\n"
    width = options.width or TERMINAL_WIDTH
    lines = wrapped(page.title(), width, "   ")
    for part in page.parts():
        lines += ["", *(terminal_table(part, width) if isinstance(part, Table) else packed(part, width))]
    text = "\n".join(lines) + "\n"
    return plain(text) if options.ascii else text


def packed(pieces: Sequence[str], width: int) -> list[str]:
    """Pieces side by side on as few lines as they need; one that is wider than a line is wrapped."""
    lines: list[str] = []
    for piece in pieces:
        if lines and len(lines[-1]) + 3 + len(piece) <= width:
            lines[-1] += f"   {piece}"
        else:
            lines += wrapped(piece, width, "")
    return lines


def _markdown(text: str) -> str:
    return "".join("\\" + c if c in "\\`*_{}[]<>#|" else c for c in text)


def large(network: Network) -> bool:
    """Whether single numbers are too many to print."""
    numbers = sum(layer.units for layer in network.layers) * 5 * network.samples + 3 * len_parameters(network)
    return numbers > MOST_CELLS * 3


def len_parameters(network: Network) -> int:
    """How many parameters there are, counted without listing them."""
    total = 0
    for number, layer in enumerate(network.layers, 1):
        total += 0 if layer.tied_to else layer.units * network.size(number - 1)
        total += (1 if layer.shared_bias else layer.units) if layer.has_bias else 0
    return total


Part = Table | tuple[str, ...]


class TraceTables:
    """The parts of the page, in order: tables, and pieces of text that stand side by side."""

    def __init__(self, network: Network, run: Run, profile: Profile, options: PageOptions) -> None:
        self.network = network
        self.run = run
        self.options = options
        self.profile = profile
        self.sign = profile.delta_sign
        self.mark = MARKS["prime" if profile.updated == "prime" else "plus"][0]
        self.spelling = Spelling(profile, network)
        self.writer = TextWriter(self.spelling, ascii=options.ascii, comma=options.comma)

    def title(self) -> str:
        """What network this is."""
        return f"{printable(self.network.name)}: {sizes(self.network)}; loss: {loss_name(self.network)}"

    def parts(self) -> Iterator[Part]:
        """Everything on the page after the title."""
        made = how_made(self.network)
        if made:
            yield (f"Made numbers: {printable(made, 500)}.",)
        if large(self.network):
            yield from self.summary()
        else:
            step = training_step(self.network, graph := build(self.network), numbers_of(self.network))
            zoom = Zoom(graph, lambda key: isinstance(key, Quantity) and key.kind not in ("wire", "loss_term"))
            if self.network.samples > 1:
                yield from self.together()
            for sample in range(len(self.run.first.samples)):
                yield from self.sample(sample, step, zoom)
            yield from self.penalties(step)
            yield self.parameters()
        yield from self.updating()
        yield from self.losses()
        if self.network.about:
            yield (printable(self.network.about, 500),)

    def figure(self, x: float) -> str:
        """A number as it stands on the page."""
        return self.writer.figure(figure(x, self.options.style))

    def name(self, key: Key) -> str:
        """A key as it stands on the page."""
        return self.writer.spell(key)

    def together(self) -> Iterator[Part]:
        """The samples side by side at every layer, and where the output changes sides."""
        samples = Samples(self.network, self.profile, self.options)
        layers = range(1, len(self.network.layers) + 1)
        table = samples.table("The samples side by side", layers, [s.out for s in self.run.first.samples])
        if table:
            yield table
        held = [(rows.weights, rows.bias) for rows in self.network.layers]
        now = Parameters([[list(row) for row in w or ()] for w, _ in held], [list(b) if b else None for _, b in held])
        boundary = samples.boundary(now)
        if boundary:
            yield (f"The decision boundary: {boundary}",)

    def sample(self, index: int, step: ScalarStep, zoom: Zoom) -> Iterator[Part]:
        """One sample: its data, its units, what comes back along each arrow, its loss."""
        s = index + 1 if self.network.samples > 1 else 0
        inputs, targets = self.network.inputs, self.network.targets
        assert inputs is not None and targets is not None
        given = [(Quantity("input", 0, i, sample=s), x) for i, x in enumerate(inputs[index], 1)]
        given += [(Quantity("target", 0, j, sample=s), t) for j, t in enumerate(targets[index], 1)]
        yield tuple(f"{self.name(key)} = {self.figure(x)}" for key, x in given)
        yield self.units(s, step)
        corners = tuple(self.corners(s, step))
        if corners:
            yield corners
        arrows = self.arrows(s, step, zoom)
        if arrows:
            yield arrows
        outputs = self.network.layers[-1].units
        terms = [Quantity("loss_term", unit=j, sample=s) for j in self.network.loss.terms(targets[index], outputs)]
        inner = [key for key in zoom.order if isinstance(key, Quantity) and key.kind == "softmax" and key.sample == s]
        shown = [*inner, *terms, self.network.sample_loss(s)]
        yield tuple(f"{self.name(key)} = {self.figure(step[key])}" for key in shown)

    def penalties(self, step: ScalarStep) -> Iterator[Part]:
        """What regularisation adds to the loss of the data."""
        norms = self.network.regularization.norms
        if norms:
            data = [self.network.data_loss] if self.network.samples > 1 else []  # of a single sample it stands above
            keys = [*data, *(Quantity("penalty", unit=norm) for norm in norms), LOSS]
            yield tuple(f"{self.name(key)} = {self.figure(step[key])}" for key in keys)

    def units(self, s: int, step: ScalarStep) -> Table:
        """net, out and the derivatives of every unit; ∂out/∂net stands alone only where an output has one net."""
        graph, gradient = step.graph, step.sweep.gradient
        loss = self.name(self.network.sample_loss(s))
        rows = []
        for number, layer in enumerate(self.network.layers, 1):
            for j in range(1, layer.units + 1):
                net, out = Quantity("net", number, j, sample=s), Quantity("out", number, j, sample=s)
                edge = graph.first_edge[graph.index[out]]
                slope = self.figure(step.sweep.local[edge]) if layer.activation.elementwise else "a row of the Jacobian"
                rows.append(
                    (
                        self.name(out),
                        self.figure(step[net]),
                        self.figure(step[out]),
                        self.figure(gradient[graph.index[out]]),
                        slope,
                        self.figure(self.sign * gradient[graph.index[net]]),
                    )
                )
        delta = "∂" + loss + "/∂net"
        return Table(
            "",
            ("unit", "net", "out", f"∂{loss}/∂out", "∂out/∂net", "δ = " + ("−" if self.sign < 0 else "") + delta),
            rows,
        )

    def corners(self, s: int, step: ScalarStep) -> Iterator[str]:
        """What is taken where a net is exactly 0 and its activation has a corner there."""
        for number, layer in enumerate(self.network.layers, 1):
            for j in range(1, layer.units + 1):
                net = Quantity("net", number, j, sample=s)
                if layer.activation.remark and step[net] == 0.0:
                    yield say(layer.activation.remark, (net,), self.writer.spell)

    def arrows(self, s: int, step: ScalarStep, zoom: Zoom) -> Table | None:
        """What comes back to each hidden output along each of its arrows, where there are several."""
        graph = step.graph
        rows = []
        for key in zoom.order:
            if (
                not isinstance(key, Quantity)
                or key.kind != "out"
                or key.sample != s
                or len(graph.uses[graph.index[key]]) < 2
            ):
                continue
            for edge in graph.uses[graph.index[key]]:
                above = zoom.above(graph.keys[graph.owner[edge]])
                if isinstance(above[0], Quantity) and above[0].kind == "net":
                    rows.append(
                        (
                            self.name(key),
                            self.name(above[0]._replace(kind="out")),
                            self.figure(step.sweep.contribution[edge]),
                        )
                    )
        return (
            Table("What comes back along each arrow (their sum is the ∂/∂out above)", ("to", "from", "part"), rows)
            if rows
            else None
        )

    def parameters(self) -> Table:
        """Every parameter with its gradient and its value after the steps."""
        gradients, updated = self.run.first.gradients, self.run.updated
        rows = []
        for parameter in self.network.parameters():
            value = self.network.value(parameter)
            assert value is not None
            after = value_of(updated, parameter)
            # A number that has not changed is still shown as it was typed.
            shown = value if after == value else after
            kept = [value_of(numbers, parameter) for numbers in self.run.state.values()]
            numbers = (value, value_of(gradients, parameter), shown, *kept)
            rows.append((self.name(parameter), *(self.figure(x) for x in numbers)))
        steps = len(self.run.history) - 1
        when = "after the update" if steps == 1 else f"after {steps} updates"
        slots = [self.letter(slot) + (f" after {steps}" if steps > 1 else self.mark) for slot in self.run.state]
        return Table("", ("parameter", "value", f"gradient of {self.name(LOSS)}", when, *slots), rows)

    def letter(self, slot: str) -> str:
        """How a slot is written, its parameter left open."""
        found = written(slot_named(slot))
        letter = found.ascii if self.writer.ascii else found.text
        return f"{letter}w" if found.prefix and not self.writer.ascii else letter

    def updating(self) -> Iterator[Part]:
        """What the update of all parameters works out first: the rate by formula, the norm that is cut, the factor."""
        optimizer = self.network.optimizer
        if not optimizer.has_rate:
            return
        if optimizer.schedule and len(self.run.history) == 2:
            yield (f"{self.name(SCHEDULED)} = {self.figure(optimizer.rate(0))}",)
        most = optimizer.number("clip_norm")
        if most is not None:
            gradients = {p: value_of(self.run.first.gradients, p) for p in self.network.parameters()}
            length = norm({p: g for p, g in gradients.items() if is_updated(self.network, p)})
            factor = min(1.0, most / length) if length else 1.0
            yield (f"{self.name(NORM)} = {self.figure(length)}", f"{self.name(FACTOR)} = {self.figure(factor)}")

    def losses(self) -> Iterator[Part]:
        """The loss before and after each step, and what the network's own page says of it."""
        history = self.run.history
        if not self.network.optimizer.has_rate:
            yield (f"{self.name(LOSS)} = {self.figure(history[0])}",)
            yield ("No learning rate is given, so nothing is updated (--set learning_rate=0.5 gives one).",)
            return
        steps = len(history) - 1
        if steps <= 1:
            yield tuple(
                f"{self.name(LOSS._replace(updates=n))} = {self.figure(loss)}" for n, loss in enumerate(history)
            )
        else:
            chosen = (
                range(steps + 1)
                if steps < HISTORY
                else [*range(HISTORY // 2), *range(steps + 1 - HISTORY // 2, steps + 1)]
            )
            left_out = steps + 1 - len(chosen)
            title = (
                f"{left_out} steps are left out between {HISTORY // 2 - 1} and {steps + 1 - HISTORY // 2}"
                if left_out > 0
                else ""
            )
            rates = self.rates(steps)
            rows = [(str(n), self.figure(history[n]), *rates[n : n + 1]) for n in chosen]
            heading = ("step", self.name(LOSS), *([self.name(SCHEDULED)] if rates else []))
            yield Table(title, heading, rows)
        if not self.network.optimizer.update_biases:
            yield ("The biases are not updated (update_biases = false).",)
        yield from self.comparisons()

    def rates(self, steps: int) -> list[str]:
        """The learning rate of each step's update where it is a formula; none is left for the last row."""
        optimizer = self.network.optimizer
        return [*(self.figure(optimizer.rate(n)) for n in range(steps)), ""] if optimizer.schedule else []

    def comparisons(self) -> Iterator[Part]:
        """Sentences of the network's file about a total that others print, with the number that this run gives."""
        from backtrace.engine.run import run

        for comparison in self.network.compare:
            other = run(apply(self.network, changes_of_sets(comparison.sets), None)).history[-1]
            shown = self.writer.figure(figure(other, NumberStyle(decimals=comparison.decimals)))
            yield (comparison.text.replace("{loss}", shown),)

    def summary(self) -> Iterator[Part]:
        """Layer by layer, for a network whose numbers nobody could read one by one."""
        first, rows = self.run.first, []
        for number, layer in enumerate(self.network.layers, 1):
            outs = [x for s in first.samples for x in s.out[number - 1]]
            deltas = [abs(x) for s in first.samples for x in s.delta[number - 1]]
            gradients = [abs(x) for row in first.gradients.weights[number - 1] for x in row]
            rows.append(
                (
                    f"{number}",
                    f"{self.network.size(number - 1)}×{layer.units}",
                    self.figure(min(outs)),
                    self.figure(max(outs)),
                    self.figure(sum(deltas) / len(deltas)),
                    self.figure(sum(gradients) / len(gradients)),
                    self.figure(max(gradients)),
                )
            )
        heading = ("layer", "weights", "least out", "largest out", "mean |δ|", "mean |∂E/∂w|", "largest |∂E/∂w|")
        yield Table("", heading, rows)
        yield (f"{len_parameters(self.network)} parameters; every single number: -f json or -f csv",)


def value_of(numbers: Parameters, parameter: Quantity) -> float:
    """The number of one parameter."""
    if parameter.kind == "weight":
        return numbers.weights[parameter.layer - 1][parameter.unit - 1][parameter.source - 1]
    bias = numbers.bias[parameter.layer - 1]
    assert bias is not None
    return bias[0 if parameter.unit == SHARED else parameter.unit - 1]


def _pairs(network: Network, run: Run, profile: Profile) -> Iterator[tuple[str, float]]:
    """Name and value of everything in the trace, in the names that can be typed under the profile."""
    spell = Spelling(profile, network).ascii
    for index, sample in enumerate(run.first.samples):
        s = index + 1 if network.samples > 1 else 0
        for i, x in enumerate(sample.inputs, 1):
            yield spell(Quantity("input", 0, i, sample=s)), x
        for j, t in enumerate(sample.targets, 1):
            yield spell(Quantity("target", 0, j, sample=s)), t
        for number in range(1, len(network.layers) + 1):
            for kind, rows, sign in (
                ("net", sample.net, 1),
                ("out", sample.out, 1),
                ("delta", sample.delta, profile.delta_sign),
            ):
                for j, x in enumerate(rows[number - 1], 1):
                    yield spell(Quantity(kind, number, j, sample=s)), sign * x
        yield spell(network.sample_loss(s)), sample.loss
    if network.samples > 1 or network.data_loss != LOSS:
        yield spell(LOSS), run.first.loss
    for parameter in network.parameters():
        value = network.value(parameter)
        yield spell(parameter), value if value is not None else 0.0
        yield spell(Derivative(LOSS, parameter)), value_of(run.first.gradients, parameter)
        if len(run.history) == 2:
            yield spell(parameter._replace(updates=1)), value_of(run.updated, parameter)
            for slot, numbers in run.state.items():
                yield spell(kept_of(parameter, slot)._replace(updates=1)), value_of(numbers, parameter)
    for number, loss in enumerate(run.history[1:4], 1):
        yield spell(LOSS._replace(updates=number)), loss
