"""The pages of a training: epochs, updates, what stopped it, and what was learned; as tables, CSV or JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from backtrace.engine.training import MOST_KEPT, Trained, Update, batch_size, epoch_dict, misclassified
from backtrace.engine.updating import is_plain
from backtrace.errors import printable
from backtrace.expression.tree import replace, symbol
from backtrace.network.made import how_made
from backtrace.network.quantity import COUNT, LOSS, RATE, SCHEDULED, Quantity, neutral
from backtrace.network.records import Network, Training
from backtrace.notation.profile import Profile
from backtrace.render.cost import named
from backtrace.render.heading import counted
from backtrace.render.options import PageOptions
from backtrace.render.samples import Samples
from backtrace.render.table_page import Part, page
from backtrace.render.tables import Table
from backtrace.render.trace import MOST_CELLS, len_parameters, value_of

HISTORY = 12  # rows listed; of more, the first and the last ones
MOST_LISTED = 40  # parameters in a row of updates


class TrainingPage(NamedTuple):
    """What `Net.train` gives: the training, and pages of it. every_update: whether each update has its row."""

    trained: Trained
    profile: Profile
    every_update: bool = False

    def page(self, format: str = "terminal", options: PageOptions | None = None) -> str:
        """The page as text: terminal, markdown, csv (of the epochs, or of the updates) or json."""
        if format == "json":
            import json

            return json.dumps(self.to_dict(), ensure_ascii=False, allow_nan=False) + "\n"
        if format == "csv":
            return csv(updates_data(self.trained) if self.every_update else epochs_data(self.trained))
        parts = list(TrainingTables(self.trained, self.profile, options or PageOptions(), self.every_update).parts())
        return page(parts, named(self.trained.network), format, options or PageOptions())

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `backtrace trace` with training."""
        return self.trained.to_dict()

    def __str__(self) -> str:
        return self.page("terminal")

    def _repr_markdown_(self) -> str:
        return self.page("markdown")


def csv(rows: Sequence[dict[str, Any]]) -> str:
    """A line of names, then a line per row; a number that there is none of is left out."""
    lines = [",".join(rows[0])]
    lines += [",".join("" if x is None else x if isinstance(x, str) else repr(x) for x in row.values()) for row in rows]
    return "\n".join(lines) + "\n"


def epochs_data(trained: Trained) -> list[dict[str, Any]]:
    """The epochs in full precision."""
    return [epoch_dict(epoch) for epoch in trained.epochs]


def updates_data(trained: Trained) -> list[dict[str, Any]]:
    """The updates in full precision, parameters by their neutral names."""
    parameters = trained.network.parameters()
    return [
        {
            "update": one.number,
            "epoch": one.epoch,
            "samples": " ".join(map(str, one.samples)),
            "loss": one.loss,
            **{neutral(p): value_of(one.parameters, p) for p in parameters},
        }
        for one in trained.updates
    ]


def is_perceptron(network: Network, plan: Training) -> bool:
    """Whether the updates are those of the perceptron rule, w + η·t·x with a fixed η above 0 for every weight: one
    linear output, one point at a time, nothing that is remembered, clipped, penalised or kept."""
    linear = len(network.layers) == 1 and network.layers[0].units == 1
    linear = linear and network.layers[0].activation.name == "identity"
    optimizer, layer = network.optimizer, network.layers[0]
    plain = is_plain(optimizer) and bool(optimizer.learning_rate) and not network.regularization.norms
    plain = plain and (optimizer.update_biases or not layer.has_bias)
    return linear and plain and network.loss.name == "perceptron_error" and batch_size(network, plan) == 1


def wants_updates(network: Network, plan: Training) -> bool:
    """Whether the page lists updates unasked: a perceptron's, where they are few enough to be kept."""
    return is_perceptron(network, plan) and plan.epochs * network.samples * network.input_size <= MOST_KEPT


