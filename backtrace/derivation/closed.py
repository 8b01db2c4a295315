"""The closed form: one formula with everything put in, for those who want it. SymPy's cancel shortens it for show."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from backtrace.derivation.delta import Delta
from backtrace.derivation.steps import Derivation, Section, Step
from backtrace.derivation.workspace import Choices, Worksheet, Workspace, d
from backtrace.errors import InputError
from backtrace.expression.algebra import closed_form
from backtrace.expression.tree import Expr, symbol
from backtrace.network.quantity import LOSS, Derivative, Key, Quantity, neutral
from backtrace.network.records import Network
from backtrace.notation.profile import Profile
from backtrace.notation.subject import Subject

FORWARD = ("net", "out", "softmax", "loss_term", "loss", "data_loss", "penalty")


def closed_forms(derivation: Derivation) -> Iterator[tuple[Key, Expr]]:
    """Every quantity asked for with its formula in inputs, targets and parameters alone.

    Raises InputError when nothing was asked for, or when a formula grows beyond 2,000 nodes.
    """
    if not derivation.quantities:
        raise InputError("the closed form of what?", hint="name a quantity: backtrace derive mazur w5 --closed-form")
    if not isinstance(derivation.network, Network):
        from backtrace.derivation.circuits import CircuitSheet, closed_definitions

        circuit = derivation.network
        sheet = CircuitSheet(circuit, derivation.profile, Choices())
        for key in derivation.quantities:
            asked = key if isinstance(key, Derivative) or key == circuit.output else Derivative(circuit.output, key)
            root = asked.of if isinstance(asked, Derivative) else asked
            yield asked, closed_form(closed_definitions(sheet, root), asked)
        return
    work = Workspace(derivation.network, derivation.profile, Choices())
    delta = Delta(work, named=False)
    for key in derivation.quantities:
        by = key.by if isinstance(key, Derivative) else key
        if isinstance(key, Quantity) and key.kind in FORWARD and not key.updates:
            yield key, closed_form({k: work.forward_form(k) for k in _computed(work)}, key)
            continue
        if (isinstance(key, Derivative) and key.of != LOSS) or by.updates:
            raise InputError(
                f"there is no closed form for {neutral(key)}", hint="ask for a weight, a bias, net, out or E"
            )
        delta.write(by._replace(kind="net") if by.kind == "delta" else by)
        definitions: dict[Hashable, Expr] = {k: work.forward_form(k) for k in _computed(work)}
        definitions.update({q._replace(kind="delta"): delta.signed(q) for q in delta.known})
        target = by if by.kind == "delta" else Derivative(LOSS, by)
        if by.kind != "delta":
            definitions[target] = delta.gradient(by).forms[-1]
        yield target, closed_form(definitions, target)


def _computed(work: Workspace) -> list[Quantity]:
    return [k for k in work.graph.keys if isinstance(k, Quantity) and k.kind in FORWARD]


def as_derivation(derivation: Derivation) -> Derivation:
    """The derivation whose lines are the closed forms alone."""
    work = worksheet_of(derivation.network, derivation.profile)
    given = [section for section in derivation.sections if section.words == "given"]
    steps: list[Step] = []
    for key, form in closed_forms(derivation):
        left = symbol(key) if isinstance(key, Quantity) else d(key.of, key.by)
        steps.append(work.line("closed", left, form))
    return derivation._replace(sections=(*given, Section("closed_form", (), tuple(steps))), values=work.values)


def worksheet_of(subject: Subject, profile: Profile) -> Worksheet:
    """An empty worksheet for a network or a circuit."""
    if isinstance(subject, Network):
        return Workspace(subject, profile, Choices())
    from backtrace.derivation.circuits import CircuitSheet

    return CircuitSheet(subject, profile, Choices())
