"""Quantity to spelling: how every key of a network is written under a profile, in text, ASCII and LaTeX."""

from __future__ import annotations

from backtrace.network.quantity import LOSS, SHARED, Derivative, Key, Quantity, is_kept, is_whole, parameter_of
from backtrace.network.records import Network
from backtrace.notation import symbols
from backtrace.notation.numbering import Numbering
from backtrace.notation.optimizing import kept_ascii, kept_latex, kept_text, optimizer_symbol
from backtrace.notation.profile import Pattern, Profile
from backtrace.notation.symbols import Symbol

# Kinds for which no notation has a pattern of its own.
LOSS_PARTS = ("data_loss", "penalty", "strength", "softmax", "margins")


class Spelling:
    """The spellings of a network's quantities and derivatives under a profile; no two share one in any form."""

    def __init__(self, profile: Profile, network: Network) -> None:
        self.profile = profile
        self.network = network
        self.numbering = Numbering(network)
        self._texts: dict[Key, str] = {}
        self._asciis: dict[Key, str] = {}
        self._latexs: dict[Key, str] = {}

    def text(self, key: Key) -> str:
        """The Unicode spelling: `w5⁺`, `z²₁`, `∂E/∂w5`."""
        found = self._texts.get(key)
        if found is None:
            found = self._texts[key] = self._text(key)
        return found

    def ascii(self, key: Key) -> str:
        """The spelling that can be typed, and that `names.resolve` reads back: `w5+`, `z^2_1`, `dE/dw5`."""
        found = self._asciis.get(key)
        if found is None:
            found = self._asciis[key] = self._ascii(key)
        return found

    def latex(self, key: Key) -> str:
        r"""The LaTeX spelling: `w^{+}_{5}`, `z^{2}_{1}`, `\frac{\partial E}{\partial w_{5}}`."""
        found = self._latexs.get(key)
        if found is None:
            found = self._latexs[key] = self._latex(key)
        return found

    def _text(self, key: Key) -> str:
        if not isinstance(key, Derivative):
            if key.kind == "norm":
                return f"‖∇{self.text(LOSS)}‖"
            if is_kept(key):
                return kept_text(key, self.profile, self.text(_of(key)))
            return symbols.text(self.symbol(key))
        if self.prefixed(key):
            return symbols.text(self.symbol(key.by)._replace(prefix="d"))
        return f"∂{self.text(key.of)}/∂{self.text(key.by)}" + (f"[{self.text(key.via)}]" if key.via else "")

    def _ascii(self, key: Key) -> str:
        if not isinstance(key, Derivative):
            if key.kind == "norm":
                return "norm"
            if is_kept(key):
                return kept_ascii(key, self.profile, self.ascii(_of(key)))
            return symbols.ascii(self.symbol(key))
        if self.prefixed(key):
            return symbols.ascii(self.symbol(key.by)._replace(prefix="d"))
        return f"d{self.ascii(key.of)}/d{self.ascii(key.by)}" + (f"[{self.ascii(key.via)}]" if key.via else "")

    def _latex(self, key: Key) -> str:
        if not isinstance(key, Derivative):
            if key.kind == "ones":
                return rf"\mathbf{{1}}_{{{key.layer} \times {key.unit}}}"
            if key.kind == "norm":
                return rf"\lVert \nabla {self.latex(LOSS)} \rVert"
            if is_kept(key):
                return kept_latex(key, self.profile, self.latex(_of(key)))
            return symbols.latex(self.symbol(key))
        if self.prefixed(key):
            return symbols.latex(self.symbol(key.by)._replace(prefix="d"))
        via = f"_{{[{self.latex(key.via)}]}}" if key.via else ""
        return rf"\frac{{\partial {self.latex(key.of)}}}{{\partial {self.latex(key.by)}}}{via}"

    def prefixed(self, key: Derivative) -> bool:
        """Whether the derivative is written dW: of the whole loss, in a notation that does so."""
        return (
            self.profile.derivative == "d_prefix"
            and key.of.kind == "loss"
            and key.of.sample == 0
            and key.by.kind != "wire"
            and key.via is None
            and key.of.updates == key.by.updates
        )

    def symbol(self, q: Quantity) -> Symbol:
        """The symbol of a quantity; every notation writes routes and matrices of ones alike."""
        if q.kind == "term":
            return Symbol("term", "upright", sub=(str(q.unit),))
        if q.kind == "ones":
            return Symbol("ones", "upright", sub=(str(q.layer), str(q.unit)), comma=True)
        if q.kind in LOSS_PARTS:
            return self._of_loss(q)
        own = optimizer_symbol(q, self.profile)
        if own:
            return own
        q = canonical(q, self.network)
        return self.shaped(self.profile.patterns[variant(q, self.network)], q)

    def _of_loss(self, q: Quantity) -> Symbol:
        """What is inside the loss: every notation writes it alike, with its own letter for the loss and indices."""
        loss = self.profile.patterns["loss"]
        if q.kind == "softmax":
            unit = tuple(token for token in self.profile.patterns["out_last"].sub if token != "layer")
            return self.shaped(Pattern("p", unit) if q.unit else Pattern("P"), q)
        if q.kind == "margins":
            return Symbol("margins", "upright")
        if q.kind == "strength" and len(self.network.regularization.norms) < 2:
            return Symbol("λ")
        letter = {"penalty": "R", "strength": "λ"}.get(q.kind, loss.letter)
        index = "data" if q.kind == "data_loss" else f"L{q.unit}"
        mark = "prime" if self.profile.updated == "prime" else "plus"
        return Symbol(letter, loss.glyph if q.kind == "data_loss" else "", sub=(index,), updates=q.updates, mark=mark)

    def shaped(self, pattern: Pattern, q: Quantity) -> Symbol:
        """The symbol that a pattern gives for a quantity."""
        profile = self.profile
        raised = "".join(part for token in pattern.sup for part in self._index(token, q))
        attached = ""
        if profile.layer_style == "suffix":
            raised, attached = "", raised
        elif raised and profile.layer_style == "paren":
            raised = f"({raised})"
        elif raised and profile.layer_style == "bracket":
            raised = f"[{raised}]"
        return Symbol(
            pattern.letter,
            pattern.glyph,
            "",
            attached,
            tuple(part for token in pattern.sub for part in self._index(token, q)),
            profile.index_style == "joined",
            profile.separator == ",",
            raised,
            q.sample,
            q.updates,
            "prime" if profile.updated == "prime" else "plus",
        )

    def _index(self, token: str, q: Quantity) -> tuple[str, ...]:
        layer = self.numbering.last if q.kind in ("target", "loss_term", "softmax") else q.layer
        if token == "layer":
            return (str(layer + self.profile.input_index),)
        if token == "unit":
            return (str(q.unit) if q.kind == "wire" else self._unit(layer, q.unit),)
        if token == "output":
            return (str(q.unit),)
        if token == "name":
            return (self.numbering.name(layer, q.unit),)
        if token == "zero":
            return ("0",)
        if token == "link":
            if self.profile.weight_order == "flat":
                return (str(self.numbering.flat(q)),)
            to, source = self._unit(layer, q.unit), self._unit(layer - 1, q.source)
            return (to, source) if self.profile.weight_order == "to_from" else (source, to)
        return (token.removeprefix("="),)

    def _unit(self, layer: int, unit: int) -> str:
        counted = self.profile.unit_numbers == "network" and layer <= self.numbering.last
        return str(self.numbering.place(layer, unit) if counted else unit)


def _of(kept: Quantity) -> Quantity:
    """The parameter of a slot, before the update whatever the slot is."""
    return parameter_of(kept)._replace(updates=0)


def canonical(q: Quantity, network: Network) -> Quantity:
    """The key that is meant: a tied weight is the one it is tied to, the vector of a shared bias is that bias."""
    if q.kind == "weight" and q.unit and network.layers[q.layer - 1].tied_to:
        return network.weight(q.layer, q.unit, q.source)._replace(sample=q.sample, updates=q.updates)
    if q.kind == "bias" and q.unit == 0 and network.layers[q.layer - 1].shared_bias:
        return q._replace(unit=SHARED)
    return q


def variant(q: Quantity, network: Network) -> str:
    """The key of `Profile.patterns` for a quantity."""
    if q.kind == "loss":
        return "loss_sample" if q.sample else "loss"
    if q.kind == "bias" and q.unit == SHARED:
        return "bias_shared"
    kind = f"{q.kind}_last" if q.kind in ("net", "out") and q.layer == len(network.layers) else q.kind
    return f"whole_{kind}" if is_whole(q) else kind
