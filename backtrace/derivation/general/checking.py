"""The check of general statements: every equality, for every binding of its free letters, on random networks.

A statement is first brought down to numbers for indices: sums are written out, functions get their formulas, a pending
derivative is carried out by the rules of calculus. What is left is looked up in the engine, so a derivative on the page
stands for what a backward sweep gives, and both sides must agree. A statement that does not hold, or of which no
instance could be tried, is our own fault and is never printed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from backtrace.derivation.general.instances import Instance
from backtrace.derivation.matrices import evaluate_matrix
from backtrace.derivation.steps import Matrix, Value
from backtrace.errors import InternalFault
from backtrace.expression.calculus import derivative
from backtrace.expression.tree import (
    ONE,
    Expr,
    add,
    mul,
    number,
    operands,
    replace,
    symbol,
    symbols,
    with_operands,
)
from backtrace.network.activations import Activation
from backtrace.network.indexed import Free, Function, Index, Ones, Over, Size, parts_of
from backtrace.network.quantity import Derivative, Quantity

if TYPE_CHECKING:
    from random import Random

RELATIVE, ABSOLUTE = 1e-9, 1e-12
TRIES = 5  # numbers tried for the free variables of a statement

Binding = Mapping[str, int]


class Claim(NamedTuple):
    """That all sides are equal, for all indices, or with `wrong` that they are not always.

    about: its id, for the fault; data: a key of instances.DATA, what networks it is about.
    """

    about: str
    sides: tuple[Expr, ...]
    data: str = "one"
    wrong: bool = False


def check(
    claim: Claim, instances: Sequence[Instance], functions: Mapping[Function, Activation | None], random: Random
) -> int:
    """Tries the claim on every instance; returns how many equalities were tried, at least one.

    functions: what each named function is, None for the activation of the instance. Raises InternalFault for a
    mismatch, with the sides' numbers, and for a claim without an instance.
    """
    tried = wrong = 0
    for instance in instances:
        for binding in bindings(claim, instance):
            free = list(dict.fromkeys(q for side in claim.sides for q in symbols(side) if isinstance(q, Free)))
            for _ in range(TRIES if free else 1):
                drawn = {q: q.low + (q.high - q.low) * random.random() for q in free}
                known = Known(instance, binding, functions, drawn)
                first, *others = [known.value(side) for side in claim.sides]
                for side, value in enumerate(others, 1):
                    tried += 1
                    if alike(first, value):
                        continue
                    wrong += 1
                    if not claim.wrong:
                        raise InternalFault(
                            f"{claim.about}: side {side} is {value!r} where {first!r} was expected "
                            f"({instance.network.name}, {dict(binding)})"
                        )
    if not tried:
        raise InternalFault(f"{claim.about}: there was nothing to try it on")
    if claim.wrong and not wrong:
        raise InternalFault(f"{claim.about}: said to be wrong, and holds wherever it was tried")
    return tried


def alike(a: Value, b: Value) -> bool:
    """Whether two results are the same up to rounding, whole matrices entry by entry."""
    if isinstance(a, float | int) and isinstance(b, float | int):
        return abs(a - b) <= ABSOLUTE + RELATIVE * max(abs(a), abs(b))
    if isinstance(a, float | int) or isinstance(b, float | int):
        return False
    return _shape(a) == _shape(b) and all(
        alike(x, y) for p, q in zip(a, b, strict=True) for x, y in zip(p, q, strict=True)
    )


def _shape(m: Matrix) -> tuple[int, int]:
    return len(m), len(m[0])


def bindings(claim: Claim, instance: Instance) -> Iterator[dict[str, int]]:
    """Every way to put numbers for the free letters of a claim so that all its quantities exist."""
    keys = [q for side in claim.sides for q in _quantities(side, ())]
    layers = list(
        dict.fromkeys(index.letter for q, _ in keys if isinstance(index := parts_of(q)[0], Index) and not index.last)
    )
    for chosen in product(range(instance.depth + 1), repeat=len(layers)):
        layer_of = dict(zip(layers, chosen, strict=True))
        if not all(_exists(q, layer_of, instance) for q, _ in keys):
            continue
        ranges: dict[str, int] = {}
        for q, bound in keys:
            for letter, size in _ranges(q, layer_of, instance):
                if letter not in bound:
                    ranges[letter] = min(size, ranges.get(letter, size))
        for numbers in product(*(range(1, size + 1) for size in ranges.values())):
            yield layer_of | dict(zip(ranges, numbers, strict=True))


def of_any_layer(claim: Claim) -> bool:
    """Whether a claim names its layers by letters alone, not by the numbers of one network's layers."""
    found = [parts_of(q)[0] for side in claim.sides for q, _ in _quantities(side, ())]
    # Loss and rate stand at 0, and so do inputs.
    return any(isinstance(layer, Index) for layer in found) and all(
        layer == 0 or isinstance(layer, Index) for layer in found
    )


def _quantities(e: Expr, bound: tuple[str, ...]) -> Iterator[tuple[Quantity, tuple[str, ...]]]:
    """The quantities of an expression, each with the letters that sums around it bind."""
    if e.op == "sum":
        bound = (*bound, e.args[0].letter)
    if e.op == "symbol" and isinstance(e.args[0], Derivative):
        yield e.args[0].of, bound
        yield e.args[0].by, bound
    elif e.op == "symbol" and isinstance(e.args[0], Quantity):
        yield e.args[0], bound
    for part in operands(e):
        yield from _quantities(part, bound)


