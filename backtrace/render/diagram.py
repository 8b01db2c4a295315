"""A plain drawing of a network: its units in columns, an arrow for every weight with its name, biases above the units.

Both drawings, SVG and TikZ, are made from the same `Drawing`. Of a layer with more than six units the first three and
the last are drawn, with dots between. The names on the arrows from one unit stand below each other, those from the
next unit a little further right, so that they can be read up to six units by six.
"""

from __future__ import annotations

from html import escape
from typing import NamedTuple

from backtrace.network.quantity import Key, Quantity
from backtrace.network.records import Network
from backtrace.render.text import Speller

MOST = 6  # units of a layer that are all drawn
MOST_NAMED = 24  # weights whose places are said in words
RADIUS, UNIT_HEIGHT, MARGIN = 24.0, 84.0, 30.0
LEAST_GAP, GAP_PER_SOURCE = 190.0, 46.0  # between two columns
FIRST_NAME, LAST_NAME = 0.24, 0.7  # where on its arrow a name stands, as part of the way
HEAD, HALF_HEAD, BIAS = 9.0, 3.5, 17.0
START = 'text-anchor="start"'


class Circle(NamedTuple):
    """A unit; layer 0 is the input. bias: its bias, if it has one."""

    layer: int
    x: float
    y: float
    name: Key
    bias: Key | None


class Dots(NamedTuple):
    """Units that are left out."""

    x: float
    y: float


class Arrow(NamedTuple):
    """A weight: from where to where, and where its name stands."""

    x1: float
    y1: float
    x2: float
    y2: float
    name: Key
    name_x: float
    name_y: float


class Drawing(NamedTuple):
    """All that is drawn, on a page of this size."""

    width: float
    height: float
    circles: tuple[Circle, ...]
    dots: tuple[Dots, ...]
    arrows: tuple[Arrow, ...]


def drawn(network: Network) -> Drawing:
    """The drawing of a network."""
    layers = range(len(network.layers) + 1)
    shown = [shown_units(network.size(layer)) for layer in layers]
    height = max(len(units) for units in shown) * UNIT_HEIGHT + 2 * MARGIN - 20
    x = MARGIN + RADIUS
    circles: list[Circle] = []
    dots: list[Dots] = []
    columns: list[dict[int, Circle]] = []
    for layer in layers:
        column: dict[int, Circle] = {}
        for place, unit in enumerate(shown[layer]):
            y = height / 2 + 8 + (place - (len(shown[layer]) - 1) / 2) * UNIT_HEIGHT
            if unit:
                column[unit] = Circle(layer, x, y, unit_name(layer, unit), network.bias(layer, unit) if layer else None)
            else:
                dots.append(Dots(x, y))
        circles += column.values()
        columns.append(column)
        x += max(LEAST_GAP, GAP_PER_SOURCE * len(column) + 2 * RADIUS + 40) if layer < layers[-1] else 0
    arrows = [
        arrow(source, target, network.weight(layer, j, i), place, len(columns[layer - 1]))
        for layer in layers[1:]
        for place, (i, source) in enumerate(columns[layer - 1].items())
        for j, target in columns[layer].items()
    ]
    return Drawing(x + RADIUS + MARGIN, height, tuple(circles), tuple(dots), tuple(arrows))


def shown_units(size: int) -> list[int]:
    """The units that are drawn, from 1; 0 stands for those left out."""
    return [*range(1, size + 1)] if size <= MOST else [1, 2, 3, 0, size]


def unit_name(layer: int, unit: int) -> Quantity:
    """The quantity that a unit is named by."""
    return Quantity("out", layer, unit) if layer else Quantity("input", 0, unit)


def arrow(source: Circle, target: Circle, name: Key, place: int, sources: int) -> Arrow:
    """The arrow between two units, from edge to edge. place: of its source among so many."""
    dx, dy = target.x - source.x, target.y - source.y
    edge = RADIUS / (dx * dx + dy * dy) ** 0.5
    way = FIRST_NAME + (LAST_NAME - FIRST_NAME) * (place / (sources - 1) if sources > 1 else 0.5)
    return Arrow(
        source.x + dx * edge,
        source.y + dy * edge,
        target.x - dx * edge,
        target.y - dy * edge,
        name,
        source.x + dx * way,
        source.y + dy * way,
    )


def described(network: Network, spelling: Speller) -> str:
    """The network in a line of signs, for who cannot see the drawing: i1, i2 → h1, h2 → o1, o2. Where the weights are
    few, each with what it leads from and to, which the drawing shows: w1: i1 → h1."""
    layers = (
        ["…" if not n else spelling.text(unit_name(layer, n)) for n in shown_units(network.size(layer))]
        for layer in range(len(network.layers) + 1)
    )
    line = " → ".join(", ".join(layer) for layer in layers)
    return "; ".join((line, *leading(network, spelling)))


