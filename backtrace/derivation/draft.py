"""A page while it is being written, of a network or of a circuit: its sections, and what each view has named so far."""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice

from backtrace.derivation.chain import GAP, Chain, Items
from backtrace.derivation.forward import result
from backtrace.derivation.gates import Gates
from backtrace.derivation.paths import Paths
from backtrace.derivation.steps import Section, Step
from backtrace.derivation.workspace import Worksheet
from backtrace.engine.paths import count_routes, reaching, routes
from backtrace.expression.tree import Expr, symbols
from backtrace.network.quantity import LOSS, Derivative, Key, Quantity

ROUTES_DRAWN = 4
GIVEN = ("weight", "bias", "named")


class Draft:
    """The views of one page share the worksheet, and each remembers what it has named. output: what most is derived
    of."""

    work: Worksheet

    def __init__(self, work: Worksheet, output: Quantity) -> None:
        self.work = work
        self.output = output
        self.choices = work.choices
        self.sections: list[Section] = []
        self.chains: dict[Quantity, Chain] = {}
        self._paths: dict[Quantity, Paths] = {}
        self._gates: dict[Quantity, Gates] = {}

    def add(
        self,
        words: str,
        args: tuple[Key | str | int | float, ...],
        items: Items,
        by: Quantity | None = None,
        root: Quantity | None = None,
    ) -> None:
        """A section, without the lines that the chosen detail leaves out."""
        drawn, total = self._routes(by, root or self.output) if by else ((), 0)
        self.sections.append(Section(words, args, tuple(_trimmed(items)), drawn, total))

    def _routes(self, by: Quantity, root: Quantity) -> tuple[tuple[tuple[Key, ...], ...], int]:
        zoom = self.work.zoom(by, root)
        order = zoom.order
        total = count_routes(order, zoom.above, by, root)
        if self.choices.view == "gates" or total > ROUTES_DRAWN:
            return (), total
        on_route = reaching(order, zoom.above, by, root)
        return tuple(islice(routes(zoom.above, on_route, by, root), ROUTES_DRAWN)), total

    def gradient(self, root: Quantity, by: Quantity) -> Items:
        """The lines of ∂root/∂by in the view chosen."""
        if self.choices.view == "paths":
            paths = self._paths.setdefault(root, Paths(self.work, root))
            if not (paths.zoom.keeps(by) and paths.zoom.keeps(root)):
                # What the notation has no letter for is kept for this one question.
                paths = Paths(self.work, root, self.work.zoom(root, by))
            return paths.write(by)
        if self.choices.view == "gates":
            return self._gates.setdefault(root, Gates(self.work, root)).backward(by)
        return self.chain(root, by)

    def chain(self, root: Quantity, by: Quantity) -> Items:
        """The lines of ∂root/∂by, factor by factor."""
        if root not in self.chains:
            self.chains[root] = Chain(self.work, root, self.work.zoom(root, by))
        chain = self.chains[root]
        if not chain.zoom.keeps(by):
            chain = Chain(self.work, root, self.work.zoom(root, by))
        chain.part = len(self.sections) + 1
        return chain.write(by)

    def again(self, left: Expr) -> Items:
        """The line about what is asked for, where an earlier section has had to work it out."""
        steps = [step for section in self.sections for step in section.items if isinstance(step, Step)]
        known = [step for step in steps if step.left == left and not step.statement]
        return [step._replace(id=f"{step.id}:again", lines=(), stated=False) for step in known[-1:]]

    def recall(self) -> None:
        """The values of the forward pass that the page uses, in one line before everything else."""
        used: dict[Key, None] = {}
        written = set()
        for section in self.sections:
            for item in section.items:
                if isinstance(item, Step):
                    written.add(item.left.args[0] if item.left.op == "symbol" else None)
                    for form in item.forms[-1:] if not item.statement else ():
                        used.update(dict.fromkeys(symbols(form)))  # type: ignore[arg-type]
        items = [result(self.work, key) for key in self.recalled(used) if key not in written]
        self.sections.insert(
            0, Section("from_forward" if self.choices.step == 1 else "from_later_forward", (), tuple(items))
        )

    def recalled(self, used: Collection[Key]) -> list[Key]:
        """What the page recalls of the forward pass when its lines use these quantities."""
        raise NotImplementedError


def _trimmed(items: Items) -> Items:
    """Without gaps at the ends or in a row."""
    found: Items = []
    for item in items:
        if item == GAP and (not found or found[-1] == GAP):
            continue
        found.append(item)
    while found and found[-1] == GAP:
        found.pop()
    return found


def only_results(section: Section) -> Section:
    """Detail "result": what was asked for and its update; whole forward passes stay."""
    if section.words not in ("how_does_change", "backward_pass", "gate_by_gate"):
        return section
    return section._replace(items=tuple(i for i in section.items if isinstance(i, Step) and _is_result(i, section)))


def _is_result(step: Step, section: Section) -> bool:
    if step.kind == "update" or step.statement:
        return step.kind == "update"
    key = step.left.args[0] if step.left.op == "symbol" else None
    if section.words != "how_does_change":
        return isinstance(key, Derivative) and _of_all(key.of) and key.by.kind in GIVEN and key.via is None
    if isinstance(key, Derivative):
        return key[:2] == section.args[:2] and key.via is None
    return isinstance(key, Quantity) and key.kind == "delta" and key._replace(kind="net") == section.args[1]


def _of_all(root: Quantity) -> bool:
    return root == LOSS or root.kind == "named"