def _number(index: Index | int, binding: Binding, depth: int) -> int:
    if not isinstance(index, Index):
        return index
    return index.shift + (depth if index.last else binding[index.letter])


def _exists(q: Quantity, layer_of: Binding, instance: Instance) -> bool:
    layer = parts_of(q)[0]
    if not isinstance(layer, Index):
        return True
    return (0 if q.kind == "out" else 1) <= _number(layer, layer_of, instance.depth) <= instance.depth


def _ranges(q: Quantity, layer_of: Binding, instance: Instance) -> Iterator[tuple[str, int]]:
    """The letters of a quantity's units with how far they run."""
    layer, unit, source, sample = parts_of(q)
    at = instance.depth if q.kind in ("target", "loss_term") else _number(layer, layer_of, instance.depth)
    if isinstance(unit, Index):
        yield unit.letter, instance.network.size(at)
    if isinstance(source, Index):
        yield source.letter, instance.network.size(at - 1)
    if isinstance(sample, Index):
        yield sample.letter, instance.samples


class Known:
    """One binding on one instance: brings expressions down to numbers."""

    def __init__(
        self,
        instance: Instance,
        binding: Binding,
        functions: Mapping[Function, Activation | None],
        free: Mapping[Free, float],
    ) -> None:
        self.instance = instance
        self.binding = binding
        self.functions = functions
        self.free = free

    def value(self, e: Expr) -> Value:
        """The number or matrix of an expression."""
        return evaluate_matrix(self.concrete(e), self._look_up)

    def _look_up(self, key: object) -> Value:
        if isinstance(key, Free):
            return self.free[key]
        if isinstance(key, Ones):
            return ((1.0,),) * self.instance.samples
        assert isinstance(key, Quantity | Derivative)
        return self.instance.value(key)

    def concrete(self, e: Expr) -> Expr:
        """The same with numbers for letters, sums written out, formulas in the place of functions' names."""
        if e.op == "number":
            return e
        if e.op == "symbol":
            return self._symbol(e)
        if e.op == "sum":
            return add(*(inner.concrete(e.args[1]) for inner in self._each(e.args[0])))
        if e.op == "apply":
            return self._applied(*e.args)
        if e.op == "pending":
            return self._carried_out(*e.args)
        return with_operands(e, tuple(self.concrete(part) for part in operands(e)))

    def _symbol(self, e: Expr) -> Expr:
        key = e.args[0]
        if isinstance(key, Size):
            return number(self._size(key))
        if isinstance(key, Derivative):
            return symbol(Derivative(self._quantity(key.of), self._quantity(key.by)))
        if not isinstance(key, Quantity):
            return e
        q = self._quantity(key)
        if parts_of(key)[2] and not q.source:
            return symbol(q._replace(kind="bias"))  # the weight from unit 0 is the bias …
        if isinstance(parts_of(key)[1], Index) and not q.unit:
            return ONE  # … and that unit's output is always 1
        return symbol(q)

    def _quantity(self, q: Quantity) -> Quantity:
        layer, unit, source, sample = (_number(part, self.binding, self.instance.depth) for part in parts_of(q))
        return q._replace(layer=layer, unit=unit, source=source, sample=sample)

    def _size(self, of: Size | Over) -> int:
        """How many units the layer has, or samples there are."""
        if of.layer is None:
            return self.instance.samples
        return self.instance.network.size(_number(of.layer, self.binding, self.instance.depth))

    def _each(self, over: Over) -> Iterator[Known]:
        """One binding for every value of a sum's index."""
        for n in range(over.start, self._size(over) + 1):
            if not over.but or self.binding[over.but] != n:
                yield Known(self.instance, {**self.binding, over.letter: n}, self.functions, self.free)

    def _applied(self, function: Function, primes: int, argument: Expr) -> Expr:
        if function not in self.functions or primes > 1:
            raise InternalFault(f"nothing says what {function.text} with {primes} primes is")
        activation = self.functions[function] or self.instance.network.layers[-1].activation
        assert activation.formula is not None and activation.slope is not None
        x = self.concrete(argument)
        y = replace(activation.formula, lambda key: x if key == "x" else None)
        if not primes:
            return y
        return replace(activation.slope, lambda key: x if key == "x" else y if key == "y" else None)

    def _carried_out(self, inner: Expr, by: Expr) -> Expr:
        """A pending derivative: by the rules of calculus for each symbol inside, times that symbol's own derivative."""
        body, lower = self.concrete(inner), self.concrete(by).args[0]
        terms = []
        for key in dict.fromkeys(symbols(body)):
            slope = 1.0 if key == lower else self._slope(key, lower)
            if slope:
                terms.append(mul(derivative(body, key), number(slope, repr(slope))))
        return add(*terms)

    def _slope(self, upper: object, lower: object) -> float:
        if not isinstance(upper, Quantity) or not isinstance(lower, Quantity):
            return 0.0
        found = self.instance.value(Derivative(upper, lower))
        assert isinstance(found, float)
        return found
