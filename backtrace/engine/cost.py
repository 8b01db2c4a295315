"""What gradients cost: multiplications and stored values of three ways to form them, counted on the graph.

A factor is the local derivative along one edge of the zoom, a number that all three ways are given; a factor that is
always 1 (∂net/∂bias) is not written and costs nothing. One multiplication is one product of two numbers; additions are
not counted. A stored value is the product or the sum under way, one for each bracket that is open, and whatever is kept
because it is used again. Nothing is ever listed: each count is a product of sums along the edges, in O(edges).

| way      | what is written down                                                                             |
|----------|--------------------------------------------------------------------------------------------------|
| paths    | for each gradient the sum over its paths, each path a product of its factors                     |
| factored | the same, what all paths from a node have in common standing once, before or behind a bracket    |
| reuse    | ∂root/∂node for each node, from the root down; those used more than once are kept                |
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from backtrace.engine.paths import meetings
from backtrace.engine.zoom import Zoom
from backtrace.errors import InputError
from backtrace.expression.tree import ONE
from backtrace.network.quantity import Key, Quantity, neutral


class Way(NamedTuple):
    """The cost of one way. kept: values stored because they are used again; under_way: products and sums that are
    open at the same time, at most."""

    name: str
    multiplications: int
    kept: int
    under_way: int

    @property
    def stored(self) -> int:
        """All values stored."""
        return self.kept + self.under_way


class Shared(NamedTuple):
    """∂root/∂`by`, a factor computed once and kept: into how many products it goes, on how many paths it lies (so
    often the written-out sum forms it anew)."""

    by: Quantity
    uses: int
    paths: int


class Cost(NamedTuple):
    """The cost of the gradients of `root` by `bys`. factors: how many local derivatives are not always 1; shared: from
    the root down."""

    root: Quantity
    bys: tuple[Quantity, ...]
    paths: int
    factors: int
    ways: tuple[Way, Way, Way]
    shared: tuple[Shared, ...]

    def way(self, name: str) -> Way:
        """The way of that name."""
        return next(way for way in self.ways if way.name == name)


class Edges(NamedTuple):
    """The part of a zoom that lies on paths from `bys` to `root`.

    order: its nodes, operands first. above: for each node the nodes it feeds, and whether the factor between them
    counts, which one that is always 1 does not.
    """

    root: Quantity
    bys: tuple[Quantity, ...]
    order: list[Key]
    above: dict[Key, list[tuple[Key, bool]]]

    def ups(self, node: Key) -> list[Key]:
        """The nodes it feeds."""
        return [up for up, _ in self.above[node]]


def edges(zoom: Zoom, root: Quantity, bys: Iterable[Quantity]) -> Edges:
    """The edges that gradients of `root` by `bys` need; raises InputError where `root` does not depend on one."""
    above: dict[Key, list[tuple[Key, bool]]] = {root: []}
    every = zoom.order
    for key in reversed(every):
        if key in above:
            for lower, form in zoom.below(key).items():
                above.setdefault(lower, []).append((key, form != ONE))
    wanted = tuple(bys)
    for by in wanted:
        if by == root or by not in above:
            raise InputError(
                f"{neutral(root)} does not depend on {neutral(by)}",
                hint="ask for a weight, a bias, an input, net or out",
            )
    on: set[Key] = set(wanted)
    for key in every:
        if key in on:
            on.update(up for up, _ in above[key])
    return Edges(root, wanted, [key for key in every if key in on], {key: above[key][::-1] for key in on})


def cost(zoom: Zoom, root: Quantity, bys: Iterable[Quantity]) -> Cost:
    """What the gradients of `root` by each of `bys` cost; raises InputError where there is none."""
    on = edges(zoom, root, bys)
    number, written = written_out(on)
    reused, shared = reuse(on, number)
    factors = sum(counts for ups in on.above.values() for _, counts in ups)
    paths = sum(number[by] for by in on.bys)
    return Cost(root, on.bys, paths, factors, (written, factored(on), reused), shared)


def written_out(on: Edges) -> tuple[dict[Key, int], Way]:
    """How many paths lead from each node to the root, and the cost of writing all of them out for each gradient."""
    number: dict[Key, int] = {on.root: 1}
    factors: dict[Key, int] = {on.root: 0}  # of all paths together
    bare: dict[Key, int] = {on.root: 1}  # paths without a factor that counts, which take no product either
    for node in reversed(on.order):
        if node != on.root:
            ups = on.above[node]
            number[node] = sum(number[up] for up, _ in ups)
            factors[node] = sum(factors[up] + counts * number[up] for up, counts in ups)
            bare[node] = sum(bare[up] for up, counts in ups if not counts)
    products = sum(factors[by] - (number[by] - bare[by]) for by in on.bys)
    several = any(number[by] > 1 for by in on.bys)
    return number, Way("paths", products, 0, 1 + several)


class Product(NamedTuple):
    """A product as it is written: the multiplications inside its brackets, how many factors it has, and how many values
    are under way inside the bracket that needs most (0: it has no brackets)."""

    inside: int = 0
    factors: int = 0
    deepest: int = 0

    def times(self, other: Product) -> Product:
        """Both, written one behind the other."""
        return Product(self.inside + other.inside, self.factors + other.factors, max(self.deepest, other.deepest))

    @property
    def multiplications(self) -> int:
        """All of them, those between the factors included."""
        return self.inside + max(0, self.factors - 1)

    @property
    def under_way(self) -> int:
        """Values under way while it is worked out: itself and what its brackets need; a bracket alone is no product."""
        return self.deepest if self.deepest and self.factors == 1 else 1 + self.deepest


NOTHING = Product()


def single(counts: bool) -> Product:
    """One local derivative."""
    return Product(factors=int(counts))


def bracket(terms: Sequence[Product]) -> Product:
    """A sum as a factor."""
    return Product(sum(term.multiplications for term in terms), 1, 1 + max(term.under_way for term in terms))


def factored(on: Edges) -> Way:
    """The cost of each gradient with brackets: from a node that feeds several, the paths part and meet again at a node
    that all of them pass; what comes before and after stands once."""
    meeting = meetings(on.order, on.ups, on.root)
    part: dict[Key, Product] = {}  # ∂meeting/∂node
    whole: dict[Key, Product] = {on.root: NOTHING}  # ∂root/∂node
    for node in reversed(on.order):
        if node == on.root:
            continue
        branches = []
        for up, counts in on.above[node]:
            branch = single(counts)
            while up != meeting[node]:
                branch = part[up].times(branch)
                up = meeting[up]
            branches.append(branch)
        part[node] = bracket(branches) if len(branches) > 1 else branches[0]
        whole[node] = whole[meeting[node]].times(part[node])
    products = sum(whole[by].multiplications for by in on.bys)
    return Way("factored", products, 0, max((whole[by].under_way for by in on.bys), default=0))


def reuse(on: Edges, number: dict[Key, int]) -> tuple[Way, tuple[Shared, ...]]:
    """The cost of computing ∂root/∂node once for each node, from the root down, and what is shared.

    number: of paths from each node to the root. What is used once is not kept but written where it is used.
    """
    uses: dict[Key, int] = dict.fromkeys(on.order, 0)
    below: dict[Key, int] = dict.fromkeys(on.order, 0)  # paths from the quantities asked for up to the node
    for by in on.bys:
        below[by] += 1
    for node in on.order:
        for up, _ in on.above[node]:
            uses[up] += 1
            below[up] += below[node]
    products = most = 0
    shared: list[tuple[int, int, Shared]] = []
    level: dict[Key, int] = {on.root: 0}  # the longest way up to the root
    written: dict[Key, Product] = {on.root: NOTHING}  # ∂root/∂node as it stands in the products further down
    for place, node in reversed(list(enumerate(on.order))):
        if node == on.root:
            continue
        ups = on.above[node]
        level[node] = 1 + max(level[up] for up, _ in ups)
        products += sum(counts and written[up].factors > 0 for up, counts in ups)
        terms = [written[up].times(single(counts)) for up, counts in ups]
        here = bracket(terms) if len(terms) > 1 else terms[0]
        most = max(most, here.under_way)
        if uses[node] > 1 and here.factors and isinstance(node, Quantity):
            shared.append((level[node], place, Shared(node, uses[node], below[node] * number[node])))
            here = single(True)
        written[node] = here
    return Way("reuse", products, len(shared), most), tuple(one for _, _, one in sorted(shared))
