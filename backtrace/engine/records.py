"""What one training step amounts to, whichever engine did it: plain lists of floats, ready to print."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

Vector: TypeAlias = list[float]
Rows: TypeAlias = list[Vector]


class SampleTrace(NamedTuple):
    """One sample: net, out and delta (∂ its own loss/∂net, no 1/N) by layer, then by unit; layers[0] is the first
    after the input."""

    inputs: Vector
    targets: Vector
    loss: float
    net: Rows
    out: Rows
    delta: Rows


class Parameters(NamedTuple):
    """A number for every parameter, by layer: weights a row per unit as in the file; bias one per unit, a list of one
    when shared, None when absent. Also used for gradients."""

    weights: list[Rows]
    bias: list[Vector | None]

    def to_dict(self) -> list[dict[str, Any]]:
        """The form of the trace contract: one entry per layer."""
        return [{"weights": w, "bias": b} for w, b in zip(self.weights, self.bias, strict=True)]


class TrainingStep(NamedTuple):
    """A forward pass, all gradients of the reduced loss, and the parameters after the update."""

    loss: float
    samples: list[SampleTrace]
    gradients: Parameters
    updated: Parameters


class Run(NamedTuple):
    """One or more training steps: the first in full, the loss before and after each, the parameters after the last.

    state: what the optimizer remembers after the last, by the name of the slot; empty for one without memory.
    """

    first: TrainingStep
    history: list[float]
    updated: Parameters
    state: Mapping[str, Parameters] = MappingProxyType({})

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `backtrace trace`, version 1."""
        found: dict[str, Any] = {
            "version": 1,
            "loss": self.first.loss,
            "samples": [
                {
                    "inputs": s.inputs,
                    "targets": s.targets,
                    "loss": s.loss,
                    "layers": [
                        {"net": net, "out": out, "delta": delta}
                        for net, out, delta in zip(s.net, s.out, s.delta, strict=True)
                    ],
                }
                for s in self.first.samples
            ],
            "gradients": self.first.gradients.to_dict(),
            "updated": self.updated.to_dict(),
            "history": [{"step": number, "loss": loss} for number, loss in enumerate(self.history)],
        }
        if self.state:
            found["state"] = {slot: numbers.to_dict() for slot, numbers in self.state.items()}
        return found
