"""The objects that users hold for a circuit: formulas to derive from and to trace."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from backtrace.api.pages import DerivationPage
from backtrace.api.profiles import DEFAULT_NOTATION, profile_named
from backtrace.errors import InputError, printable
from backtrace.network.circuit import Circuit as Record

if TYPE_CHECKING:
    from backtrace.engine.circuits import CircuitRun
    from backtrace.notation.listing import NameRow
    from backtrace.notation.profile import Profile
    from backtrace.render.options import PageOptions


class CircuitTrace(NamedTuple):
    """What `Circuit.trace` gives: every value and gradient, and pages of them."""

    circuit: Record
    run: CircuitRun
    profile: Profile

    def page(self, format: str = "terminal", options: PageOptions | None = None) -> str:
        """The page as text: terminal, markdown, csv or json."""
        from backtrace.render.circuits import render_trace
        from backtrace.render.options import PageOptions

        return render_trace(self.circuit, self.run, self.profile, format, options or PageOptions())

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `backtrace trace --expr … -f json`: values and gradients by name."""
        from backtrace.render.circuits import trace_data

        return trace_data(self.circuit, self.run)

    def __str__(self) -> str:
        return self.page("terminal")

    def _repr_markdown_(self) -> str:
        return self.page("markdown")


class Circuit(NamedTuple):
    """Formulas that lead to one output, ready to be traced and derived from. typed: what a command line says to get
    them."""

    circuit: Record
    notation: str = DEFAULT_NOTATION
    typed: str = ""

    @property
    def gradient_count(self) -> int:
        """How many gradients a whole derivation has."""
        return len(self.circuit.leaves)

    def trace(self, steps: int | None = None, notation: str | None = None) -> CircuitTrace:
        """Values and gradients; raises InputError for a circuit without numbers, or where a formula has no value.

        steps: as for a network, but nothing is updated here, so there is one.
        """
        if steps not in (None, 1):
            raise InputError("a circuit has no parameters to update", hint="leave out --steps")
        if not self.circuit.numeric:
            first = self.circuit.leaves[0]
            raise InputError("the circuit has no numbers to run with", hint=f"give them: --at '{first}=2, …'")
        from backtrace.engine.circuits import build, run

        return CircuitTrace(
            self.circuit, run(self.circuit, build(self.circuit)), profile_named(notation or self.notation)
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
        """The derivation of the output by the named quantities, or by every leaf. Choices as in `Net.derive`; view:
        chain, paths or gates; there is no second update and no samples."""
        if samples is not None:
            raise InputError("a circuit has no samples", hint="leave out --sample")
        if step != 1:
            raise InputError("a circuit has no parameters to update", hint="leave out --step")
        from backtrace.derivation.circuits import derive_circuit
        from backtrace.derivation.workspace import Choices
        from backtrace.notation.circuits import resolve
        from backtrace.render.options import PageOptions

        profile = profile_named(notation or self.notation)
        keys = [resolve(name, self.circuit, profile) for name in quantities]
        choices = Choices(view, detail, carry, digits, decimals, paths, reuse=reuse)
        derivation = derive_circuit(self.circuit, keys, profile, choices)
        if closed_form:
            from backtrace.derivation.closed import as_derivation

            derivation = as_derivation(derivation)
        options = PageOptions(digits=digits, decimals=decimals, typed=self.typed)
        return DerivationPage(derivation, options, choices, closed_form)

    def names(self, notation: str | None = None) -> list[NameRow]:
        """Every name that may be typed for this circuit."""
        from backtrace.notation.circuits import listing

        return listing(self.circuit, profile_named(notation or self.notation))

    def __str__(self) -> str:
        from backtrace.network.circuit_reading import described

        return f"{self.circuit.name}: {described(self.circuit)}"


def circuit(
    lines: str | Sequence[str] = (),
    at: Mapping[str, float | str] | str | Sequence[str] = (),
    file: str | os.PathLike[str] | None = None,
    given: str | os.PathLike[str] | None = None,
    notation: str | None = None,
) -> Circuit:
    """The circuit of these lines, `name = formula` each, and of those in a file.

    at: the point, as a mapping or as text "x=-2, y=5"; given: a file of such lines. Without numbers it is shown in
    symbols. notation: the default of the methods.
    """
    from backtrace.network.circuit_reading import Source, command_words, read_circuit

    texts = [lines] if isinstance(lines, str) else list(lines)
    if isinstance(at, Mapping):
        points = [f"{name}={value!r}" if isinstance(value, float) else f"{name}={value}" for name, value in at.items()]
    else:
        points = [at] if isinstance(at, str) else list(at)
    path = os.fspath(file) if file is not None else None
    sources = [Source("\n".join(texts), "--expr")] if texts else []
    sources += [Source(_text(path), _called(path))] if path is not None else []
    settings = [Source(_text(os.fspath(given)), _called(os.fspath(given)))] if given is not None else []
    settings += [Source(point, "--at") for point in points]
    stem = os.path.splitext(os.path.basename(path))[0] if path not in (None, "-") and not texts else "circuit"
    read = read_circuit(sources, settings, printable(stem))
    return Circuit(
        read,
        notation or DEFAULT_NOTATION,
        command_words(texts, path, os.fspath(given) if given is not None else None, points),
    )


def _text(path: str) -> str:
    """The text of a file, or of standard input for "-"."""
    from backtrace.network.source import SIZE_CAP, decoded, file_text

    if path != "-":
        return file_text(path)
    import sys

    return decoded(sys.stdin.buffer.read(SIZE_CAP + 1), "stdin")


def _called(path: str) -> str:
    return "stdin" if path == "-" else printable(path, 200)
