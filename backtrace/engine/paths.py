"""Routes through a graph of edges: counted by a product of sums, never by listing; listed lazily, first ones first."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)
Above = Callable[[Node], Sequence[Node]]


def ways_to(order: Sequence[Node], above: Above[Node], end: Node) -> dict[Node, int]:
    """How many routes lead from each node up to `end`.

    order: the nodes that may lie on a route, operands before what is made of them; above(n): the nodes n feeds
    directly, once per edge. Takes O(edges), however many routes there are.
    """
    ways: dict[Node, int] = {end: 1}
    for node in reversed(order):
        if node != end:
            ways[node] = sum(ways.get(up, 0) for up in above(node))
    return ways


def count_routes(order: Sequence[Node], above: Above[Node], start: Node, end: Node) -> int:
    """How many routes lead from `start` up to `end`; see `ways_to`."""
    return ways_to(order, above, end).get(start, 0)


def meeting(order: Sequence[Node], above: Above[Node], start: Node, end: Node) -> Node:
    """The nearest node above `start` that every route from `start` to `end` passes; O(edges).

    order: the nodes on these routes, operands before what is made of them.
    """
    left = ways_to(order, above, end)
    come: dict[Node, int] = {start: 1}
    for node in order:
        if node != start and come[node] * left[node] == left[start]:
            return node
        for up in above(node):
            if up in left:
                come[up] = come.get(up, 0) + come[node]
    return end


def leading_to(order: Sequence[Node], above: Above[Node], end: Node) -> set[Node]:
    """The nodes from which some route leads to `end`, itself included."""
    found: set[Node] = {end}
    for node in reversed(order):
        if any(up in found for up in above(node)):
            found.add(node)
    return found


def above_all(above: Above[Node], start: Node) -> set[Node]:
    """The nodes that some route from `start` leads to, itself included."""
    found: set[Node] = {start}
    stack = [start]
    while stack:
        for up in above(stack.pop()):
            if up not in found:
                found.add(up)
                stack.append(up)
    return found


def reaching(order: Sequence[Node], above: Above[Node], start: Node, end: Node) -> set[Node]:
    """The nodes that lie on some route from `start` to `end`, both included; empty when there is none."""
    down = leading_to(order, above, end)
    up: set[Node] = above_all(above, start) if start in down else set()
    return down & up


def meetings(order: Sequence[Node], above: Above[Node], end: Node) -> dict[Node, Node]:
    """For each node that leads to `end`: the nearest node above it that every route from it to `end` passes.

    order: as for `count_routes`. A node's meeting is the first common one of the chains of meetings that begin at the
    nodes it feeds, so nothing is listed.
    """
    found: dict[Node, Node] = {}
    depth = {end: 0}
    for node in reversed(order):
        ups = [up for up in above(node) if up in depth] if node != end else []
        if not ups:
            continue
        meeting = ups[0]
        for up in ups[1:]:
            while up != meeting:
                if depth[up] > depth[meeting]:
                    up = found[up]
                else:
                    meeting = found[meeting]
        found[node] = meeting
        depth[node] = depth[meeting] + 1
    return found


def routes(
    above: Above[Node], on_route: set[Node], start: Node, end: Node, backwards: bool = False
) -> Iterator[tuple[Node, ...]]:
    """The routes from `start` to `end` one after the other, in the order of the edges (or the last one first).

    Only nodes `on_route` are entered, so that no step is wasted: the first k routes cost O(k) routes. Keeps its own
    stack, so depth is no limit.
    """
    step = -1 if backwards else 1
    stack: list[Iterator[Node]] = [iter([start])]
    route: list[Node] = []
    while stack:
        node = next(stack[-1], None)
        if node is None:
            stack.pop()
            if route:
                route.pop()
            continue
        route.append(node)
        if node == end:
            yield tuple(route)
            route.pop()
        else:
            stack.append(iter([up for up in above(node) if up in on_route][::step]))
