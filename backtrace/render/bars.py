"""A chart of bars as SVG: parts of a whole beside each other, the last of five hatched for what is not known."""

from __future__ import annotations

from html import escape

from backtrace.render.document import Bars

WIDTH, LABEL, HEIGHT, GAP, MARGIN = 640, 150, 16, 7, 8
# Told apart in grey, too: from dark to light, with a line between any two.
COLOURS = ("#1f6f54", "#79b791", "#d1495b", "#e8e4da", "url(#unknown)")
LONGEST = 24  # signs of a label


def bars_svg(block: Bars) -> str:
    """The drawing. What it says stands in its title for those who cannot see it."""
    room = WIDTH - LABEL - 2 * MARGIN
    height = 2 * MARGIN + 22 + len(block.bars) * (HEIGHT + GAP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'style="max-width:{WIDTH}px;width:100%;height:auto" font-family="sans-serif" font-size="12">',
        f"<title>{escape('; '.join(said(block, bar) for bar in block.bars))}</title>",
        '<defs><pattern id="unknown" width="6" height="6" patternUnits="userSpaceOnUse">'
        '<path d="M0 6L6 0" stroke="#999" stroke-width="1"/></pattern></defs>',
    ]
    x = float(MARGIN)
    for name, colour in zip(block.names, COLOURS, strict=False):
        parts.append(f'<rect x="{x:g}" y="{MARGIN}" width="11" height="11" fill="{colour}" stroke="#555"/>')
        parts.append(f'<text x="{x + 16:g}" y="{MARGIN + 10}">{escape(name)}</text>')
        x += 30 + 7.5 * len(name)
    for n, (label, shares) in enumerate(block.bars):
        y = MARGIN + 22 + n * (HEIGHT + GAP)
        shown = label if len(label) <= LONGEST else label[: LONGEST - 1] + "…"
        parts.append(f'<text x="{LABEL}" y="{y + 12}" text-anchor="end">{escape(shown)}</text>')
        parts += pieces(shares, LABEL + MARGIN, y, room)
    return "".join([*parts, "</svg>"])


def pieces(shares: tuple[float, ...], x: float, y: float, room: float) -> list[str]:
    """The parts of one bar."""
    found = []
    for share, colour in zip(shares, COLOURS, strict=False):
        wide = round(room * share, 2)
        if wide > 0:
            found.append(
                f'<rect x="{x:g}" y="{y}" width="{wide:g}" height="{HEIGHT}" fill="{colour}" stroke="#555" '
                'stroke-width="0.5"/>'
            )
        x = round(x + wide, 2)
    return found


def said(block: Bars, bar: tuple[str, tuple[float, ...]]) -> str:
    """A bar in words."""
    label, shares = bar
    numbers = (f"{name} {100 * share:.0f} %" for name, share in zip(block.names, shares, strict=False) if share > 0)
    return f"{label}: {', '.join(numbers)}"
