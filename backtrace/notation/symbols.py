"""A spelt symbol, letter and indices, and its three forms: Unicode text, typeable ASCII, LaTeX.

| text      | ascii      | LaTeX                  |
|-----------|------------|------------------------|
| z²₁       | z^2_1      | z^{2}_{1}              |
| w⁽²⁾₁₂⁺   | w^(2)_12+  | w^{(2)\\,+}_{12}        |
| net_h1@2  | net_h1@2   | \\mathrm{net}^{@2}_{h1} |
"""

from __future__ import annotations

import re
from typing import NamedTuple

GREEK_NAMES = (
    ("αβγδεζηθ", ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta")),
    ("κλμνξπρσ", ("kappa", "lambda", "mu", "nu", "xi", "pi", "rho", "sigma")),
    ("τφχψωℓ", ("tau", "phi", "chi", "psi", "omega", "ell")),
    ("ΓΔΘΛΞΠΣΦΨΩ", ("Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Phi", "Psi", "Omega")),
)
GREEK = {letter: name for letters, names in GREEK_NAMES for letter, name in zip(letters, names, strict=True)}
ACCENTS = {"\u0302": ("hat", r"\hat"), "\u0304": ("bar", r"\bar"), "\u0303": ("tilde", r"\tilde")}
GLYPHS = {
    "upright": r"\mathrm",
    "italic": r"\mathit",
    "bold": r"\boldsymbol",
    "calligraphic": r"\mathcal",
    "typewriter": r"\mathtt",
}
WORD = r"[A-Za-z](?:[A-Za-z_]{0,18}[A-Za-z])?"
SIMPLE_NAME = r"([A-Za-z])([0-9]+)(?:_([0-9]+))?"

TO_SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
TO_SUPERSCRIPT = str.maketrans("0123456789()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾")
# How the mark of an updated quantity looks in text, ASCII and LaTeX.
MARKS = {"plus": ("⁺", "+", "+"), "prime": ("′", "'", r"\prime")}


class Symbol(NamedTuple):
    """A letter with everything written around it.

    prefix: "d" for a derivative written dW; attached: a layer number that belongs to the letter (W2); sub: the indices;
    joined: digits follow the letter directly (w5); comma: the indices are always parted by commas; sup: the layer mark,
    with its brackets; sample: 0 for none; updates: how often `mark` (a key of MARKS) is repeated.
    """

    letter: str
    glyph: str = ""
    prefix: str = ""
    attached: str = ""
    sub: tuple[str, ...] = ()
    joined: bool = False
    comma: bool = False
    sup: str = ""
    sample: int = 0
    updates: int = 0
    mark: str = "plus"


def letter_forms(letter: str) -> tuple[str, str] | None:
    """The ASCII and the LaTeX form of a letter or word, or None when it cannot stand in a formula.

    Allowed are words of ASCII letters with _ between them, Greek letters, and one letter with a hat, bar or tilde.
    """
    if re.fullmatch(WORD, letter):
        return letter, letter.replace("_", r"\_")
    if letter in GREEK:
        return GREEK[letter], "\\" + GREEK[letter]
    if 0 < len(letter) <= 2:
        from unicodedata import normalize

        apart = normalize("NFD", letter)
        if len(apart) == 2 and apart[1] in ACCENTS:
            base = letter_forms(apart[0])
            name, command = ACCENTS[apart[1]]
            return (base[0] + name, f"{command}{{{base[1]}}}") if base else None
    return None


def text(symbol: Symbol) -> str:
    """The symbol in Unicode."""
    sup = symbol.sup if symbol.sup.startswith("[") else symbol.sup.translate(TO_SUPERSCRIPT)
    sub = _indices(symbol)
    if sub and not _digits(symbol):
        sub = "_" + sub if symbol.letter else sub
    elif not symbol.joined:
        sub = sub.translate(TO_SUBSCRIPT)
    return (
        symbol.prefix
        + symbol.letter
        + symbol.attached
        + sup
        + sub
        + _sample(symbol)
        + MARKS[symbol.mark][0] * symbol.updates
    )


def ascii(symbol: Symbol) -> str:
    """The symbol as it can be typed."""
    forms = letter_forms(symbol.letter)
    sub = _indices(symbol)
    if sub and symbol.letter and not (symbol.joined and _digits(symbol)):
        sub = "_" + sub
    return (
        symbol.prefix
        + (forms[0] if forms else symbol.letter)
        + symbol.attached
        + ("^" + symbol.sup if symbol.sup else "")
        + sub
        + _sample(symbol)
        + MARKS[symbol.mark][1] * symbol.updates
    )


def latex(symbol: Symbol) -> str:
    """The symbol in LaTeX, for plain amsmath, KaTeX and MathJax."""
    raised = (MARKS[symbol.mark][2] * symbol.updates) + _sample(symbol)
    raised = symbol.sup + (r"\," if symbol.sup and raised else "") + raised
    sub = "".join(_indices(symbol)) if _digits(symbol) else ",".join(_latex_index(index) for index in symbol.sub)
    return symbol_latex(symbol) + (f"^{{{raised}}}" if raised else "") + (f"_{{{sub}}}" if sub else "")


def symbol_latex(symbol: Symbol) -> str:
    """The letter alone in LaTeX, with its prefix and what is attached to it."""
    forms = letter_forms(symbol.letter)
    core = forms[1] if forms else ""
    if symbol.glyph:
        return f"{GLYPHS[symbol.glyph]}{{{symbol.prefix}{core}{symbol.attached}}}"
    if len(symbol.letter) > 1 and core == symbol.letter.replace("_", r"\_"):
        return f"{symbol.prefix}\\mathrm{{{core}{symbol.attached}}}"
    return symbol.prefix + core + symbol.attached


def _latex_index(index: str) -> str:
    if index.isdecimal():
        return index
    simple = re.fullmatch(SIMPLE_NAME, index)
    if simple:
        return simple[1] + simple[2] + ("," + simple[3] if simple[3] else "")
    escaped = index.replace("_", r"\_")
    return f"\\mathrm{{{escaped}}}" if len(index) > 1 else escaped


def _indices(symbol: Symbol) -> str:
    parted = symbol.comma or (len(symbol.sub) > 1 and any(len(index) > 1 for index in symbol.sub))
    return ("," if parted else "").join(symbol.sub)


def _digits(symbol: Symbol) -> bool:
    return all(index.isdecimal() for index in symbol.sub)


def _sample(symbol: Symbol) -> str:
    return f"@{symbol.sample}" if symbol.sample else ""
