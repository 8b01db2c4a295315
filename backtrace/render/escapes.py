"""Text from outside as it may stand on a page: printed literally, whatever it contains."""

from __future__ import annotations

from functools import lru_cache

from backtrace.errors import printable

LONGEST = 2_000
KEPT = 2048  # the same few sentences stand on every sheet
LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "%": r"\%",
    "#": r"\#",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\ensuremath{<}",
    ">": r"\ensuremath{>}",
    "|": r"\ensuremath{|}",
    '"': "''",  # pdflatex's default fonts have no straight double quote
    "−": r"\ensuremath{-}",
    "×": r"\ensuremath{\times}",
    "·": r"\ensuremath{\cdot}",
    "→": r"\ensuremath{\to}",
    "′": r"\ensuremath{'}",
    "√": r"\ensuremath{\surd}",
    "σ": r"\ensuremath{\sigma}",
    "η": r"\ensuremath{\eta}",
    "δ": r"\ensuremath{\delta}",
    "∂": r"\ensuremath{\partial}",
    "½": r"\ensuremath{\tfrac{1}{2}}",
    "…": r"\ldots{}",
    "±": r"\ensuremath{\pm}",
    "⊙": r"\ensuremath{\odot}",
    "–": "--",
    "⌊": r"\ensuremath{\lfloor}",
    "⌋": r"\ensuremath{\rfloor}",
    "⌈": r"\ensuremath{\lceil}",
    "⌉": r"\ensuremath{\rceil}",
    "—": "---",
    "„": ",,",
    "“": "``",
    "”": "''",
    "‘": "`",
    "’": "'",
    "≈": r"\ensuremath{\approx}",
    "≠": r"\ensuremath{\neq}",
    "≤": r"\ensuremath{\leq}",
    "≥": r"\ensuremath{\geq}",
    "∇": r"\ensuremath{\nabla}",
    "∞": r"\ensuremath{\infty}",
    "α": r"\ensuremath{\alpha}",
    "β": r"\ensuremath{\beta}",
    "γ": r"\ensuremath{\gamma}",
    "ε": r"\ensuremath{\varepsilon}",
    "λ": r"\ensuremath{\lambda}",
    "μ": r"\ensuremath{\mu}",
    "π": r"\ensuremath{\pi}",
    "Δ": r"\ensuremath{\Delta}",
    "Σ": r"\ensuremath{\Sigma}",
    "ℓ": r"\ensuremath{\ell}",
    "←": r"\ensuremath{\gets}",
    "⇒": r"\ensuremath{\Rightarrow}",
    "ᵀ": r"\ensuremath{^{\top}}",
    **{c: rf"\ensuremath{{^{{{plain}}}}}" for c, plain in zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ᵗⁿ", "0123456789+-tn", strict=True)},
    **{c: rf"\ensuremath{{_{{{plain}}}}}" for c, plain in zip("₀₁₂₃₄₅₆₇₈₉ₙ", "0123456789n", strict=True)},
}
HAT = "\u0302"
# Two characters that TeX would print as one: -- as a dash, `` and '' as quotation marks, ?` and !` upside down.
LIGATURES = ("--", "``", "''", "?`", "!`")
MARKDOWN = frozenset("\\`*_[]<>$#|~&!{}")


@lru_cache(KEPT)
def latex_text(text: str) -> str:
    """For the text of a LaTeX document. A letter that plain pdflatex does not know is named by its code point."""
    shown = printable(text, LONGEST)
    pairs = zip(" " + shown, shown, strict=False)
    written = [f"{{{c}}}" if before + c in LIGATURES else latex_character(c) for before, c in pairs]
    for place, c in enumerate(shown[1:], 1):
        if c == HAT and shown[place - 1].isascii() and shown[place - 1].isalpha():
            written[place - 1 : place + 1] = rf"\^{{{shown[place - 1]}}}", ""
    return "".join(written)


def latex_character(c: str) -> str:
    """One character; Western European letters are known to every LaTeX."""
    if c in LATEX:
        return LATEX[c]
    if c.isascii() or (c.isalpha() and ord(c) < 0x17F and c not in "ªºĸŉſ"):
        return c
    return f"[U+{ord(c):04X}]"


def latex_label(text: str) -> str:
    """A label: characters with a meaning in LaTeX become dashes."""
    return "".join(c if c.isascii() and (c.isalnum() or c in ":/@+._-") else "-" for c in text)


@lru_cache(KEPT)
def html_text(text: str) -> str:
    """For the text of an HTML page, and for its attributes."""
    from html import escape

    return escape(printable(text, LONGEST))


@lru_cache(KEPT)
def markdown_text(text: str) -> str:
    """For the text of a Markdown page: nothing in it is markup."""
    return "".join(
        f"\\{c}" if c in MARKDOWN and c not in "<>&" else {"<": "&lt;", ">": "&gt;", "&": "&amp;"}.get(c, c)
        for c in printable(text, LONGEST)
    )
