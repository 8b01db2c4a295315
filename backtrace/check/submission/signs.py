"""The signs that our Unicode pages have and a keyboard has not: ½, powers above the line, e^, √ and bars."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"
LOWER = str.maketrans(RAISED, "0123456789-")
NUMBER = r"[0-9]+(?:\.[0-9]+)?(?:×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?|π"
TENS = rf"×10[{RAISED}]+"
ONES = r"ones[₀-₉]+,[₀-₉]+"
SUNK = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
# e to the power of what stands in brackets, or of one name or number, which no sign follows that could belong to it.
E_TO = r"(?<![\w^])e\s*(?:\^|\*\*)\s*"
ONE = r"(?>[0-9.]+[eE][-−+]?[0-9]+|[\w.@]+)"
E_TO_ONE = rf"{E_TO}([-−]?\s*{ONE})(?![\w.@(\[{{'′]|\s*(?:\^|\*\*)|/[d∂]|\+\s*(?:[-−+*/)]|$))"
# What stands for what, the longest first.
WRITTEN = (("relu′(", "step("), ("σ(", "sigmoid("), ("½", "(1/2)"), ("π", repr(math.pi)))
CALLED = (("e^", "exp"), ("√", "sqrt"))


def with_exponentials(text: str) -> str:
    """A typed formula in which e^( ) and e^-x are the exponential, as people write it."""
    return re.sub(E_TO_ONE, r"exp(\1)", re.sub(rf"{E_TO}(?=\()", "exp", text))


def typed(text: str, longest: Callable[[str, int], int]) -> str:
    """A formula of a page as it would be typed; longest: the length of the name at a position, which stays."""
    found: list[str] = []
    at, inside = 0, False
    while at < len(text):
        length = longest(text, at) if text[at].isalpha() or text[at] in "∂‖" else 0
        if length:
            found.append(text[at : at + length])
            at += length
            continue
        if text[at] == "|":
            found.append(")" if inside else "abs(")
            inside, at = not inside, at + 1
            continue
        piece, at = _one(text, at)
        found.append(piece)
    return "".join(found)


def _one(text: str, at: int) -> tuple[str, int]:
    tens = re.compile(TENS).match(text, at)
    if tens:
        return f"e{tens[0][3:].translate(LOWER)}", tens.end()
    ones = re.compile(ONES).match(text, at)
    if ones:
        return ones[0].translate(SUNK).replace("ones", "ones_"), ones.end()
    raised = re.compile(f"[{RAISED}]+").match(text, at)
    if raised:
        return f"^({raised[0].translate(LOWER)})", raised.end()
    for sign, name in CALLED:
        if text.startswith(sign, at):
            bare = re.compile(NUMBER).match(text, at + len(sign))
            if bare is None and text[at + len(sign) : at + len(sign) + 1] != "(":
                return sign, at + len(sign)
            inner = bare[0].replace("π", repr(math.pi)) if bare else ""
            return (f"{name}({inner})", bare.end()) if bare else (name, at + len(sign))
    for sign, instead in WRITTEN:
        if text.startswith(sign, at):
            return instead, at + len(sign)
    return text[at], at + 1
