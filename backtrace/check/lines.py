"""The right line of every quantity of a network, over the quantities it is made from.

The lines of a training step come from the δ view (`mistakes.calculation`); beside them stand those of the chain view:
∂A/∂B for any A downstream of B is the sum, over what B feeds, of ∂A/∂C · ∂C/∂B. Those of a later step are the same
lines, moved. So each quantity that a person may write has one line, made of finer ones, down to what is given.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from backtrace.check.update_lines import count_line, shared_line
from backtrace.engine.zoom import Zoom, product
from backtrace.expression.calculus import derivative
from backtrace.expression.evaluate import compiled
from backtrace.expression.straight_line import compiled_together
from backtrace.expression.tree import ONE, Expr, add, count, number, replace, symbol, symbols
from backtrace.mistakes.calculation import Calculation
from backtrace.mistakes.right_lines import net_of
from backtrace.network.quantity import COUNT, LOSS, OF_UPDATES, Derivative, Key, Quantity, is_kept
from backtrace.network.records import Network


class Function:
    """A formula as a function of the numbers of `names`: plain at first, compiled where it is asked for often."""

    __slots__ = ("fast", "form", "names", "operations", "plain", "uses")

    def __init__(self, form: Expr, names: tuple[Key, ...]) -> None:
        self.form, self.names = form, names
        self.operations = count(form)
        self.plain = compiled(form, names)
        self.fast: Callable[[Sequence[float]], tuple[float, ...] | None] | None = None
        self.uses = 0

    def __call__(self, *numbers: float) -> float:
        """The number that it gives; EvaluationError where it has none."""
        if self.fast is None:
            self.uses += 1
            if self.uses < WORTH:
                return self.plain(*numbers)
            self.fast = compiled_together([self.form], self.names)
        found = self.fast(numbers)
        return found[0] if found is not None else self.plain(*numbers)


class Compiled(NamedTuple):
    """A formula as a function of numbers, and the quantities whose numbers it takes, in order."""

    function: Function
    keys: tuple[Key, ...]


# A formula pays for its compilation after so many uses.
WORTH = 64
# The parts of a loss, whose derivatives somebody may write one by one.
PARTS = ("loss_term", "loss", "data_loss")
# What no update changes.
FIXED = ("input", "target", "strength", "setting", "rate")


class Lines:
    """The lines of all networks like this one, in one person's way of writing them: nothing here depends on numbers.

    style: the derivatives along single edges, through one gate, or of a part of the loss, that the person writes: then
    other lines are made of them. wires: whether the gates between the units have lines as well.
    """

    def __init__(self, network: Network, style: Iterable[Key] = (), wires: bool = False) -> None:
        self.network = network
        self.calculation = Calculation(network)
        self.graph = self.calculation.graph
        self.zoom = Zoom(self.graph, lambda key: True) if wires else self.calculation.terms
        self.style = frozenset(style)
        self._forms: dict[Key, Expr | None] = {}
        self._canonical: dict[Key, Key] = {}
        self._levels: dict[Key, int] = {}
        # What `points` keeps of all networks like this one.
        self.points: list[Any] = []
        self._functions: dict[Key, Compiled | None] = {}
        # By identity: to hash a tree costs more than to work it out.
        self._later: dict[tuple[int, int], tuple[Expr, Expr]] = {}
        self._compiled: dict[int, tuple[Expr, Compiled]] = {}
        self._slots = frozenset(slot.name for slot in network.optimizer.rule.slots)
        self._downstream: dict[Key, frozenset[Key]] = {}
        self._wires = {
            (key.unit, key.sample): key for key in self.graph.keys if isinstance(key, Quantity) and key.kind == "wire"
        }

    def canonical(self, key: Key) -> Key:
        """One key for what has several: ∂E/∂net of a sample's own loss is δ."""
        found = self._canonical.get(key)
        if found is None:
            found = self._canonical[key] = self._made_canonical(key)
        return found

    def _made_canonical(self, key: Key) -> Key:
        step = updates_of(key)
        plain = moved(key, -step)
        if isinstance(plain, Derivative):
            plain = Derivative(*(self._wire(q) if q is not None else None for q in plain))  # type: ignore[arg-type]
        else:
            plain = self._wire(plain)
        return moved(self.calculation.canonical(plain), step)

    def _wire(self, key: Quantity) -> Quantity:
        """A gate as the graph knows it: a person gives its number alone."""
        return self._wires.get((key.unit, key.sample), key) if key.kind == "wire" else key

    def form(self, key: Key) -> Expr | None:
        """The right line of a quantity; None for what is given, and for what the network does not have."""
        if key not in self._forms:
            self._forms[key] = self._form(self.canonical(key))
        return self._forms[key]

    def function(self, key: Key) -> Compiled | None:
        """The same as a function of the quantities in it."""
        if key not in self._functions:
            form = self.form(key)
            self._functions[key] = None if form is None else self.compiled(form)
        return self._functions[key]

    def level(self, key: Key) -> int:
        """How many lines lie below a quantity, at most, until everything is given."""
        for one in in_order((key,), self._levels, self.needs):
            below = self.needs(one)
            self._levels[one] = 1 + max(map(self._levels.__getitem__, below), default=0) if below else 0
        return self._levels[key]

    def needs(self, key: Key) -> tuple[Key, ...]:
        """What a quantity is worked out from."""
        made = self.function(key)
        return () if made is None else made.keys

    def in_step(self, form: Expr, step: int) -> Expr:
        """A formula of the first step in a later one, made once."""
        kept = self._later.get((id(form), step))
        if kept is None:
            kept = self._later[id(form), step] = (form, replace(form, lambda k: moved_symbol(k, step)))
        return kept[1]

    def compiled_once(self, form: Expr) -> Compiled:
        """The same for a formula that is asked for again and again, kept."""
        kept = self._compiled.get(id(form))
        if kept is None:
            kept = self._compiled[id(form)] = (form, self.compiled(form))
        return kept[1]

    def compiled(self, form: Expr) -> Compiled:
        """A formula as a function of the quantities in it."""
        keys = tuple(dict.fromkeys(k for k in symbols(form) if isinstance(k, Quantity | Derivative)))
        return Compiled(Function(form, keys), tuple(self.canonical(k) for k in keys))

    def _form(self, key: Key) -> Expr | None:
        step = updates_of(key)
        if isinstance(key, Derivative):
            form = self._derivative(moved_derivative(key, -step))
        elif key.kind == "count":
            return count_line(step)
        elif (shared := shared_line(self.network, moved_quantity(key, -step))) is not None:
            form = shared
        elif step and (key.kind in ("weight", "bias") or (is_kept(key) and key.name in self._slots)):
            step -= 1
            form = self.calculation.rule_form(moved_quantity(key, -step))
        else:
            form = self._quantity(moved_quantity(key, -step))
        return replace(form, lambda k: moved_symbol(k, step)) if form is not None and step else form

    def _quantity(self, key: Quantity) -> Expr | None:
        if key.kind == "delta":
            return self._delta(net_of(key))
        node = self.graph.index.get(key)
        if node is None:
            return self.calculation.form(key) if key.kind in OF_UPDATES else None
        return None if self.graph.operations[node] is None else self.zoom.formula(key)

    def _delta(self, net: Quantity) -> Expr | None:
        """δ is what comes back to the output, times the slope; behind softmax the sum over its outputs."""
        if net not in self.graph.index or not self.calculation.learns:
            return None
        return self._ways(Derivative(self.network.sample_loss(net.sample), net))

    def _derivative(self, key: Derivative) -> Expr | None:
        of, by, via = key
        if of not in self.graph.index or by not in self.graph.index or not self.calculation.learns:
            return None
        if of == by:
            return ONE
        if of == LOSS and by in self.calculation.parameters and via is None and not self._styled(key):
            return self.calculation.gradient_form(by)
        return self._ways(key)

    def _ways(self, key: Derivative) -> Expr | None:
        """∂A/∂B: over the parts of A or the gates above B, if the person writes these; else over what B feeds."""
        of, by, via = key
        if via is None:
            below = (part for part in self.zoom.below(of) if isinstance(part, Quantity) and part.kind in PARTS)
            parts = [part for part in below if part != by]
            if any(Derivative(part, by) in self.style for part in parts):
                return add(
                    *(
                        product(local, symbol(Derivative(part, by)))  # type: ignore[arg-type]
                        for part, local in self.zoom.below(of).items()
                        if by in self.upstream_of(part)
                    )
                )
        ways = [up for up in self.zoom.above(by) if up == of or of in self.downstream(up)]
        if via is not None:
            ways = [up for up in ways if up == via]
        elif any(key._replace(via=up) in self.style for up in ways):  # type: ignore[arg-type]
            return add(*(symbol(key._replace(via=up)) for up in ways))  # type: ignore[arg-type]
        if not ways:
            return self._inside_loss(of, by)
        # A tied weight also reaches a net through the layer below: ∂net/∂w is of its own term alone.
        if ways == [of] or (of in ways and of.kind in ("net", "wire") and by.kind in ("weight", "bias")):
            return self._local(of, by)
        return add(*(product(symbol(self._part(of, up)), self._edge(up, by)) for up in ways))

    def _inside_loss(self, of: Quantity, by: Quantity) -> Expr | None:
        """∂p/∂out of a softmax that belongs to the loss, which the graph passes over in one step."""
        form = self.zoom.formula(of) if of.kind == "softmax" else None
        return derivative(form, by) if form is not None and by in set(symbols(form)) else None

    def _styled(self, key: Derivative) -> bool:
        return any(
            (one.via is not None and one._replace(via=None) == key) or (one.by == key.by and one.of.kind in PARTS)
            for one in self.style
            if isinstance(one, Derivative)
        )

    def upstream_of(self, key: Key) -> frozenset[Key]:
        """Everything that a quantity depends on."""
        return frozenset(k for k in self.zoom.order if key in self.downstream(k))

    def _part(self, of: Quantity, up: Key) -> Key:
        assert isinstance(up, Quantity)
        return self.calculation.canonical(Derivative(of, up))

    def _edge(self, up: Key, by: Quantity) -> Expr:
        """∂up/∂by: by its own name where the chain view or the person has a line for it, else as it stands."""
        assert isinstance(up, Quantity)
        if (up.kind in ("out", "softmax") and by.kind == "net") or Derivative(up, by) in self.style:
            return symbol(Derivative(up, by))
        return self._local(up, by)

    def _local(self, up: Key, by: Quantity) -> Expr:
        """∂up/∂by as it stands; where a layer is updated before the one below, its new weights."""
        local = self.zoom.local(up, by)
        assert isinstance(up, Quantity)
        below = ("out", "input") if up.kind == "wire" else ("out",)
        after = self.network.optimizer.order == "output_first" and up.kind in ("net", "wire") and by.kind in below
        return replace(local, _after_update) if after else local

    def downstream(self, key: Key) -> frozenset[Key]:
        """Everything that depends on a quantity."""
        if key not in self._downstream:
            found: set[Key] = set()
            for up in self.zoom.above(key):
                found |= {up} | self.downstream(up)
            self._downstream[key] = frozenset(found)
        return self._downstream[key]