def leading(network: Network, spelling: Speller) -> list[str]:
    """What each weight leads from and to; nothing where there are more than a person would read."""
    depth = range(1, len(network.layers) + 1)
    if sum(network.size(layer) * network.size(layer - 1) for layer in depth) > MOST_NAMED:
        return []
    return [
        f"{spelling.text(network.weight(layer, unit, below))}: "
        f"{spelling.text(unit_name(layer - 1, below))} → {spelling.text(unit_name(layer, unit))}"
        for layer in depth
        for unit in range(1, network.size(layer) + 1)
        for below in range(1, network.size(layer - 1) + 1)
    ]


def svg(network: Network, spelling: Speller) -> str:
    """The drawing as SVG that may stand in a page or be a file of its own."""
    drawing = drawn(network)
    words = escape(described(network, spelling))
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {drawing.width:g} {drawing.height:g}" '
        f'width="{drawing.width:g}" height="{drawing.height:g}" role="img" aria-label="{words}" '
        'font-family="Georgia, serif" font-size="15" text-anchor="middle" fill="currentColor" stroke="none">',
        f"<title>{words}</title>",
        '<g stroke="currentColor" stroke-width="1">',
    ]
    lines += [_line(a.x1, a.y1, a.x2, a.y2) for a in drawing.arrows]
    biased = [circle for circle in drawing.circles if circle.bias]
    lines += [_line(c.x, c.y - RADIUS - BIAS, c.x, c.y - RADIUS) for c in biased]
    circles = (f'<circle cx="{c.x:g}" cy="{c.y:g}" r="{RADIUS:g}" fill="none"/>' for c in drawing.circles)
    lines += [*circles, "</g>", '<g stroke="none">']
    lines += [_head(a.x1, a.y1, a.x2, a.y2) for a in drawing.arrows]
    lines += [_head(c.x, c.y - RADIUS - BIAS, c.x, c.y - RADIUS) for c in biased]
    lines += [_text(c.x, c.y + 5, spelling.text(c.name)) for c in drawing.circles]
    lines += [_text(d.x, d.y + 8, "⋮", 'font-size="24"') for d in drawing.dots]
    names = [_text(a.name_x, a.name_y + 4, spelling.text(a.name)) for a in drawing.arrows]
    names += [_text(c.x + 6, c.y - RADIUS - 7, spelling.text(c.bias), START) for c in biased if c.bias]
    # First a margin around every name in the colour of the paper, then the names, so that no margin covers a name.
    lines += [
        '</g>\n<g font-size="13" fill="none" stroke-width="4" style="stroke:#fff;stroke:Canvas" aria-hidden="true">'
    ]
    return "\n".join([*lines, *names, '</g>\n<g font-size="13">', *names, "</g>\n</svg>\n"])


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _head(x1: float, y1: float, x2: float, y2: float) -> str:
    """The head of an arrow that ends at the second point."""
    length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
    ux, uy = (x2 - x1) / length, (y2 - y1) / length
    bx, by = x2 - HEAD * ux, y2 - HEAD * uy
    corners = ((x2, y2), (bx - HALF_HEAD * uy, by + HALF_HEAD * ux), (bx + HALF_HEAD * uy, by - HALF_HEAD * ux))
    return f'<polygon points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in corners)}"/>'


def _text(x: float, y: float, text: str, more: str = "") -> str:
    """A name, what follows _ set lower, and so the number of a name without one."""
    letter, _, below = text.partition("_")
    if not below and (plain := text.rstrip("0123456789")):
        letter, below = plain, text[len(plain) :]
    lowered = f'<tspan dy="4" font-size="75%">{escape(below.replace("_", ","))}</tspan>' if below else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{" " + more if more else ""}>{escape(letter)}{lowered}</text>'


def tikz(network: Network, spelling: Speller) -> str:
    """The drawing as a TikZ picture, no wider than its line."""
    drawing = drawn(network)
    lines = [
        r"\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%",
        r"\begin{tikzpicture}[x=0.7pt,y=-0.7pt,>=latex,every node/.style={font=\small}]",
    ]
    lines += [rf"\draw[->] ({a.x1:.1f},{a.y1:.1f}) -- ({a.x2:.1f},{a.y2:.1f});" for a in drawing.arrows]
    for c in drawing.circles:
        lines.append(rf"\draw ({c.x:.1f},{c.y:.1f}) circle[radius={RADIUS:g}] node {{${spelling.latex(c.name)}$}};")
        if c.bias:
            top = c.y - RADIUS
            lines.append(
                rf"\draw[<-] ({c.x:.1f},{top:.1f}) -- ({c.x:.1f},{top - BIAS:.1f}) "
                rf"node[right,inner sep=2pt,font=\scriptsize] {{${spelling.latex(c.bias)}$}};"
            )
    lines += [rf"\node at ({d.x:.1f},{d.y:.1f}) {{$\vdots$}};" for d in drawing.dots]
    lines += [
        rf"\node[fill=white,inner sep=1pt,font=\scriptsize] at ({a.name_x:.1f},{a.name_y:.1f}) "
        rf"{{${spelling.latex(a.name)}$}};"
        for a in drawing.arrows
    ]
    return "\n".join([*lines, r"\end{tikzpicture}}"])
