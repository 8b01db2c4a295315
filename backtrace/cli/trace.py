"""`backtrace trace`: the numbers of a training step, or of a training over epochs."""

from __future__ import annotations

from typing import Any

import click

from backtrace.cli import output
from backtrace.cli.commands import entry
from backtrace.cli.loading import load, page_options
from backtrace.cli.options import NetworkChoice, Page, takes_notation, takes_page
from backtrace.cli.subject import CircuitChoice, loaded, takes_subject
from backtrace.errors import InputError

FORMATS = ("terminal", "markdown", "html", "csv", "json")

HELP = """All numbers of a training step: the forward pass, the gradients, the parameters after the update.

With --epochs, or a [training] table in the network's file, a training: the loss after each epoch, why it stopped, and
what was learned. --seed then also shuffles the samples, anew in each epoch.

With --expr or --circuit, of formulas: every value, every gradient, and what comes back along each edge.

The JSON has full double precision and never depends on the notation.
"""


@click.command("trace", help=HELP, short_help=entry("trace").summary, epilog=f"Example: {entry('trace').example}")
@takes_subject
@click.option(
    "--steps", type=click.IntRange(1, 1_000_000), metavar="N", help="How many updates on all samples. [default: 1]"
)
@click.option(
    "--epochs", type=click.IntRange(1, 1_000_000), metavar="E", help="Train: E times over all samples, at most."
)
@click.option("--mini-batch", type=click.IntRange(1), metavar="B", help="Samples of one update. [default: all]")
@click.option("--no-shuffle", is_flag=True, help="Keep the order of the samples, also with --seed.")
@click.option("--stop-change", metavar="C", help="Stop when no parameter changes by more than C.")
@click.option(
    "--patience", type=click.IntRange(1), metavar="P", help="Stop when the loss has not become smaller for P epochs."
)
@click.option("--stop-without-mistakes", is_flag=True, help="Stop after an epoch in which no sample was misclassified.")
@click.option("--show-updates", is_flag=True, help="List every update.")
@click.option("--side-by-side", is_flag=True, help="Batch, mini-batch and stochastic training in one table.")
@takes_notation
@takes_page(FORMATS)
def command(
    subject: NetworkChoice | CircuitChoice,
    steps: int | None,
    side_by_side: bool,
    notation: str | None,
    page: Page,
    **asked: Any,
) -> None:
    """Runs the steps, or trains, and prints the numbers."""
    if isinstance(subject, CircuitChoice):
        if side_by_side or any(asked.values()):
            raise InputError("a circuit has no parameters to train", hint="leave out what is about training")
        text = loaded(subject, notation).trace(steps=steps, notation=notation).page(page.format, page_options(page))
        output.deliver(text, page.output, page.force)
        return
    rules = _rules(asked, subject.seed)
    net = load(subject, notation)
    trains = any(rules.values()) or asked["show_updates"] or (net.network.training is not None and steps is None)
    if steps is not None and (rules["epochs"] or rules["mini_batch"] or side_by_side):
        raise InputError(
            "--steps counts updates on all samples",
            hint="--epochs E --mini-batch B counts in epochs of smaller updates",
        )
    if steps is not None and trains:
        # An update on all samples is an epoch.
        rules |= {"epochs": steps, "mini_batch": net.network.samples}
    if not side_by_side and not trains:
        text = net.trace(steps=steps, notation=notation).page(page.format, page_options(page))
        output.deliver(text, page.output, page.force)
        return
    rules |= {"shuffle_seed": subject.seed, "shuffle": False if asked["no_shuffle"] else None}
    if side_by_side and asked["show_updates"]:
        raise InputError("--side-by-side shows epochs", hint="leave out --show-updates, or --side-by-side")
    if side_by_side:
        text = net.side_by_side(notation, **rules).page(page.format, page_options(page))
    else:
        text = net.train(asked["show_updates"], notation, **rules).page(page.format, page_options(page))
    output.deliver(text, page.output, page.force)


def _rules(asked: dict[str, Any], seed: int | None) -> dict[str, Any]:
    """What of the options takes the place of the file's [training]."""
    from backtrace.network.training import stop_change

    change = asked["stop_change"]
    return {
        "epochs": asked["epochs"],
        "mini_batch": asked["mini_batch"],
        "stop_change": stop_change(change) if change is not None else None,
        "patience": asked["patience"],
        "stop_without_mistakes": asked["stop_without_mistakes"] or None,
    }