def in_order(wanted: Iterable[Key], known: Container[Key], needs: Callable[[Key], Iterable[Key]]) -> Iterator[Key]:
    """What is not known yet, so that all that a quantity needs comes before it. The caller makes each known before it
    asks for the next. Without recursion: a network may be deeper than Python's stack."""
    left = list(wanted)[::-1]
    while left:
        missing = [key for key in needs(left[-1]) if key not in known] if left[-1] not in known else []
        if missing:
            left += missing[::-1]
        elif (key := left.pop()) not in known:
            yield key


def updates_of(key: Key) -> int:
    """How many updates lie before a quantity."""
    return max(key.of.updates, key.by.updates) if isinstance(key, Derivative) else key.updates


def moved(key: Key, steps: int) -> Key:
    """The same quantity so many updates later."""
    if not steps:
        return key
    return moved_derivative(key, steps) if isinstance(key, Derivative) else moved_quantity(key, steps)


def moved_derivative(key: Derivative, steps: int) -> Derivative:
    """The same of a derivative."""
    via = moved_quantity(key.via, steps) if key.via else None
    return Derivative(moved_quantity(key.of, steps), moved_quantity(key.by, steps), via)


def moved_quantity(key: Quantity, steps: int) -> Quantity:
    """The same of a quantity that is not a derivative; what is given stays."""
    return key if key.kind in FIXED or not steps else key._replace(updates=key.updates + steps)


def moved_symbol(key: object, steps: int) -> Expr | None:
    """The symbol of the same quantity so many updates later."""
    assert isinstance(key, Quantity | Derivative)
    if key == COUNT:
        return number(steps)
    return symbol(moved(key, steps))


def _after_update(key: object) -> Expr | None:
    return symbol(key._replace(updates=1)) if isinstance(key, Quantity) and key.kind == "weight" else None
