"""Batch, mini-batch and stochastic training side by side: their losses, and what they cost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from backtrace.engine.training import Trained, epoch_dict
from backtrace.network.quantity import LOSS
from backtrace.notation.profile import Profile
from backtrace.render.cost import Writer, all_updates, named
from backtrace.render.heading import counted
from backtrace.render.options import PageOptions
from backtrace.render.samples import Samples
from backtrace.render.table_page import Part, page
from backtrace.render.tables import Table
from backtrace.render.training import HISTORY, csv

MOST_COUNTED = 20_000  # weights; of a larger network the multiplications are not counted on the graph


class SideBySidePage(NamedTuple):
    """What `Net.side_by_side` gives: the trainings, and pages of them."""

    runs: list[Trained]
    profile: Profile

    def page(self, format: str = "terminal", options: PageOptions | None = None) -> str:
        """The page as text: terminal, markdown, csv (of the losses) or json."""
        if format == "json":
            import json

            return json.dumps(self.to_dict(), ensure_ascii=False, allow_nan=False) + "\n"
        if format == "csv":
            return csv(list(self.losses()))
        options = options or PageOptions()
        return page(list(self.parts(options)), named(self.runs[0].network), format, options)

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `backtrace trace --side-by-side`."""
        return {
            "version": 1,
            "runs": [
                {
                    "name": name(run),
                    "mini_batch": run.batch,
                    "epochs": [epoch_dict(epoch) for epoch in run.epochs],
                    "stopped": {"reason": run.reason, "epoch": run.epochs[-1].number, "converged": run.converged},
                    "updated": run.parameters.to_dict(),
                    "sample_gradients": run.epochs[-1].number * run.network.samples,
                }
                for run in self.runs
            ],
        }

    def losses(self) -> Iterator[dict[str, Any]]:
        """The loss of each training by epoch; nothing where one has stopped before."""
        for number in range(max(len(run.epochs) for run in self.runs)):
            found = {name(run): run.epochs[number].loss if number < len(run.epochs) else None for run in self.runs}
            yield {"epoch": number, **found}

    def parts(self, options: PageOptions) -> Iterator[Part]:
        """Everything after the title."""
        network = self.runs[0].network
        samples = Samples(network, self.profile, options)
        loss = samples.writer.spell(LOSS)
        titles = [title(run) for run in self.runs]
        rows = list(self.losses())
        left_out = ""
        if len(rows) > HISTORY:
            left_out = f"; {len(rows) - HISTORY} epochs are left out (-f csv lists all)"
            rows = rows[: HISTORY // 2] + rows[-(HISTORY // 2) :]
        cells = [
            [str(row["epoch"]), *("" if x is None else samples.number(x) for x in list(row.values())[1:])]
            for row in rows
        ]
        seed = self.runs[0].plan.shuffle_seed
        order = "in the order given" if seed is None else f"shuffled anew in each epoch (seed {seed})"
        yield (
            "An epoch uses every sample once, forward and backward. The same start each, the samples "
            f"{order}; an update follows the gradient of its own samples alone."
        )
        yield Table(f"{loss} of all {network.samples} samples after each epoch{left_out}", ("epoch", *titles), cells)
        done = [run.epochs[-1] for run in self.runs]
        yield Table(
            "What was done",
            ("", *titles),
            [
                ("epochs", *(str(e.number) for e in done)),
                ("updates", *(str(e.updates) for e in done)),
                ("gradients of a sample", *(str(e.number * network.samples) for e in done)),
            ],
        )
        yield from self.costs(Writer(network, self.profile, options))

    def costs(self, write: Writer) -> Iterator[Part]:
        """What an update costs, as `backtrace cost` counts it."""
        from backtrace.engine.comparing import cost_of, updates
        from backtrace.engine.run import products

        network = self.runs[0].network
        if products(network) > MOST_COUNTED:
            weights = counted(products(network), "weight")
            yield f"What an update costs is not counted here for {weights}: backtrace cost does, in some seconds."
            return
        backward = cost_of(network).way("reuse").multiplications
        middle = self.runs[1].batch if len(self.runs) > 2 else self.runs[-1].batch
        yield from all_updates(updates(network, backward, middle), write)


def name(run: Trained) -> str:
    """batch, mini_batch or stochastic."""
    return {run.network.samples: "batch", 1: "stochastic"}.get(run.batch, "mini_batch")


def title(run: Trained) -> str:
    """The heading of its column."""
    return {"batch": "batch", "stochastic": "stochastic"}.get(name(run), f"mini-batch of {run.batch}")
