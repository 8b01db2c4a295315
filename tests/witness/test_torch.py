"""PyTorch as a witness: every activation, loss and optimizer, gradients and five steps of parameters in float64.

It needs an extra of its own (`pip install -e '.[witness]'`); a newcomer's test run does without. Continuous integration
sets BACKTRACE_REQUIRE_TORCH=1, and then a missing PyTorch is a failure.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

import backtrace as bt
from backtrace.engine.records import Parameters
from backtrace.engine.run import run
from backtrace.network.activations import ACTIVATIONS
from backtrace.network.losses import LOSSES
from backtrace.network.optimizers import OPTIMIZERS
from backtrace.network.records import Network
from backtrace.network.regularization import Regularization

if os.environ.get("BACKTRACE_REQUIRE_TORCH") == "1":
    import torch
else:
    torch = pytest.importorskip("torch", reason="needs PyTorch: pip install -e '.[witness]' (see CONTRIBUTING.md)")

F = torch.nn.functional
STEPS = 5
EXACT = 1e-10

TORCH_ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "identity": lambda x: x,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "scaled_tanh": lambda x: 1.7159 * torch.tanh(2 * x / 3),
    "relu": torch.relu,
    "leaky_relu": lambda x: F.leaky_relu(x, 0.01),
    "elu": F.elu,
    "softplus": F.softplus,
    "silu": F.silu,
    "gelu": F.gelu,
    "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"),
    "softmax": lambda x: F.softmax(x, dim=1),
}
TORCH_LOSSES: dict[str, Callable[[Any, Any], Any]] = {
    "half_squared_error": lambda y, t: F.mse_loss(y, t, reduction="sum") / 2,
    "squared_error": lambda y, t: F.mse_loss(y, t, reduction="sum"),
    "mean_squared_error": lambda y, t: F.mse_loss(y, t, reduction="sum") / y.shape[1],
    "absolute_error": lambda y, t: F.l1_loss(y, t, reduction="sum"),
    "huber": lambda y, t: F.huber_loss(y, t, reduction="sum", delta=1.0),
    "perceptron_error": lambda y, t: torch.relu(-t * y).sum(),
    "hinge": lambda y, t: torch.clamp(1 - t * y, min=0).sum(),
    "binary_cross_entropy": lambda y, t: F.binary_cross_entropy(y, t, reduction="sum"),
    "cross_entropy": lambda y, t: -(t * torch.log(y)).sum(),
    "softmax_cross_entropy": lambda y, t: F.cross_entropy(y, t, reduction="sum"),
    # PyTorch's own divides by the number of classes.
    "multi_class_svm": lambda y, t: F.multi_margin_loss(y, t.argmax(dim=1), reduction="sum") * y.shape[1],
    "half_mean_squared_error": lambda y, t: F.mse_loss(y, t, reduction="sum") / (2 * y.shape[1]),
    "mean_absolute_error": lambda y, t: F.l1_loss(y, t, reduction="mean") * y.shape[0],
    "mean_huber": lambda y, t: F.huber_loss(y, t, reduction="mean", delta=1.0) * y.shape[0],
    "mean_hinge": lambda y, t: torch.clamp(1 - t * y, min=0).mean(dim=1).sum(),
    "mean_binary_cross_entropy": lambda y, t: F.binary_cross_entropy(y, t, reduction="mean") * y.shape[0],
}
TORCH_OPTIMIZERS: dict[str, Callable[[list[Any], float], Any]] = {
    "sgd": lambda parameters, rate: torch.optim.SGD(parameters, lr=rate),
    "momentum": lambda parameters, rate: torch.optim.SGD(parameters, lr=rate, momentum=0.9),
    "nesterov": lambda parameters, rate: torch.optim.SGD(parameters, lr=rate, momentum=0.9, nesterov=True),
    "adagrad": lambda parameters, rate: torch.optim.Adagrad(parameters, lr=rate, eps=1e-8),
    "rmsprop": lambda parameters, rate: torch.optim.RMSprop(parameters, lr=rate, alpha=0.9, eps=1e-8),
    "adam": lambda parameters, rate: torch.optim.Adam(parameters, lr=rate),
    "adamw": lambda parameters, rate: torch.optim.AdamW(parameters, lr=rate, weight_decay=0.01),
}

# By loss: an activation of the last layer with outputs inside its domain, and targets of two samples.
LAST = {
    "perceptron_error": ("identity", ((-1.0, 1.0), (1.0, -1.0))),
    "hinge": ("identity", ((-1.0, 1.0), (1.0, 1.0))),
    "huber": ("identity", ((3.5, 0.2), (0.4, -2.0))),
    "binary_cross_entropy": ("sigmoid", ((0.0, 1.0), (0.25, 0.9))),
    "cross_entropy": ("softmax", ((0.0, 1.0), (0.4, 0.6))),
    "softmax_cross_entropy": ("identity", ((0.0, 1.0), (0.4, 0.6))),
    "multi_class_svm": ("identity", ((0.0, 1.0), (1.0, 0.0))),
    "mean_hinge": ("identity", ((-1.0, 1.0), (1.0, 1.0))),
    "mean_huber": ("identity", ((3.5, 0.2), (0.4, -2.0))),
    "mean_binary_cross_entropy": ("sigmoid", ((0.0, 1.0), (0.25, 0.9))),
}
INPUTS = ((0.05, 0.10), (-2.7, 1.3))


def network(hidden: str, loss: str = "half_squared_error", sets: tuple[str, ...] = ()) -> Network:
    """The worked example with other functions, two samples, and weights that reach both sides of a corner."""
    last, targets = LAST.get(loss, ("sigmoid" if hidden == "softmax" else hidden, ((0.01, 0.99), (0.7, 0.2))))
    mazur = bt.load("mazur", sets=["update_biases=true", "b_h2=-0.4", "b_o1=-0.2", "w3=-0.8", "w6=-1.1", *sets]).network
    layers = [
        layer._replace(activation=ACTIVATIONS[name]) for layer, name in zip(mazur.layers, (hidden, last), strict=True)
    ]
    return mazur._replace(
        layers=tuple(layers),
        loss=LOSSES[loss],
        inputs=INPUTS,
        targets=targets,
    )


def tensors(network: Network) -> list[Any]:
    """Weights and biases, layer by layer."""
    found = [rows for layer in network.layers for rows in (layer.weights, layer.bias)]
    return [torch.tensor(rows, dtype=torch.float64, requires_grad=True) for rows in found]


def torch_loss(network: Network, parameters: list[Any]) -> Any:
    """The reduced loss, by PyTorch's own functions."""
    out = torch.tensor(network.inputs, dtype=torch.float64)
    for number, layer in enumerate(network.layers):
        out = TORCH_ACTIVATIONS[layer.activation.name](F.linear(out, *parameters[2 * number : 2 * number + 2]))
    total = TORCH_LOSSES[network.loss.name](out, torch.tensor(network.targets, dtype=torch.float64))
    data = total / network.samples if network.reduction == "mean" else total
    regularization = network.regularization
    for number, parameter in enumerate(parameters):
        if number % 2 == 0 or regularization.biases:
            data = data + (regularization.l1 or 0.0) * torch.linalg.vector_norm(parameter, ord=1)
    return data


