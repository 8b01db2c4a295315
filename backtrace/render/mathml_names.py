"""Names as MathML: the few commands of LaTeX that notations spell names with, read and set as elements.

What a notation writes is one spelling, so that its LaTeX and its MathML cannot differ. Letters in another hand are the
mathematical letters of Unicode, since browsers know no other way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape

from backtrace.errors import InternalFault
from backtrace.notation.symbols import GREEK

LETTERS = {"\\" + name: letter for letter, name in GREEK.items()} | {r"\partial": "∂", r"\nabla": "∇"}
SIGNS = {
    r"\prime": "′",
    r"\times": "×",
    r"\cdot": "⋅",
    r"\odot": "⊙",
    r"\to": "→",
    r"\top": "⊤",
    r"\neq": "≠",
    r"\circ": "∘",
    r"\dots": "…",
    r"\ldots": "…",
    r"\cdots": "⋯",
    r"\lVert": "‖",
    r"\rVert": "‖",
    r"\lvert": "|",
    r"\rvert": "|",
    "'": "′",
    "-": "−",
    **{c: c for c in "+@,()[];:/=<>*|"},
}
FUNCTIONS = frozenset((r"\ln", r"\exp", r"\tanh", r"\max", r"\min", r"\sin", r"\cos", r"\sinh", r"\cosh", r"\sqrt"))
ACCENTS = {r"\hat": "^", r"\bar": "¯", r"\tilde": "~"}
SPACES = {r"\,": "0.17em", r"\;": "0.28em", r"\quad": "1em", r"\qquad": "2em"}
# Where the letters A, a, Α (Alpha), α begin in another hand; 0 where it has none.
BOLD_ZERO = 0x1D7CE
HANDS = {
    r"\mathbf": (0x1D400, 0x1D41A, 0x1D6A8, 0x1D6C2),
    r"\boldsymbol": (0x1D468, 0x1D482, 0x1D71C, 0x1D736),
    r"\mathcal": (0x1D49C, 0x1D4B6, 0, 0),
    r"\mathtt": (0x1D670, 0x1D68A, 0, 0),
    r"\mathit": (0, 0, 0, 0),
    r"\mathrm": (0, 0, 0, 0),
}
# Script letters that Unicode had before the others.
SCRIPT = dict(zip("BEFHILMRego", "ℬℰℱℋℐℒℳℛℯℊℴ", strict=True))
PIECE = re.compile(r"\\[A-Za-z]+|\\[,;_ {}]|\d+(?:\.\d+)?|\s+|.", re.S)


@lru_cache(maxsize=10_000)
def name(latex: str) -> str:
    """The name as one element or a row of them; InternalFault for a command that no notation uses."""
    pieces = PIECE.findall(latex)
    found, end = row(pieces, 0)
    if end != len(pieces):
        raise InternalFault(f"braces that do not match in '{latex}'")
    return grouped(found)


def grouped(elements: list[str]) -> str:
    """One element as it is, several as a row."""
    return elements[0] if len(elements) == 1 else f"<mrow>{''.join(elements)}</mrow>"


def row(pieces: list[str], at: int) -> tuple[list[str], int]:
    """The elements up to the brace that closes, and where that is."""
    found: list[str] = []
    while at < len(pieces) and pieces[at] != "}":
        if pieces[at].isspace():
            at += 1
            continue
        element, at = atom(pieces, at)
        raised, lowered = "", ""
        while at < len(pieces) and pieces[at] in ("^", "_"):
            mark = pieces[at]
            script, at = argument(pieces, at + 1)
            raised, lowered = (script, lowered) if mark == "^" else (raised, script)
        found.append(scripted(element, raised, lowered))
    return found, at


def scripted(element: str, raised: str, lowered: str) -> str:
    """An element with what stands above and below it."""
    if raised and lowered:
        return f"<msubsup>{element}{lowered}{raised}</msubsup>"
    if raised:
        return f"<msup>{element}{raised}</msup>"
    return f"<msub>{element}{lowered}</msub>" if lowered else element


def argument(pieces: list[str], at: int) -> tuple[str, int]:
    """A group in braces, or one piece."""
    if at < len(pieces) and pieces[at] == "{":
        found, end = row(pieces, at + 1)
        return grouped(found), end + 1
    return atom(pieces, at)


def words(pieces: list[str], at: int) -> tuple[str, int]:
    """The letters between braces."""
    end = pieces.index("}", at)
    return "".join(LETTERS.get(piece, piece).removeprefix("\\") for piece in pieces[at + 1 : end]), end + 1


def atom(pieces: list[str], at: int) -> tuple[str, int]:
    """One element without scripts, and where the next begins."""
    piece = pieces[at]
    if piece == "{":
        return argument(pieces, at)
    if piece == r"\frac":
        above, at = argument(pieces, at + 1)
        below, at = argument(pieces, at)
        return f"<mfrac>{above}{below}</mfrac>", at
    if piece in ACCENTS:
        letter, at = argument(pieces, at + 1)
        return f'<mover accent="true">{letter}<mo stretchy="false">{ACCENTS[piece]}</mo></mover>', at
    if piece in HANDS:
        text, at = words(pieces, at + 1)
        return identifier(in_hand(text, piece), piece == r"\mathrm"), at
    if piece in LETTERS:
        return identifier(LETTERS[piece]), at + 1
    if piece in SPACES:
        return f'<mspace width="{SPACES[piece]}"/>', at + 1
    if piece in FUNCTIONS:
        return identifier(piece.removeprefix("\\")), at + 1
    if piece in SIGNS:
        return sign(SIGNS[piece]), at + 1
    if piece == r"\_":
        return identifier("_"), at + 1
    if piece[0].isdigit():
        return f"<mn>{piece}</mn>", at + 1
    if piece.isalpha():
        return identifier(piece), at + 1
    raise InternalFault(f"no MathML for '{piece}' in a name")


def identifier(text: str, upright: bool = False) -> str:
    """A letter or a word; words are upright anyway."""
    mark = ' mathvariant="normal"' if upright and len(text) == 1 else ""
    return f"<mi{mark}>{escape(text)}</mi>"


def sign(text: str) -> str:
    """A sign within a name has no space around it."""
    return f'<mo stretchy="false" lspace="0" rspace="0">{escape(text)}</mo>'


def in_hand(text: str, hand: str) -> str:
    """The letters, and in bold the digits, in bold, script or typewriter hand."""
    return "".join(_letters(text, hand))


def _letters(text: str, hand: str) -> Iterator[str]:
    for c in text:
        if hand == r"\mathbf" and c in "0123456789":
            yield chr(BOLD_ZERO + int(c))
            continue
        starts = zip(HANDS[hand], "AaΑα", "ZzΩω", strict=True)
        start = next((s + ord(c) - ord(first) for s, first, last in starts if s and first <= c <= last), 0)
        yield SCRIPT.get(c, chr(start)) if hand == r"\mathcal" and start else chr(start) if start else c
