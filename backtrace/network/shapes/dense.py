"""Dense layers, embeddings (a dense layer of a one-hot input), and the radial basis functions of LeNet-5."""

from __future__ import annotations

from backtrace.network.shapes.records import Array, Key, Kind, Made
from backtrace.network.shapes.settings import Settings

FLATTEN = 'put a layer of type "flatten" before it'


def dense(settings: Settings) -> Made:
    """PyTorch's Linear; on a sequence it works at each place alike."""
    shape = settings.axes(1, 2, meaning="[features] or a sequence [length, features]", hint=FLATTEN)
    if "units" in settings and "out_features" in settings:
        raise settings.refusal("out_features", "units and out_features say the same", "leave one of them out")
    units = settings.whole("out_features" if "out_features" in settings else "units")
    found = settings.agreed("in_features", shape[-1], "features")
    arrays = [Array("weight", (found, units), matrix=True)]
    shared = settings.flag("shared_bias")
    if settings.flag("bias"):
        arrays.append(Array("bias", (1,), "biases", shared_by=units) if shared else Array("bias", (units,), "biases"))
    elif shared:
        raise settings.refusal("shared_bias", "a layer without a bias cannot share it")
    return Made((*shape[:-1], units), tuple(arrays))


def embedding(settings: Settings) -> Made:
    """PyTorch's Embedding: a row of numbers for each word of a vocabulary."""
    shape = settings.axes(1, meaning="[length], a whole number at each place", hint="[data] input_shape = [20]")
    size = settings.whole("embedding_dim")
    return Made((*shape, size), (Array("weight", (settings.whole("num_embeddings"), size)),))


def radial(settings: Settings) -> Made:
    """LeCun and others 1998, section II.B: each unit the squared distance of its input to a row of numbers."""
    (found,) = settings.axes(1, meaning="[features]", hint=FLATTEN)
    units = settings.whole("units")
    return Made((units,), (Array("weight", (found, units), matrix=True),))


UNITS = Key("units", "whole", "how many units the layer has")
KINDS = (
    Kind(
        "dense",
        "every unit linked to every input",
        (
            UNITS,
            Key("in_features", "whole", "numbers that come in; they follow from the layer before"),
            Key("out_features", "whole", "another word for units"),
            Key("bias", "boolean", "one bias per unit", True),
            Key("shared_bias", "boolean", "the units share one bias", False),
        ),
        dense,
        torch="Linear",
    ),
    Kind(
        "embedding",
        "a row of numbers for each word",
        (
            Key("num_embeddings", "whole", "how many words there are"),
            Key("embedding_dim", "whole", "how many numbers stand for a word"),
        ),
        embedding,
        torch="Embedding",
    ),
    Kind("rbf", "squared distances to rows of numbers (LeNet-5)", (UNITS,), radial),
)
