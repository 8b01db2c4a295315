"""Multi-head attention: every place asks all others."""

from __future__ import annotations

from backtrace.network.shapes.records import Array, Key, Kind, Made
from backtrace.network.shapes.settings import Settings, times


def attention(settings: Settings) -> Made:
    """PyTorch's MultiheadAttention (Vaswani and others 2017, section 3.2.2).

    One input: it asks itself. Two: what asks, and what is asked. Three: query, key and value.
    """
    meaning = "sequences [length, features]"
    length, features = settings.axes(2, meaning=meaning, hint="[data] input_shape = [10, 64]")
    size = settings.agreed("embed_dim", features, "features")
    heads = settings.whole("num_heads")
    if size % heads:
        raise settings.refusal(
            "num_heads", f"embed_dim = {size} is not divisible by num_heads = {heads}: {size}/{heads} is not whole"
        )
    asked = settings.inputs[1] if len(settings.inputs) > 1 else settings.input
    given = settings.inputs[2] if len(settings.inputs) > 2 else asked
    for shape in (asked, given):
        if len(shape) != 2 or shape[0] != asked[0]:
            raise settings.refusal(
                "from",
                f"keys are {times(asked)} and values {times(given)}: they must be sequences of one length",
            )
    arrays = [
        Array(f"{name}_proj_weight", (width, size), matrix=True)
        for name, width in (("q", size), ("k", asked[1]), ("v", given[1]))
    ]
    if settings.flag("bias"):
        arrays += [Array(f"{name}_proj_bias", (size,), "biases") for name in ("q", "k", "v")]
    arrays.append(Array("out_proj.weight", (size, size), matrix=True))
    if settings.flag("bias"):
        arrays.append(Array("out_proj.bias", (size,), "biases"))
    return Made((length, size), tuple(arrays), (("each head", f"{size}/{heads} = {size // heads}"),))


KINDS = (
    Kind(
        "multi_head_attention",
        "every place asks all others",
        (
            Key("embed_dim", "whole", "features of the input; they follow from the layer before"),
            Key("num_heads", "whole", "so many heads share the features"),
            Key("bias", "boolean", "with biases", True),
        ),
        attention,
        takes=(1, 3),
        torch="MultiheadAttention",
    ),
)
