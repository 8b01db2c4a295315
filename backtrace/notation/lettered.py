"""Quantities of any network in a notation: `zˡ⁺¹ₖ`, `W⁽ᵏ⁾ᵢⱼ`, `y_{ℓ+1,n}`, with letters where networks have numbers.

The patterns of the profile decide, as they do for numbers: letters, index order, layer style. Three of its habits need
numbers or names and are replaced, for want of them, by the nearest in letters: a unit's name (h1) becomes layer and
unit, a flat number (w5) layer, from, to, and a layer's number in the letter (W2) an index.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from backtrace.network.indexed import Free, Function, Index, Ones, Size, parts_of
from backtrace.network.quantity import Derivative, Key, Quantity, is_whole
from backtrace.notation.profile import Pattern, Profile
from backtrace.notation.symbols import MARKS, Symbol, letter_forms, symbol_latex

RAISED = str.maketrans("0123456789+-−()lLDkijmnprst", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾ˡᴸᴰᵏⁱʲᵐⁿᵖʳˢᵗ")
LOWERED = str.maketrans("0123456789+-−ijkmnprstl", "₀₁₂₃₄₅₆₇₈₉₊₋₋ᵢⱼₖₘₙₚᵣₛₜₗ")


Lone: TypeAlias = Free | Function | Index | Ones | Size


class Letters(NamedTuple):
    """What a notation calls the indices: any layer, the last one, a sample, how many samples; and any activation."""

    layer: str = "l"
    last: str = "L"
    sample: str = "m"
    samples: str = "N"
    function: str = "f"


def raised(text: str) -> str:
    """An upper index in Unicode, `^{…}` where there are no signs for it."""
    return _moved(text, RAISED, "^")


def lowered(text: str) -> str:
    """A lower index in Unicode, `_{…}` where there are no signs for it."""
    return _moved(text, LOWERED, "_")


def _moved(text: str, signs: dict[int, int], mark: str) -> str:
    if all(ord(c) in signs for c in text):
        return text.translate(signs)
    return f"{mark}{text}" if len(text) == 1 else f"{mark}{{{text}}}"


def letters_of(profile: Profile) -> Letters:
    """The letters of a notation for what has no number."""
    return Letters()._replace(**profile.general)


def function_named(letter: str) -> Function:
    """A function whose name is a letter of the notation."""
    forms = letter_forms(letter) or (letter, letter)
    return Function(letter, *forms)


class LetteredSpelling:
    """The spellings of keys with letters under a profile: what a page's writer asks for.

    depth: how many layers the network has whose layers are named by numbers, 0 for none.
    """

    def __init__(self, profile: Profile, depth: int = 0) -> None:
        self.profile = profile
        self.depth = depth

    def text(self, key: Key | Lone) -> str:
        """In Unicode."""
        return self._spelt(key, 0)

    def ascii(self, key: Key | Lone) -> str:
        """As it can be typed."""
        return self._spelt(key, 1)

    def latex(self, key: Key | Lone) -> str:
        """In LaTeX."""
        return self._spelt(key, 2)

    def _spelt(self, key: Key | Lone, form: int) -> str:
        if isinstance(key, Derivative):
            return self._derivative(key, form)
        if isinstance(key, Quantity):
            return FORMS[form](self.symbol(key))
        return _lone(key)[form]

    def _derivative(self, key: Derivative, form: int) -> str:
        if self.prefixed(key):
            return FORMS[form](self.symbol(key.by)._replace(prefix="d"))
        of, by = self._spelt(key.of, form), self._spelt(key.by, form)
        if isinstance(key.by, Quantity) and is_whole(key.by) and key.by.kind == "out":  # by a vector: the gradient
            return (f"∇_{{{by}}} {of}", f"grad_{{{by}}} {of}", rf"\nabla_{{{by}}} {of}")[form]
        return (f"∂{of}/∂{by}", f"d{of}/d{by}", rf"\frac{{\partial {of}}}{{\partial {by}}}")[form]

    def prefixed(self, key: Derivative) -> bool:
        """Whether the derivative is written dW: of the whole loss, in a notation that does so."""
        of = key.of
        return (
            self.profile.derivative == "d_prefix" and isinstance(of, Quantity) and of.kind == "loss" and not of.sample
        )

    def symbol(self, q: Quantity) -> Symbol:
        """The letter of a quantity with its indices."""
        profile, pattern = self.profile, self.profile.patterns[self._variant(q)]
        marks = [part for token in pattern.sup for part in self._index(token, q)]
        below = [part for token in pattern.sub for part in self._index(token, q)]
        if marks and profile.layer_style == "suffix":
            marks, below = [], [*marks, *below]
        above = "".join(marks)
        if above and profile.layer_style in ("paren", "bracket"):
            left, right = "()" if profile.layer_style == "paren" else "[]"
            above = f"{left}{above}{right}"
        sample = parts_of(q)[3]
        if sample and not above:
            above = str(sample) if profile.layer_style == "bare" else f"({sample})"
        comma = profile.separator == "," or _parted(pattern, below, profile)
        mark = "prime" if profile.updated == "prime" else "plus"
        return Symbol(pattern.letter, pattern.glyph, "", "", tuple(below), False, comma, above, 0, q.updates, mark)

    def _variant(self, q: Quantity) -> str:
        """The key of `Profile.patterns`: as for numbers; the index of the last layer says that it is the last."""
        if q.kind == "loss":
            return "loss_sample" if q.sample else "loss"
        layer = parts_of(q)[0]
        last = layer.last and not layer.shift if isinstance(layer, Index) else 0 < layer == self.depth
        kind = f"{q.kind}_last" if last and q.kind in ("net", "out") else q.kind
        return f"whole_{kind}" if is_whole(q) else kind

    def _index(self, token: str, q: Quantity) -> tuple[str, ...]:
        level, *others = parts_of(q)
        layer = str(level if isinstance(level, Index) else level + self.profile.input_index)
        unit, source, _ = map(str, others)
        if token == "layer":
            return (layer,)
        if token in ("unit", "output"):
            return (unit,)
        if token == "name":
            return (layer, unit) if q.layer else (unit,)
        if token == "zero":
            return ("0",)
        if token == "link":
            order = self.profile.weight_order
            if order == "flat":
                return (layer, source, unit)
            return (unit, source) if order == "to_from" else (source, unit)
        return (token.removeprefix("="),)


def _lone(key: Lone) -> tuple[str, str, str]:
    """The forms of what is no quantity of a network: an index, a size, a variable, a column of ones."""
    if isinstance(key, Function):
        return key.text, key.ascii, key.latex
    if isinstance(key, Ones):
        return key.letter, "ones", r"\mathbf{1}"
    name = key.name if isinstance(key, Free) else key.letter
    forms = letter_forms(name)
    if forms is None:  # Δx: letter by letter
        apart = [letter_forms(c) or (c, c) for c in name]
        forms = "".join(one[0] for one in apart), " ".join(one[1] for one in apart)
    ascii, latex = forms
    if isinstance(key, Index) and key.shift:
        sign, more = "-+"[key.shift > 0], abs(key.shift)
        return f"{name}{sign.replace('-', '−')}{more}", f"{ascii}{sign}{more}", f"{latex}{sign}{more}"
    if isinstance(key, Size) and key.layer:
        text, plain, tex = _lone(key.layer)
        return name + lowered(text), f"{ascii}_{{{plain}}}", f"{latex}_{{{tex}}}"
    return name, ascii, latex


def _parted(pattern: Pattern, below: Sequence[str], profile: Profile) -> bool:
    """Whether the lower indices need commas: a layer among them, or one of more than a letter."""
    layered = "layer" in pattern.sub or "name" in pattern.sub or profile.weight_order == "flat"
    return len(below) > 1 and (layered or profile.layer_style == "suffix" or any(len(part) > 1 for part in below))


def _text(symbol: Symbol) -> str:
    sup = symbol.sup if symbol.sup.startswith("[") else raised(symbol.sup) if symbol.sup else ""
    sub = lowered((",", "")[not symbol.comma].join(symbol.sub)) if symbol.sub else ""
    return symbol.prefix + symbol.letter + (sup + sub).replace("-", "−") + MARKS[symbol.mark][0] * symbol.updates


def _ascii(symbol: Symbol) -> str:
    forms = letter_forms(symbol.letter)
    name = symbol.prefix + (forms[0] if forms else symbol.letter)
    for mark, inner in (("^", symbol.sup), ("_", (",", "")[not symbol.comma].join(symbol.sub))):
        plain = "".join((letter_forms(c) or (c,))[0] if not c.isascii() else c for c in inner)
        name += f"{mark}{{{plain}}}" if len(plain) > 1 else mark + plain if plain else ""
    return name + MARKS[symbol.mark][1] * symbol.updates


def _latex(symbol: Symbol) -> str:
    mark = MARKS[symbol.mark][2] * symbol.updates
    sup = symbol.sup.replace("ℓ", r"\ell ") + (r"\," if symbol.sup and mark else "") + mark
    sub = (",", "")[not symbol.comma].join(symbol.sub).replace("ℓ", r"\ell ")
    return symbol_latex(symbol) + (f"^{{{sup}}}" if sup else "") + (f"_{{{sub}}}" if sub else "")


FORMS: tuple[Callable[[Symbol], str], ...] = (_text, _ascii, _latex)
