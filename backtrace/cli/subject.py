"""What a command is asked about: a network by its NETWORK argument, or a circuit by --expr and --circuit."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from backtrace.cli.loading import load
from backtrace.cli.options import Function, NetworkChoice
from backtrace.errors import InputError

if TYPE_CHECKING:
    from backtrace.api import Net
    from backtrace.api.circuits import Circuit


class CircuitChoice(NamedTuple):
    """Which circuit, and where it is looked at. "-" as file or as `given` means standard input."""

    lines: tuple[str, ...]
    file: str
    at: tuple[str, ...]
    given: str


def takes_subject(function: Function) -> Function:
    """NETWORK with its options, or --expr, --circuit, --at: subject is a NetworkChoice or a CircuitChoice.

    Beside a circuit the NETWORK argument is the first of the `quantities`, if the command takes any.
    """

    @click.argument("network", metavar="NETWORK", required=False)
    @click.option(
        "--set", "sets", multiple=True, metavar="NAME=VALUE", help="Change a number or a setting; repeatable."
    )
    @click.option("--given", default="", metavar="FILE", help="The same from a file: lines NAME = VALUE.")
    @click.option("--batch", type=click.IntRange(1), metavar="N", help="N samples of made data.")
    @click.option("--seed", type=click.IntRange(0), metavar="S", help="What the made numbers are drawn from.")
    @click.option(
        "--expr", "lines", multiple=True, metavar="LINES", help="A circuit in place of NETWORK: lines NAME = FORMULA."
    )
    @click.option("--circuit", "file", default="", metavar="FILE", help="The same from a file.")
    @click.option("--at", multiple=True, metavar="POINT", help="Where the circuit is looked at: x=-2, y=5.")
    @wraps(function)
    def packed(
        *,
        network: str | None,
        sets: tuple[str, ...],
        given: str,
        batch: int | None,
        seed: int | None,
        lines: tuple[str, ...],
        file: str,
        at: tuple[str, ...],
        **rest: Any,
    ) -> Any:
        if not lines and not file:
            if at:
                raise InputError("--at is for a circuit", hint="give its formula: --expr 'f = (x + y)*z'")
            if network is None:
                raise click.UsageError("Missing argument 'NETWORK'.", click.get_current_context())
            return function(subject=NetworkChoice(network, sets, given, batch, seed), **rest)
        if batch is not None or seed is not None:
            option = "--batch" if batch is not None else "--seed"
            raise InputError(f"{option} makes samples for a network; a circuit has none", hint="--at gives its numbers")
        if "quantities" in rest:
            rest["quantities"] = (*((network,) if network is not None else ()), *rest["quantities"])
        elif network is not None:
            raise InputError("a network and a circuit are given", hint="give one of them")
        return function(subject=CircuitChoice(lines, file, (*at, *sets), given), **rest)

    return packed


def loaded(subject: NetworkChoice | CircuitChoice, notation: str | None = None) -> Net | Circuit:
    """The network or the circuit asked for."""
    if isinstance(subject, NetworkChoice):
        return load(subject, notation)
    if subject.file == subject.given == "-":
        raise InputError("'-' can stand for --circuit or for --given, not for both")

    from backtrace.api.circuits import circuit

    return circuit(
        subject.lines, at=subject.at, file=subject.file or None, given=subject.given or None, notation=notation
    )
