"""The forward pass alone: for a network through which no gradient passes (a hard threshold has no derivative)."""

from __future__ import annotations

from typing import Any, NamedTuple

from backtrace.engine.records import Parameters, Rows, Vector
from backtrace.engine.refusals import refuse_symbolic
from backtrace.engine.run import takes_arrays
from backtrace.network.records import Network


class ForwardSample(NamedTuple):
    """One sample: net and out by layer, then by unit."""

    inputs: Vector
    targets: Vector
    loss: float
    net: Rows
    out: Rows


class ForwardRun(NamedTuple):
    """The values of all samples, the reduced loss, and the parameters, which stay as they are."""

    loss: float
    samples: list[ForwardSample]
    parameters: Parameters

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `backtrace trace`: deltas and gradients are null."""
        return {
            "version": 1,
            "loss": self.loss,
            "samples": [
                {
                    "inputs": s.inputs,
                    "targets": s.targets,
                    "loss": s.loss,
                    "layers": [{"net": net, "out": out, "delta": None} for net, out in zip(s.net, s.out, strict=True)],
                }
                for s in self.samples
            ],
            "gradients": None,
            "updated": self.parameters.to_dict(),
            "history": [{"step": 0, "loss": self.loss}],
        }


def forward_run(network: Network, engine: str = "auto") -> ForwardRun:
    """The forward pass on the engine that `engine` (as in `run`) means. Raises InputError without numbers, and
    EvaluationError where something has no finite value."""
    refuse_symbolic(network)
    return _on_arrays(network) if takes_arrays(network, engine) else _on_graph(network)


def _on_graph(network: Network) -> ForwardRun:
    from backtrace.engine.build import build, sample_numbers
    from backtrace.engine.scalar import by_layer, forward_step, numbers_of
    from backtrace.network.quantity import LOSS, Quantity

    numbers = numbers_of(network)
    step = forward_step(network, build(network), numbers)
    layers = range(1, len(network.layers) + 1)

    def rows(kind: str, s: int) -> Rows:
        return [[step[Quantity(kind, n, j, sample=s)] + 0.0 for j in range(1, network.size(n) + 1)] for n in layers]

    samples = [
        ForwardSample(
            [float(x) for x in given],
            [float(t) for t in wanted],
            step[Quantity("loss", sample=s)] + 0.0,
            rows("net", s),
            rows("out", s),
        )
        for s, given, wanted in zip(sample_numbers(network), network.inputs or (), network.targets or (), strict=True)
    ]
    return ForwardRun(step[LOSS] + 0.0, samples, by_layer(network, numbers))


def _on_arrays(network: Network) -> ForwardRun:
    from backtrace.engine.numpy_engine import as_lists, data_of, forward, parameters_of

    data, parameters = data_of(network), parameters_of(network)
    found = forward(network, data, parameters)
    net, out = ([(layer + 0.0).tolist() for layer in of] for of in (found.net, found.out))
    samples = [
        ForwardSample(given, wanted, loss + 0.0, [layer[s] for layer in net], [layer[s] for layer in out])
        for s, (given, wanted, loss) in enumerate(
            zip(data.inputs.tolist(), data.targets.tolist(), found.losses.tolist(), strict=True)
        )
    ]
    return ForwardRun(found.loss + 0.0, samples, as_lists(network, parameters))
