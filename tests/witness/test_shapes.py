"""PyTorch as a witness of counting: shapes and parameters of every layer kind, on random settings."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from backtrace.errors import InputError, Place
from backtrace.network.shapes.kinds import KINDS
from backtrace.network.shapes.records import Made, Shape
from backtrace.network.shapes.settings import Settings

if os.environ.get("BACKTRACE_REQUIRE_TORCH") == "1":
    import torch
else:
    torch = pytest.importorskip("torch", reason="needs PyTorch: pip install -e '.[witness]' (see CONTRIBUTING.md)")

Drawn = tuple[dict[str, Any], Shape, Any]  # settings, the shape that comes in, PyTorch's module
small = st.integers(1, 4)
truth = st.booleans()


def made(kind: str, values: dict[str, Any], *shapes: Shape) -> Made:
    """What our record makes of the settings."""
    record = KINDS[kind]
    return record.make(Settings(record, values, shapes, "the layer", lambda key: Place()))


def sizes(draw: Any, axes: int, least: int = 1, most: int = 3) -> tuple[int, ...]:
    return tuple(draw(st.integers(least, most)) for _ in range(axes))


def convolution(draw: Any, axes: int, across: bool = False) -> Drawn:
    groups = draw(st.integers(1, 2))
    found, out = groups * draw(small), groups * draw(small)
    values: dict[str, Any] = {
        "in_channels": found,
        "out_channels": out,
        "kernel_size": sizes(draw, axes),
        "stride": sizes(draw, axes),
        "padding": sizes(draw, axes, 0),
        "dilation": sizes(draw, axes),
        "groups": groups,
        "bias": draw(truth),
    }
    shape = (found, *sizes(draw, axes, 3, 12))
    if across:
        values["output_padding"] = sizes(draw, axes, 0, 2)
        return values, shape, torch.nn.ConvTranspose2d(**values)
    if draw(st.integers(0, 3)) == 0:
        values |= {"padding": "same", "stride": 1}
    module = (torch.nn.Conv1d, torch.nn.Conv2d)[axes - 1](**values)
    return values | {"rounding": "floor"}, shape, module


def pooling(draw: Any, kind: str, axes: int) -> Drawn:
    values: dict[str, Any] = {"kernel_size": sizes(draw, axes), "ceil_mode": draw(truth)}
    values["padding"] = tuple(draw(st.integers(0, kernel // 2)) for kernel in values["kernel_size"])
    if draw(truth):
        values["stride"] = sizes(draw, axes)
    if kind == "Max":
        values["dilation"] = sizes(draw, axes, 1, 2)
    module = getattr(torch.nn, f"{kind}Pool{axes}d")(**values)
    return values | {"rounding": "floor"}, (draw(small), *sizes(draw, axes, 3, 12)), module


def recurrent(draw: Any, module: Any) -> Drawn:
    features = draw(small)
    values = {
        "hidden_size": draw(small),
        "num_layers": draw(st.integers(1, 3)),
        "bias": draw(truth),
        "bidirectional": draw(truth),
    }
    return values, (draw(small), features), module(features, batch_first=True, **values)


def dense(draw: Any) -> Drawn:
    values = {"out_features": draw(small), "bias": draw(truth)}
    shape = sizes(draw, draw(st.integers(1, 2)))
    return values, shape, torch.nn.Linear(shape[-1], **values)


def embedding(draw: Any) -> Drawn:
    values = {"num_embeddings": draw(small), "embedding_dim": draw(small)}
    return values, (draw(small),), torch.nn.Embedding(**values)


def flatten(draw: Any) -> Drawn:
    return {}, sizes(draw, draw(st.integers(1, 4))), torch.nn.Flatten()


def dropout(draw: Any) -> Drawn:
    return {"p": 0.3}, sizes(draw, 2), torch.nn.Dropout(0.3)


def batch_norm(draw: Any) -> Drawn:
    axes = draw(st.integers(1, 3))
    shape = sizes(draw, axes)
    values = {"affine": draw(truth), "track_running_stats": draw(truth)}
    module = torch.nn.BatchNorm2d if axes == 3 else torch.nn.BatchNorm1d
    return values, shape, module(shape[0], **values)


def layer_norm(draw: Any) -> Drawn:
    shape = sizes(draw, 3)
    last = shape[draw(st.integers(0, 2)) :]
    values = {"elementwise_affine": draw(truth), "bias": draw(truth)}
    return values | {"normalized_shape": last}, shape, torch.nn.LayerNorm(last, **values)


DRAWS: dict[str, Callable[[Any], Drawn]] = {
    "dense": dense,
    "embedding": embedding,
    "conv1d": lambda draw: convolution(draw, 1),
    "conv2d": lambda draw: convolution(draw, 2),
    "conv_transpose2d": lambda draw: convolution(draw, 2, across=True),
    "max_pool1d": lambda draw: pooling(draw, "Max", 1),
    "max_pool2d": lambda draw: pooling(draw, "Max", 2),
    "avg_pool1d": lambda draw: pooling(draw, "Avg", 1),
    "avg_pool2d": lambda draw: pooling(draw, "Avg", 2),
    "flatten": flatten,
    "dropout": dropout,
    "batch_norm": batch_norm,
    "layer_norm": layer_norm,
    "rnn": lambda draw: recurrent(draw, torch.nn.RNN),
    "gru": lambda draw: recurrent(draw, torch.nn.GRU),
    "lstm": lambda draw: recurrent(draw, torch.nn.LSTM),
}


def arrays_of(found: Made, statistics: bool) -> dict[str, tuple[int, ...]]:
    """Our arrays as PyTorch arranges them: matrices out×in."""
    return {
        array.name: array.shape[::-1] if array.matrix else array.shape
        for array in found.arrays
        if (array.role == "statistics") == statistics
    }


def test_every_kind_that_pytorch_has_has_its_witness() -> None:
    elsewhere = {"multi_head_attention", "concatenate"}
    assert {name for name, kind in KINDS.items() if kind.torch} == set(DRAWS) | elsewhere


@pytest.mark.filterwarnings("ignore:Using padding=.same.:UserWarning")
@pytest.mark.parametrize("kind", DRAWS)
@settings(max_examples=20, deadline=None, database=None, derandomize=True)
@given(data=st.data())
def test_shapes_and_parameters(kind: str, data: st.DataObject) -> None:
    try:
        values, shape, module = DRAWS[kind](data.draw)
    except ValueError:
        assume(False)
    x = torch.zeros((2, *shape), dtype=torch.long if kind == "embedding" else torch.float32)
    try:
        output = module.eval()(x)
    except (RuntimeError, ValueError):
        # What PyTorch refuses, we refuse.
        with pytest.raises(InputError):
            made(kind, values, shape)
        return
    found = made(kind, values, shape)
    output = output[0] if isinstance(output, tuple) else output
    assert found.output == tuple(output.shape[1:])
    assert arrays_of(found, False) == {name: tuple(one.shape) for name, one in module.named_parameters()}
    kept = {name: tuple(one.shape) for name, one in module.named_buffers() if name != "num_batches_tracked"}
    assert arrays_of(found, True) == kept
    assert sum(array.size for array in found.arrays if array.role != "statistics") == sum(
        one.numel() for one in module.parameters()
    )


@settings(max_examples=20, deadline=None, database=None, derandomize=True)
@given(heads=small, width=small, bias=truth, other=small, lengths=st.tuples(small, small), inputs=st.integers(1, 3))
def test_attention(heads: int, width: int, bias: bool, other: int, lengths: tuple[int, int], inputs: int) -> None:
    size = heads * width
    query, key, value = (lengths[0], size), (lengths[1], size), (lengths[1], other)
    shapes = {1: (query, query, query), 2: (query, key, key), 3: (query, key, value)}[inputs]
    module = torch.nn.MultiheadAttention(size, heads, bias=bias, kdim=shapes[1][1], vdim=shapes[2][1], batch_first=True)
    output, _ = module(*(torch.zeros((2, *shape)) for shape in shapes))
    found = made("multi_head_attention", {"num_heads": heads, "bias": bias}, *shapes[:inputs])
    assert found.output == tuple(output.shape[1:])
    assert sum(array.size for array in found.arrays) == sum(one.numel() for one in module.parameters())


@settings(max_examples=20, deadline=None, database=None, derandomize=True)
@given(shape=st.lists(small, min_size=1, max_size=3), more=st.lists(small, min_size=1, max_size=3), data=st.data())
def test_joining(shape: list[int], more: list[int], data: st.DataObject) -> None:
    dim = data.draw(st.integers(1, len(shape)))
    shapes = [tuple(shape), *((*shape[: dim - 1], size, *shape[dim:]) for size in more)]
    joined = torch.cat([torch.zeros((2, *one)) for one in shapes], dim)
    assert made("concatenate", {"dim": dim}, *shapes).output == tuple(joined.shape[1:])
    assert made("add", {}, tuple(shape), tuple(shape)).output == tuple(shape)


@pytest.mark.parametrize(("kind", "gates"), [("rnn", 1), ("gru", 3), ("lstm", 4)])
def test_one_bias_vector_as_in_the_papers(kind: str, gates: int) -> None:
    for vectors in (1, 2):
        found = made(kind, {"hidden_size": 5, "bias_vectors": vectors}, (7, 3))
        assert sum(array.size for array in found.arrays) == gates * (5 * 3 + 5 * 5 + vectors * 5)
