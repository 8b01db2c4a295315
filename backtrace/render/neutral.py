"""The spelling that no notation changes, for data that programs read."""

from __future__ import annotations

from backtrace.network.quantity import SHARED, Derivative, Key, Quantity, is_kept, neutral, parameter_of

LETTERS = {
    "input": "i",
    "target": "t",
    "weight": "w",
    "bias": "b",
    "net": r"\mathrm{net}",
    "out": r"\mathrm{out}",
    "delta": r"\delta",
    "loss_term": "E",
    "loss": "E",
    "data_loss": r"E_{\mathrm{data}}",
    "softmax": "p",
    "rate": r"\eta",
    "scheduled": r"\eta_t",
    "count": "t",
    "wire": "d",
}
WHOLE = {"softmax": "P", "input": "X", "target": "T", "weight": "W"}


class NeutralSpelling:
    """Spells every key as the contract's neutral names do."""

    def text(self, key: Key) -> str:
        """As in `ascii`."""
        return neutral(key)

    def ascii(self, key: Key) -> str:
        """The neutral name."""
        return neutral(key)

    def latex(self, key: Key) -> str:
        """The neutral name with its layer above and its units below."""
        if isinstance(key, Derivative):
            via = f"_{{{self.latex(key.via)}}}" if key.via else ""
            return rf"\frac{{\partial {self.latex(key.of)}}}{{\partial {self.latex(key.by)}}}" + via
        return quantity(key)


def quantity(key: Quantity) -> str:
    """The LaTeX of one quantity."""
    if key.kind in ("penalty", "strength"):
        raised = f"^{{{'+' * key.updates}}}" if key.updates else ""
        return rf"{'R' if key.kind == 'penalty' else chr(92) + 'lambda'}{raised}_{{L{key.unit}}}"
    if is_kept(key):
        return optimizer_kept(key)
    if key.kind == "setting":
        return rf"\mathrm{{{key.name}}}".replace("_", r"\_")
    if key.kind == "named":
        return key.name if len(key.name) == 1 else rf"\mathrm{{{key.name}}}".replace("_", r"\_")
    letter = LETTERS.get(key.kind, rf"\mathrm{{{key.kind}}}")
    if not key.unit and key.kind in WHOLE:
        letter = WHOLE[key.kind]
    above = [f"({key.layer})"] if key.layer else []
    above += [f"@{key.sample}"] if key.sample else []
    above += ["+" * key.updates] if key.updates else []
    below = [] if key.unit in (0, SHARED) else [str(key.unit), *([str(key.source)] if key.source else [])]
    return letter + (f"^{{{' '.join(above)}}}" if above else "") + (f"_{{{','.join(below)}}}" if below else "")


def optimizer_kept(key: Quantity) -> str:
    """The LaTeX of what an optimizer keeps of a parameter."""
    above = f"^{{{'+' * key.updates}}}" if key.updates else ""
    name = key.name.replace("_", r"\_")
    return rf"\mathrm{{{name}}}{above}_{{{quantity(parameter_of(key)._replace(updates=0))}}}"