def ours(parameters: Parameters) -> list[Any]:
    """Our numbers in the order of `tensors`."""
    pairs = zip(parameters.weights, parameters.bias, strict=True)
    return [torch.tensor(rows, dtype=torch.float64) for pair in pairs for rows in pair]


def decayed(optimizer: Any, network: Network) -> None:
    """L2 regularisation by PyTorch's weight decay, which adds λ·w to the gradient; to biases only where asked for."""
    group = optimizer.param_groups[0]
    every = group["params"]
    group["params"] = every[0::2]
    group["weight_decay"] = float(network.regularization.l2 or 0.0)
    optimizer.add_param_group({"params": every[1::2], "weight_decay": 0.0})
    if network.regularization.biases:
        optimizer.param_groups[1]["weight_decay"] = group["weight_decay"]


def agree(
    network: Network,
    optimizer_of: Callable[[list[Any], float], Any] | None = None,
    before_step: Callable[[list[Any], Any, int], None] = lambda parameters, optimizer, step: None,
) -> None:
    """Loss and gradients of the first step, and parameters after each of five, on both engines.

    optimizer_of: PyTorch's, by default that of the table; before_step: what is done to the gradients before each.
    """
    decays = network.regularization.l2 is not None  # which PyTorch does without saying so in the loss
    for engine in ("scalar", "numpy"):
        theirs = tensors(network)
        made = optimizer_of or TORCH_OPTIMIZERS[network.optimizer.type]
        optimizer = made(theirs, float(network.optimizer.learning_rate or 0.0))
        if decays:
            decayed(optimizer, network)
        found = run(network, steps=STEPS, engine=engine)
        before = ours(found.first.gradients)
        for step in range(STEPS):
            optimizer.zero_grad()
            loss = torch_loss(network, theirs)
            loss.backward()
            if not decays:
                assert found.history[step] == pytest.approx(loss.item(), rel=EXACT, abs=EXACT)
                if step == 0:
                    for mine, other in zip(before, theirs, strict=True):
                        torch.testing.assert_close(mine, other.grad, rtol=EXACT, atol=EXACT)
            before_step(theirs, optimizer, step)
            optimizer.step()
            for mine, other in zip(ours(run(network, step + 1, engine).updated), theirs, strict=True):
                torch.testing.assert_close(mine, other.detach(), rtol=EXACT, atol=EXACT)
        for mine, other in zip(ours(found.updated), theirs, strict=True):
            torch.testing.assert_close(mine, other.detach(), rtol=EXACT, atol=EXACT)


