"""What can have a name in a network: the structured key of every quantity, and its neutral spelling.

The key says what a quantity *is*; how it is spelt on a page is the notation's business. Layers, units and samples count
from 1; layer 0 is the input. `unit` 0 stands for the whole layer at once (the matrix view).

| kind      | meaning                                   | neutral      | layer zoom |
|-----------|-------------------------------------------|--------------|------------|
| input     | an input (layer 0)                        | i1           | X          |
| target    | a target                                  | t1           | T          |
| weight    | into `unit` of `layer` from `source`      | w1_2_1       | W1         |
| bias      | of `unit` of `layer`; SHARED: of them all | b1_2, b1     | b1         |
| net       | weighted sum plus bias                    | net1_2       | net1       |
| out       | after the activation                      | out1_2       | out1       |
| delta     | ∂loss/∂net, up to the profile's sign      | delta1_2     | delta1     |
| loss_term | what output `unit` adds to the loss       | E_1          |            |
| loss      | of one sample, or (sample 0) reduced      | E            |            |
| data_loss | the loss without regularisation           | E_data       |            |
| penalty   | of the norm `unit`: 2 for L2, 1 for L1    | R_L2         |            |
| strength  | λ of the norm `unit`                      | lambda_L2    |            |
| softmax   | of the outputs, inside a joined loss      | p1           | P          |
| margins   | of a multi-class SVM, all of them         |              | margins    |
| rate      | the learning rate                         | eta          |            |
| wire      | the output of gate number `unit`          | d1           |            |
| term      | what route number `unit` adds             | term1        |            |
| ones      | a matrix of ones, `layer` by `unit`       |              | ones2x1    |
| named     | a name of a circuit, as a person typed it | x            |            |
| scheduled | the learning rate of this update          | eta_t        |            |
| setting   | of the optimizer, called `name`           | beta1        |            |
| count     | the updates done before                   | t            |            |
| norm      | of all gradients together                 | norm         |            |
| factor    | what clipping multiplies gradients by     | factor       |            |
| weight_of | what an optimizer keeps of a weight, or   | m_w1_2_1     | m_W1       |
|           | works out for it, called `name`           |              |            |
| bias_of   | the same of a bias                        | m_b1_2       | m_b1       |
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

SHARED = -1


class Quantity(NamedTuple):
    """The key of one quantity.

    sample: 0 when there is one sample only (and for whatever belongs to no sample), else from 1.
    updates: how many updates of the parameters lie before it: `w5+` has 1.
    name: of what has a name of its own: one in a circuit, a setting, or a slot of an optimizer.
    """

    kind: str
    layer: int = 0
    unit: int = 0
    source: int = 0
    sample: int = 0
    updates: int = 0
    name: str = ""


class Derivative(NamedTuple):
    """The key of ∂of/∂by, or, with `via`, of the part of it that comes back through one gate."""

    of: Quantity
    by: Quantity
    via: Quantity | None = None


Key: TypeAlias = Quantity | Derivative

LOSS = Quantity("loss")
DATA_LOSS = Quantity("data_loss")
RATE = Quantity("rate")
SCHEDULED = Quantity("scheduled")
COUNT = Quantity("count")
NORM = Quantity("norm")
FACTOR = Quantity("factor")
# What belongs to updates: no gradient leads to any of them.
OF_UPDATES = ("rate", "scheduled", "setting", "count", "norm", "factor", "weight_of", "bias_of")
WHOLE = ("input", "target", "weight", "bias", "net", "out", "delta", "softmax", "weight_of", "bias_of")
NAMES = {"rate": "eta", "scheduled": "eta_t", "count": "t", "norm": "norm", "factor": "factor"}


def is_whole(q: Quantity) -> bool:
    """Whether the key stands for a whole layer (a vector or matrix)."""
    return q.unit == 0 and q.kind in WHOLE


def kept_of(parameter: Quantity, name: str) -> Quantity:
    """The key of what an optimizer keeps of a parameter, or works out for it."""
    return parameter._replace(kind=f"{parameter.kind}_of", name=name)


def parameter_of(kept: Quantity) -> Quantity:
    """The parameter of such a key."""
    return kept._replace(kind=kept.kind.removesuffix("_of"), name="")


def is_kept(q: Quantity) -> bool:
    """Whether the key is of what an optimizer keeps of a parameter, or works out for it."""
    return q.kind in ("weight_of", "bias_of")


def neutral(key: Key) -> str:
    """The spelling under every notation, safe in any shell: `w1_2_1`, `dE/dw1_2_1`, `net1_2@2`, `w1_2_1+`."""
    if isinstance(key, Derivative):
        through = f"[{neutral(key.via)}]" if key.via else ""
        return f"d{neutral(key.of)}/d{neutral(key.by)}{through}"
    kind, layer, unit, source, sample, updates, own = key
    if kind in NAMES:
        name = NAMES[kind]
    elif kind in ("named", "setting"):
        name = own
    elif is_kept(key):
        name = f"{own}_{neutral(parameter_of(key)._replace(updates=0))}"
    elif kind in ("input", "target"):
        name = f"{kind[0]}{unit}" if unit else {"input": "X", "target": "T"}[kind]
    elif kind == "weight":
        name = f"w{layer}_{unit}_{source}" if unit else f"W{layer}"
    elif kind == "bias":
        name = f"b{layer}_{unit}" if unit > 0 else f"b{layer}"
    elif kind == "loss_term":
        name = f"E_{unit}"
    elif kind == "loss":
        name = "E"
    elif kind == "data_loss":
        name = "E_data"
    elif kind == "penalty":
        name = f"R_L{unit}"
    elif kind == "strength":
        name = f"lambda_L{unit}"
    elif kind == "softmax":
        name = f"p{unit}" if unit else "P"
    elif kind == "wire":
        name = f"d{unit}"
    elif kind == "term":
        name = f"term{unit}"
    elif kind == "ones":
        name = f"ones{layer}x{unit}"
    else:
        name = f"{kind}{layer}_{unit}" if unit else f"{kind}{layer}"
    return name + (f"@{sample}" if sample else "") + "+" * updates