class TrainingTables:
    """The parts of the page, in order."""

    def __init__(self, trained: Trained, profile: Profile, options: PageOptions, every_update: bool = False) -> None:
        self.trained = trained
        self.network = trained.network
        self.every_update = every_update
        self.samples = Samples(self.network, profile, options)
        self.spell = self.samples.writer.spell
        self.number = self.samples.number

    def parts(self) -> Iterator[Part]:
        """Everything after the title."""
        made = how_made(self.network)
        if made:
            yield f"Made numbers: {printable(made, 500)}."
        yield self.plan()
        if is_perceptron(self.network, self.trained.plan) and self.trained.updates:
            yield from self.tried()
        elif self.every_update:
            yield from self.updates()
        yield from self.epochs()
        yield self.stopped()
        if self.trained.repeats:
            yield self.repeated()
        yield from self.learned()
        if self.network.about:
            yield printable(self.network.about, 500)

    def plan(self) -> str:
        """How it is trained, in words."""
        trained, plan, samples = self.trained, self.trained.plan, self.network.samples
        each = -(-samples // trained.batch)
        if trained.batch == samples:
            how = (
                f"Each update uses all {samples} samples (batch)" if samples > 1 else "Each update uses the one sample"
            )
        else:
            name = "stochastic" if trained.batch == 1 else "mini-batches"
            how = f"Each update uses {counted(trained.batch, 'sample')} ({name}), {counted(each, 'update')} an epoch"
            last = samples - (each - 1) * trained.batch
            how += f", the last of which uses {last}" if last != trained.batch else ""
            how += (
                "; the samples come in the order given"
                if plan.shuffle_seed is None
                else f"; the samples are shuffled anew in each epoch (seed {plan.shuffle_seed})"
            )
        rules = []
        if plan.stop_without_mistakes:
            rules.append("after the first without a mistake")
        if plan.stop_change is not None:
            rules.append(f"when no update changes a parameter by more than {self.number(plan.stop_change)}")
        if plan.patience is not None:
            rules.append(f"when the {self.watched()} has not become smaller for {counted(plan.patience, 'epoch')}")
        stops = f"; it stops {', or '.join(rules)}" if rules else ""
        kept = "" if self.network.optimizer.update_biases else " The biases are not updated (update_biases = false)."
        if self.network.optimizer.order == "output_first" and len(self.network.layers) > 1:
            kept += " Each layer is updated before anything is passed back through it (order = output_first)."
        return f"{how}; {self.update()}. At most {counted(plan.epochs, 'epoch')}{stops}.{kept}"

    def update(self) -> str:
        """The learning rate, and by which optimizer and clipping it is used; sgd is not named."""
        optimizer, write = self.network.optimizer, self.samples.writer
        told = [f"{self.spell(RATE)} = {self.number(optimizer.learning_rate or 0.0)}"]
        if optimizer.schedule:
            named = {"t": symbol(COUNT), "eta": symbol(RATE)}
            formula = write.write(replace(optimizer.schedule.formula, lambda key: named[str(key)]))
            start = told if optimizer.schedule.uses_rate else []
            told = [f"{self.spell(SCHEDULED)} = {formula} with t the updates done before", *start]
        given: dict[str, Any] = dict(optimizer.given)
        clips = {"clip_norm": "all gradients together cut to the norm {}", "clip_value": "each gradient cut to ±{}"}
        for setting in optimizer.kind.settings:
            value = given.get(setting.name)
            if value is None or setting.name in clips:
                continue
            shown = self.number(value) if isinstance(value, float) else str(value).lower()
            told.append(f"{setting.name} = {shown}")
        cut = [how.replace("{}", self.number(given[name])) for name, how in clips.items() if name in given]
        by = "" if optimizer.type == "sgd" else f"{optimizer.type} with "
        return "; ".join([by + ", ".join(told), *cut])

    def watched(self) -> str:
        """Which loss patience looks at."""
        return f"loss of the {'validation' if self.network.validation_inputs else 'training'} samples"

    def epochs(self) -> Iterator[Part]:
        """The table of epochs; of many, the first and the last ones."""
        loss = self.spell(LOSS)
        rows, validated = self.trained.epochs, self.network.validation_inputs is not None
        judged = rows[-1].mistakes is not None
        heading = ["epoch", "updates so far", loss, *[f"{loss} on validation"] * validated, "largest change"]
        heading += ["misclassified"] * judged
        chosen, title = shortened(rows, "epochs")
        cells = []
        for row in chosen:
            line = [str(row.number), str(row.updates), self.number(row.loss)]
            line += [self.number(row.validation_loss)] if row.validation_loss is not None else []
            line.append("" if row.largest_change is None else self.number(row.largest_change))
            line += ["" if row.mistakes is None else str(row.mistakes)] * judged
            cells.append(line)
        yield Table(title, heading, cells)

    def stopped(self) -> str:
        """Why it stopped, and whether that is an end."""
        trained, plan, last = self.trained, self.trained.plan, self.trained.epochs[-1]
        when = f"Stopped after epoch {last.number}"
        if trained.reason == "no_mistakes":
            without = ", in which no sample was misclassified when its turn came"
            if trained.converged:
                return f"Converged: {when[0].lower()}{when[1:]}{without}."
            return f"{when}{without}. The parameters still moved: the largest change is {self.changed()}."
        if trained.reason == "stop_change":
            most = self.number(plan.stop_change or 0.0)
            change = self.changed()
            return f"Converged: {when[0].lower()}{when[1:]}: the largest change, {change}, is not more than {most}."
        if trained.reason == "patience":
            return f"{when}: {self.waited()}"
        if plan.stop_without_mistakes:
            return (
                f"Not converged: stopped at the limit of {counted(plan.epochs, 'epoch')}; in the last one "
                f"{last.mistakes} of {counted(self.network.samples, 'sample')} "
                f"{'was' if last.mistakes == 1 else 'were'} misclassified."
            )
        if plan.stop_change is not None:
            limit = counted(plan.epochs, "epoch")
            return f"Not converged: stopped at the limit of {limit}; the largest change is still {self.changed()}."
        waited = self.waited() if plan.patience is not None else ""
        return f"{when}, the last one asked for.{' ' * bool(waited)}{waited[:1].upper()}{waited[1:]}"

    def changed(self) -> str:
        """The largest change of the last epoch."""
        return self.number(self.trained.epochs[-1].largest_change or 0.0)

    def waited(self) -> str:
        """The best epoch, with patience."""
        best = self.trained.best
        assert best is not None
        return f"the {self.watched()} was least after epoch {best.epoch}, {self.number(best.loss)}."

    def repeated(self) -> str:
        """That the epochs come round again: the same parameters and the same order lead to the same corrections.

        For the perceptron rule this proves that nothing separates the points: it would have converged (Novikoff 1962).
        """
        assert self.trained.repeats is not None
        first, second = self.trained.repeats
        varying = len(self.samples.varying())
        what = "line" if varying <= 2 else "plane"
        origin = "" if self.network.layers[0].has_bias or varying < self.network.input_size else " through the origin"
        proof = f" No {what}{origin} separates these points: one that does would have been found."
        proven = is_perceptron(self.network, self.trained.plan) and self.trained.inseparable
        return (
            f"The parameters after epoch {second} are those after epoch {first}, so that the same epochs come round "
            f"again and again, however long it goes on.{proof * proven}"
        )

    def learned(self) -> Iterator[Part]:
        """The parameters before and after, the samples at the end, and where the output changes sides."""
        trained = self.trained
        yield (
            self.parameters()
            if 3 * len_parameters(self.network) <= MOST_CELLS
            else (f"{len_parameters(self.network)} parameters; every single number: -f json")
        )
        top = len(self.network.layers)
        title = f"The samples after epoch {trained.epochs[-1].number}"
        table = self.samples.table(title, (top,), [[out] for out in trained.outs])
        if table:
            yield table
        boundary = self.samples.boundary(trained.parameters)
        if boundary:
            yield f"The decision boundary: {boundary}"

    def parameters(self) -> Table:
        """Every parameter at the beginning, at the end, and with patience at its best."""
        trained = self.trained
        heading = ["parameter", "at the start", f"after {counted(trained.epochs[-1].updates, 'update')}"]
        heading += [f"after epoch {trained.best.epoch}, the best"] if trained.best else []
        rows = []
        for parameter in self.network.parameters():
            start = self.network.value(parameter) or 0.0
            ends = [trained.parameters, *([trained.best.parameters] if trained.best else [])]
            # A number that has not changed is still shown as it was typed.
            numbers = [
                start,
                *(start if value_of(end, parameter) == start else value_of(end, parameter) for end in ends),
            ]
            rows.append((self.spell(parameter), *(self.number(x) for x in numbers)))
        return Table("", heading, rows)

    def updates(self) -> Iterator[Part]:
        """Every update: its samples, their loss before it, the parameters after it."""
        parameters = self.network.parameters()
        if len(parameters) > MOST_LISTED:
            yield f"{len(parameters)} parameters are too many for a row; every update: -f csv or -f json"
            return
        heading = ("update", "epoch", "samples", f"{self.spell(LOSS)} of them", *self.after(parameters))
        rows = [
            (
                str(one.number),
                str(one.epoch),
                ", ".join(map(str, one.samples)),
                self.number(one.loss),
                *(self.number(value_of(one.parameters, p)) for p in parameters),
            )
            for one in self.trained.updates
        ]
        yield Table("Every update: its samples, their loss before it, the parameters after it", heading, rows)

    def after(self, parameters: Sequence[Quantity]) -> list[str]:
        """The names of the parameters after an update."""
        return [self.spell(p._replace(updates=1)) for p in parameters]

    def tried(self) -> Iterator[Part]:
        """The perceptron's table: each point tried, on which side it fell, the weights after it."""
        out = Quantity("out", 1, 1)
        net, target = self.spell(out), self.spell(Quantity("target", 0, 1))
        parameters = self.network.parameters()
        yield (
            f"Each point is tried in its turn: wᵀx is {net}. It is right when its target {target} and wᵀx have the "
            f"same sign; otherwise, 0 included, it is misclassified, and w⁺ = w + {self.spell(RATE)}·{target}·x."
        )
        chosen, title = (
            (self.trained.updates, "") if self.every_update else shortened(self.trained.updates, "steps", 24)
        )
        heading = ("step", "epoch", "point", *self.samples.names(0), "wᵀx", target, "found", *self.after(parameters))
        start = [self.number(self.network.value(p) or 0.0) for p in parameters]
        empty = [""] * (len(heading) - 1 - len(start))
        yield Table(title, heading, [("0", *empty, *start), *(self.row(one, parameters) for one in chosen)])

    def row(self, one: Update, parameters: Sequence[Quantity]) -> tuple[str, ...]:
        """One point tried."""
        sample = one.samples[0] - 1
        inputs, targets = self.network.inputs or (), self.network.targets or ()
        wrong = misclassified(targets[sample], one.outs[0])
        return (
            str(one.number),
            str(one.epoch),
            str(sample + 1),
            *(self.number(x) for x in inputs[sample]),
            self.number(one.outs[0][0]),
            self.number(targets[sample][0]),
            "misclassified" if wrong else "right",
            *(self.number(value_of(one.parameters, p)) for p in parameters),
        )


def shortened(rows: Sequence[Any], what: str, most: int = HISTORY) -> tuple[list[Any], str]:
    """The rows to list, and what is said of those left out."""
    if len(rows) <= most:
        return list(rows), ""
    first, last = rows[: most // 2], rows[-(most // 2) :]
    left = f"{len(rows) - most} {what} are left out between {first[-1].number} and {last[0].number}"
    how = "--show-updates lists them" if what == "steps" else "-f csv lists all"
    return [*first, *last], f"{left} ({how})"