def test_the_tables_have_a_row_for_every_record() -> None:
    assert set(TORCH_ACTIVATIONS) == {name for name, a in ACTIVATIONS.items() if a.differentiable}
    assert set(TORCH_LOSSES) == set(LOSSES)
    assert set(TORCH_OPTIMIZERS) == set(OPTIMIZERS)


@pytest.mark.parametrize("name", TORCH_ACTIVATIONS)
def test_every_activation(name: str) -> None:
    agree(network(name))


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("name", LOSSES)
def test_every_loss(name: str, reduction: str) -> None:
    agree(network("tanh", name)._replace(reduction=reduction))


@pytest.mark.parametrize("biases", [False, True])
@pytest.mark.parametrize("strengths", [{"l1": 0.05}, {"l2": 0.3}, {"l2": 0.2, "l1": 0.01}])
def test_regularisation_is_weight_decay(strengths: dict[str, float], biases: bool) -> None:
    agree(network("tanh")._replace(regularization=Regularization(**strengths, biases=biases)))


def test_both_forms_of_softmax_with_cross_entropy() -> None:
    agree(network("tanh", "softmax_cross_entropy"))
    agree(network("tanh", "cross_entropy"))


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer(name: str) -> None:
    agree(network("tanh", sets=(f"optimizer={name}", "learning_rate=0.1")))


@pytest.mark.parametrize(
    ("sets", "optimizer_of"),
    [
        (
            ("optimizer=momentum", "momentum=0.5", "form=velocity"),
            lambda parameters, rate: torch.optim.SGD(parameters, lr=rate, momentum=0.5),
        ),
        (
            ("optimizer=adam", "beta1=0.8", "beta2=0.99", "epsilon=1e-3"),
            lambda parameters, rate: torch.optim.Adam(parameters, lr=rate, betas=(0.8, 0.99), eps=1e-3),
        ),
        (
            ("optimizer=adamw", "weight_decay=0.2"),
            lambda parameters, rate: torch.optim.AdamW(parameters, lr=rate, weight_decay=0.2),
        ),
        (
            ("optimizer=rmsprop", "rho=0.99", "epsilon=0.01"),
            lambda parameters, rate: torch.optim.RMSprop(parameters, lr=rate, alpha=0.99, eps=0.01),
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_settings_mean_the_same(sets: tuple[str, ...], optimizer_of: Callable[[list[Any], float], Any]) -> None:
    agree(network("tanh", sets=sets), optimizer_of)


def _clip_norm(parameters: list[Any], optimizer: Any, step: int) -> None:
    # PyTorch divides by the norm plus 1e-6; with as much added to what is asked for, it is the published rule.
    norm = float(torch.linalg.vector_norm(torch.cat([p.grad.flatten() for p in parameters])))
    torch.nn.utils.clip_grad_norm_(parameters, CLIP * (norm + 1e-6) / norm)


def _clip_value(parameters: list[Any], optimizer: Any, step: int) -> None:
    torch.nn.utils.clip_grad_value_(parameters, CLIP)


CLIP = 0.05


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize(("setting", "clip"), [("clip_norm", _clip_norm), ("clip_value", _clip_value)])
def test_clipping(optimizer: str, setting: str, clip: Callable[[list[Any], Any, int], None]) -> None:
    clipped = network("tanh", sets=(f"optimizer={optimizer}", f"{setting}={CLIP}"))
    agree(clipped, before_step=clip)
    with pytest.raises(AssertionError):
        agree(clipped)


def test_a_schedule() -> None:
    def scheduled(parameters: list[Any], optimizer: Any, step: int) -> None:
        optimizer.param_groups[0]["lr"] = 0.5 * 0.9**step

    agree(network("tanh", sets=("optimizer=momentum", "schedule=eta*0.9^t")), before_step=scheduled)


def test_a_wrong_slope_is_noticed() -> None:
    right = network("tanh")
    wrong = ACTIVATIONS["tanh"]._replace(slope_at=lambda x, y: 1.0 - y)
    layers = tuple(layer._replace(activation=wrong) for layer in right.layers)
    with pytest.raises(AssertionError):
        agree(right._replace(layers=layers))
