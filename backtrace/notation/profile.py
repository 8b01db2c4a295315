"""A notation profile: the letters and conventions of one textbook, as data.

A profile decides names and conventions and never arithmetic. It is one small TOML file (see `loading.py`); this module
holds the record it becomes, and the closed sets of what its fields may say.

Patterns are looked up by variant: the kind of a quantity, with `_last` for the net and out of the last layer,
`bias_shared`, `loss_sample` (the loss of one sample), and `whole_…` for a layer at once. Their indices are named by
tokens, never by templates:

| token    | stands for                                                                    |
|----------|-------------------------------------------------------------------------------|
| layer    | the number of the layer (the input is `input_index`)                          |
| unit     | the number of the unit, in its layer or in the network (`unit_numbers`)       |
| output   | the number of the unit in its layer, always                                   |
| link     | both ends of a weight, or its flat number, as `weight_order` says             |
| name     | the name of the unit: h1, o1, or its own                                      |
| zero     | 0: the bias as the weight of a unit that is always 1                          |
| =word    | the word itself                                                               |
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

KINDS = (
    "input",
    "target",
    "weight",
    "bias",
    "bias_shared",
    "net",
    "net_last",
    "out",
    "out_last",
    "delta",
    "loss",
    "loss_sample",
    "loss_term",
    "rate",
    "wire",
)
# A variant that a file says nothing about is written like this one.
FALLBACKS = {"bias_shared": "bias", "net_last": "net", "out_last": "out", "loss_sample": "loss"}
WHOLE_KINDS = ("input", "target", "weight", "bias", "net", "net_last", "out", "out_last", "delta")
TOKENS = ("layer", "unit", "output", "link", "name", "zero")
GENERAL = ("layer", "last", "sample", "samples", "function")
CHOICES: Mapping[str, tuple[str, ...]] = {
    "weight_order": ("to_from", "from_to", "flat"),
    "unit_numbers": ("layer", "network"),
    "layer_style": ("bare", "paren", "bracket", "suffix"),
    "index_style": ("subscript", "joined"),
    "separator": ("", ","),
    "orientation": ("row", "column"),
    "updated": ("plus", "prime", "assign"),
    "derivative": ("partial", "d_prefix"),
}


class Pattern(NamedTuple):
    """How one kind of quantity is spelt: a letter or word, its glyph style in LaTeX, and the tokens of its indices."""

    letter: str
    sub: tuple[str, ...] = ()
    sup: tuple[str, ...] = ()
    glyph: str = ""


class Alias(NamedTuple):
    """One more way to type a quantity of this kind; never printed."""

    kind: str
    pattern: Pattern


class Profile(NamedTuple):
    """The conventions of one notation.

    Used by derivation:
    - orientation: "row" (a sample is a row, X·W, W is in×out) or "column" (a sample is a column, W·x, W is out×in)
    - delta_sign: +1 when δ is ∂loss/∂net, −1 when it is −∂loss/∂net
    - delta_named: whether it has a symbol for δ at all
    - net_named: whether it has a symbol for the net; a view may contract the net away, a fallback spelling still exists
    - updated: the mark of an updated parameter: "plus" w⁺, "prime" w′, or "assign" w := …, with the old name on its
      left (where the new value needs a name of its own, it is spelt with a plus)
    - derivative: "partial", or "d_prefix" (dW for the derivative of the whole loss; this one is spelling's business)

    Used by spelling, which is what pages use:
    - weight_order: the ends of a weight: "to_from", "from_to", or "flat" (w1, w2, …)
    - unit_numbers: units count within their "layer" or through the whole "network"
    - layer_style: the mark of a layer: "bare" z², "paren" z⁽²⁾, "bracket" z[2], or "suffix" W2
    - index_style: "subscript" w₅ or "joined" w5
    - separator: "" or "," between indices; a comma is put in anyway where an index has two digits
    - input_index: the number of the input layer, 0 or 1
    - patterns: how each variant is spelt; aliases: what else may be typed
    - general: letters for what has no number in statements about any network, by the fields of `lettered.Letters`
    """

    name: str
    title: str
    source: str
    orientation: str
    delta_sign: int
    delta_named: bool
    net_named: bool
    updated: str
    derivative: str
    weight_order: str
    unit_numbers: str
    layer_style: str
    index_style: str
    separator: str
    input_index: int
    patterns: Mapping[str, Pattern]
    aliases: tuple[Alias, ...] = ()
    general: Mapping[str, str] = MappingProxyType({})

    @property
    def assigns(self) -> bool:
        """Whether an update is written `w := w − …`."""
        return self.updated == "assign"
