"""The chain view: one factor after the other, from the loss inwards; what branches is added, what is known is used
again.

A derivative is written as the product of the local derivatives along the single way up from a quantity, as far as the
next node that has several ways up (or that has been named already). Such a node's own derivative is the sum over its
ways.
"""

from __future__ import annotations

import itertools

from backtrace.derivation.conventions import beside
from backtrace.derivation.steps import Remark, Step
from backtrace.derivation.workspace import Worksheet, d
from backtrace.engine.paths import leading_to
from backtrace.engine.zoom import Zoom, product
from backtrace.errors import InputError
from backtrace.expression.tree import ONE, Expr, add, mul, symbol
from backtrace.network.quantity import Derivative, Key, Quantity, neutral

Items = list[Step | Remark]
GAP = Remark("")
# A longer chain of factors is cut at an output, whose derivative then has a name.
LONGEST_CHAIN = 6
# Over how many layers a derivative may ask the layer above for its own.
FARTHEST = 50


class Chain:
    """Writes derivatives of `root`. One object serves a whole page: what one part named the next uses."""

    def __init__(self, work: Worksheet, root: Quantity, zoom: Zoom, name_outs: bool = False) -> None:
        self.work = work
        self.root = root
        self.zoom = zoom
        self.order = zoom.order
        self.name_outs = name_outs
        self.part = 0
        self.known: dict[Key, int] = {root: 0}
        self.locals: dict[tuple[Key, Key], int] = {}
        self._leading = leading_to(self.order, zoom.above, root)
        self._terms = Zoom(work.graph, lambda k: zoom.keeps(k) or (isinstance(k, Quantity) and k.kind == "loss_term"))
        self._split = work.splits(root)
        self.said: set[Remark] = set()  # of one net, not to be said again beside each weight into it
        self._samples: dict[Quantity, Chain] = {}
        self._lowest = work.depth

    def write(self, by: Key) -> Items:
        """The lines that lead to ∂root/∂by, beginning with the statement of the chain rule for it."""
        assert isinstance(by, Quantity)
        if by not in self._leading:
            raise InputError(f"{neutral(self.root)} does not depend on {neutral(by)}")
        if by in self.known:
            return []
        if self.work.has_parts(self.root) and self.root not in self._above(by):
            return self._by_part(by)
        if self.work.routes_to(self.root):
            return self._by_sample(by)
        way = self._way_up(by)
        if len(way) == 1:
            return self._branch(by, state=True)
        return self._product(by, way, state=True)

    def forget(self, node: Key) -> None:
        """Lets a derivative be written again, for a view that has shown its factors in another way."""
        self.known.pop(node, None)

    def _above(self, node: Key) -> list[Key]:
        return [up for up in self.zoom.above(node) if up in self._leading]

    def _way_up(self, node: Key) -> list[Key]:
        """The single way up from a node: itself, …, the root or the first node that branches or is known."""
        way = [node]
        while way[-1] != self.root:
            ups = self._above(way[-1])
            if len(ups) != 1:
                break
            way.append(ups[0])
            if ups[0] in self.known or self._named_anyway(ups[0], len(way)):
                break
        return way

    def _named_anyway(self, node: Key, length: int) -> bool:
        return self.work.cuts(node) and (self.name_outs or length > LONGEST_CHAIN)

    def _product(self, node: Key, way: list[Key], state: bool) -> Items:
        assert isinstance(node, Quantity)
        items: Items = []
        end = way[-1]
        factors = [d(*_pair(up, low)) for low, up in itertools.pairwise(way)][::-1]
        left = d(self.root, node)
        if end != self.root:
            head = self._branch_terms(end) if end not in self.known else None
            if head and state:
                items += [Remark("reaches_by_routes", (_q(end), self.root, len(self._above(end)))), GAP]
            stated = mul(head or d(self.root, _q(end)), *factors)
            factors = [d(self.root, _q(end)), *factors]
        else:
            stated = mul(*factors)
        alone = len(factors) == 1
        if state and not alone:
            items += [
                self.work.line("chain", left, stated, id=f"{derivative_id(self.root, node)}:chain", statement=True),
                GAP,
            ]
        if end != self.root and end not in self.known:
            items += self._ensure(end)
            items.append(GAP)
        for low, up in list(itertools.pairwise(way))[::-1]:
            items += self.local(up, low)
        self.known[node] = self.part
        if alone:
            return items
        items.append(GAP)
        forms = [mul(*factors)]
        if not self.work.numeric:
            locals_ = [self.local_form(up, low) for low, up in itertools.pairwise(way)][::-1]
            forms = [product(*([d(self.root, _q(end))] if end != self.root else []), *locals_)]
        items.append(self.work.line("product", left, *forms, stated=state and self.work.numeric))
        return items

    def _ensure(self, node: Key) -> Items:
        """The lines that give ∂root/∂node a name, or none when it has one."""
        if node in self.known:
            return []
        items = self._from_above(_q(node))
        way = self._way_up(node)
        if len(way) == 1:
            return [*items, *self._branch(node, state=False)]
        return [*items, *self._product(node, way, state=not self.work.numeric)]

    def _from_above(self, node: Quantity) -> Items:
        """The outputs of the layers above a node far from the root, layer by layer from the root down.

        Without it each layer would ask the one above, and a network of some hundred layers would be too deep for that.
        """
        layers = range(self._lowest - 1, node.layer, -1)
        if len(layers) <= FARTHEST:
            return []
        items: Items = []
        for layer in layers:
            # First, because the lines of the layer itself ask here again.
            self._lowest = layer
            for unit in range(1, self.work.size(layer) + 1):
                out = Quantity("out", layer, unit, sample=node.sample)
                if out in self._leading:
                    items += [*self._ensure(out), GAP]
        return items

    def local(self, upper: Key, lower: Key) -> Items:
        left = self.factor(upper, lower)
        whole = left == d(self.root, _q(lower))
        if (upper, lower) in self.locals or (whole and lower in self.known):
            return []
        self.locals[upper, lower] = self.part
        if whole:
            self.known[lower] = self.part
        form = self.local_form(upper, lower)
        lines: tuple[Step, ...] = ()
        items: Items = []
        if self.work.choices.detail == "calculus":
            from backtrace.derivation.rules import calculus_lines

            items = self.work.lead(upper, lower)
            lines = calculus_lines(self.work, self.zoom, upper, lower, form)
        step = self.work.line("local", left, form, lines=lines)
        said = [remark for remark in beside(self.work, self.zoom, step, upper, lower) if remark not in self.said]
        self.said.update(remark for remark in said if remark.args)
        return [*items, step, *said]

    def factor(self, upper: Key, lower: Key) -> Expr:
        """The symbol of ∂upper/∂lower."""
        return self.work.factor(self.zoom, *_pair(upper, lower))

    def local_form(self, upper: Key, lower: Key) -> Expr:
        """∂upper/∂lower as a person writes it."""
        return self.work.local(self.zoom, upper, lower)

    def _branch(self, node: Key, state: bool) -> Items:
        """A node with several ways up: what comes back along them is added."""
        low = _q(node)
        left = d(self.root, low)
        ups = self._above(node)
        items: Items = []
        labels = self._labels(node, ups)
        if labels:
            if state:
                items += [Remark("reaches_by_routes", (low, self.root, len(ups))), GAP]
                items.append(
                    self.work.line(
                        "chain",
                        left,
                        add(*(symbol(k) for k in labels)),
                        id=f"{derivative_id(self.root, low)}:chain",
                        statement=True,
                    )
                )
            terms: list[Expr] = []
            for up, label in zip(ups, labels, strict=True):
                items += self._contribution(up, low, label)
                terms.append(symbol(label))
            items.append(Remark("together"))
            items.append(self.work.line("sum", left, add(*terms), stated=self.work.numeric))
        else:
            stated = add(
                *(
                    mul(d(self.root, _q(up)), self.factor(up, low)) if up != self.root else self.factor(up, low)
                    for up in ups
                )
            )
            if state:
                items += [
                    self.work.line("chain", left, stated, id=f"{derivative_id(self.root, low)}:chain", statement=True),
                    GAP,
                ]
            for up in ups:
                items += [*self._ensure(up), GAP]
            items.append(Remark("goes_on_to", (low, len(ups))))
            terms = []
            for up in ups:
                form = self.local_form(up, low)
                factor = self.factor(up, low)
                if form.op not in ("symbol", "number") or factor != d(*_pair(up, low)):
                    items += self.local(up, low)
                    form = factor
                terms.append(product(d(self.root, _q(up)), form) if up != self.root else form)
            items.append(self.work.line("sum", left, add(*terms)))
        self.known[node] = self.part
        return items

    def _contribution(self, up: Key, low: Quantity, label: Derivative) -> Items:
        """What comes back to `low` along one way, the share of one output's loss."""
        way = self._way_up(up)
        pairs = list(itertools.pairwise(way))[::-1]
        unit = Quantity("out", self.work.depth, label.of.unit, sample=label.of.sample)
        seen = {self.locals.get((u, lo)) or (u == self.root and self.known.get(lo)) for lo, u in pairs}
        known = seen.pop() if len(seen) == 1 else None
        items: Items = [Remark("through", (unit,))]
        if known:
            words = "through_known_above" if known == self.part else "through_known"
            items = [Remark(words, (unit, len(pairs) + (way[-1] != self.root), known))]
        factors: list[Expr] = []
        if way[-1] != self.root:
            items += self._ensure(way[-1])
            factors.append(d(self.root, _q(way[-1])))
        for lo, u in pairs:
            items += self.local(u, lo)
            factors.append(d(*_pair(u, lo)))
        items.append(self.work.line("contribution", symbol(label), product(*factors, self.local_form(up, low))))
        return items

    def _labels(self, node: Key, ups: list[Key]) -> list[Derivative]:
        """∂E_o/∂node for each way up, when each way leads to one output's loss and no two to the same; else nothing."""
        if not self._split:
            return []
        found: list[Derivative] = []
        for up in ups:
            terms = self._loss_terms(up)
            if len(terms) != 1:
                return []
            found.append(Derivative(terms[0], _q(node)))
        return found if len(set(found)) == len(found) else []

    def _loss_terms(self, node: Key) -> list[Quantity]:
        """The losses of single outputs above an output layer's node; found by walking a single way, so never far."""
        while True:
            q = _q(node)
            if q.kind == "loss_term":
                return [q]
            ups = self._terms.above(node)
            if len(ups) != 1 or ups[0] == self.root:
                return []
            node = ups[0]

    def _branch_terms(self, node: Key) -> Expr | None:
        """The sum that stands for ∂root/∂node in a statement, when its terms have names."""
        labels = self._labels(node, self._above(node))
        return add(*(symbol(k) for k in labels)) if labels else None

    def _by_sample(self, low: Quantity) -> Items:
        """The reduced loss of a batch: each sample's own gradient first, then their mean or sum."""
        reached = [Quantity("loss", sample=s) for s in self.work.samples if low.sample in (0, s)]
        items: Items = []
        share = self.zoom.local(self.root, reached[0])
        terms = add(*(d(loss, low) for loss in reached))
        total = terms if share == ONE else mul(share, terms)
        items += [
            self.work.line(
                "chain", d(self.root, low), total, id=f"{derivative_id(self.root, low)}:chain", statement=True
            )
        ]
        for loss in reached:
            inner = self._sample_chain(loss)
            items += [GAP, Remark("sample", (loss.sample,)), *inner.write(low)]
        items += [GAP, Remark("together"), self.work.line("sum", d(self.root, low), total, stated=self.work.numeric)]
        self.known[low] = self.part
        return items

    def _by_part(self, low: Quantity) -> Items:
        """The loss with regularisation: what comes back from the loss of the data, then from each penalty; added."""
        parts = [part for part in self.zoom.below(self.root) if low in self._sample_chain(_q(part))._leading]
        total = add(*(d(_q(part), low) for part in parts))
        left = d(self.root, low)
        items: Items = [
            self.work.line("chain", left, total, id=f"{derivative_id(self.root, low)}:chain", statement=True)
        ]
        for part in parts:
            items += [GAP, *self._sample_chain(_q(part)).write(low)]
        if len(parts) > 1:
            items += [GAP, Remark("together")]
        items.append(self.work.line("sum", left, total, stated=self.work.numeric))
        self.known[low] = self.part
        return items

    def _sample_chain(self, loss: Quantity) -> Chain:
        if loss not in self._samples:
            self._samples[loss] = Chain(self.work, loss, self.zoom, self.name_outs)
        self._samples[loss].part = self.part
        return self._samples[loss]


def _q(key: Key) -> Quantity:
    assert isinstance(key, Quantity)
    return key


def _pair(upper: Key, lower: Key) -> tuple[Quantity, Quantity]:
    return _q(upper), _q(lower)


def derivative_id(of: Quantity, by: Quantity) -> str:
    """The stable id of ∂of/∂by."""
    return neutral(Derivative(of, by))
