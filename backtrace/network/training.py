"""How a network is to be trained: the [training] table of its file, the validation samples, and changes to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat

from backtrace.errors import InputError, Place, nearest, printable
from backtrace.network.fields import Table, typed
from backtrace.network.records import Network, Rows, Training
from backtrace.network.source import Document

KEYS = Training._fields
MOST_EPOCHS = 1_000_000
MOST_SAMPLES = 1_000_000
MOST_SEED = 2**63
WHOLE = {
    "epochs": (1, MOST_EPOCHS),
    "mini_batch": (1, MOST_SAMPLES),
    "shuffle_seed": (0, MOST_SEED),
    "patience": (1, MOST_EPOCHS),
}


def read_training(document: Document, top: Table, samples: int | None) -> Training | None:
    """The [training] table, None without one; `samples`, when known, bounds the mini-batch."""
    if "training" not in top:
        return None
    table = Table(document, ("training",), top.values["training"], KEYS, "[training]")
    if "epochs" not in table:
        raise table.refusal("", "epochs is missing", "say how many epochs there are at most: epochs = 100")
    mini_batch = table.whole("mini_batch", *WHOLE["mini_batch"]) if "mini_batch" in table else None
    if samples is not None and mini_batch is not None and mini_batch > samples:
        raise table.refusal("mini_batch", *_too_many(mini_batch, samples))
    change = table.number("stop_change") if "stop_change" in table else None
    if change is not None and change < 0:
        raise table.refusal("stop_change", "stop_change is negative", "stop_change = 1e-6 would do")
    return Training(
        table.whole("epochs", *WHOLE["epochs"]),
        mini_batch,
        table.whole("shuffle_seed", *WHOLE["shuffle_seed"]) if "shuffle_seed" in table else None,
        change,
        table.whole("patience", *WHOLE["patience"]) if "patience" in table else None,
        table.boolean("stop_without_mistakes", False),
    )


def stop_change(text: str) -> float:
    """The number of --stop-change, as typed; raises InputError."""
    value = typed(text)
    if value < 0:
        raise InputError("--stop-change is negative", hint="--stop-change 1e-6 stops when no parameter changes by more")
    return value


def with_typed_rule(network: Network, key: str, text: str, place: Place | None) -> Network:
    """The network with one key of [training] changed as a person types it; whether they go together, `check_rules`
    says. Raises InputError."""
    name = f"training.{key}"
    value: object
    if key == "stop_without_mistakes":
        if text not in ("true", "false"):
            raise InputError(f"{name} must be true or false, not '{printable(text)}'", place)
        value = text == "true"
    elif key == "stop_change":
        value = typed(text, place)
        if value < 0:
            raise InputError(f"{name} is negative", place, f"{name}=1e-6 would do")
    else:
        low, high = WHOLE[key]
        digits = text.isascii() and text.isdigit() and len(text) <= 20
        if not digits or not low <= int(text) <= high:
            raise InputError(f"{name} must be a whole number from {low} to {high}, not '{printable(text)}'", place)
        value = int(text)
    plan = network.training or Training()
    return network._replace(training=plan._replace(**{key: value}))  # type: ignore[arg-type]  # the keys are those of KEYS


def check_rules(network: Network, places: Mapping[str, Place]) -> None:
    """Refuses rules of training, changed from outside at `places` (by their keys), that do not go together."""
    try:
        planned(network, {})
    except InputError as error:
        place = next(iter(places.values()))
        if not (network.training or Training()).epochs:
            hint = "training.epochs=100 trains for at most 100"
            raise InputError("nobody says how many epochs to train", place, hint) from None
        culprit = "mini_batch" if "mini-batch" in error.what else "stop_without_mistakes"
        raise InputError(error.what, places.get(culprit, place), error.hint) from None


def read_validation(data: Table, size: int) -> tuple[Rows, Rows] | None:
    """The validation samples of [data], of `size` inputs each; None when there are none."""
    if "validation_inputs" not in data and "validation_targets" not in data:
        return None
    for key, other in (("validation_inputs", "validation_targets"), ("validation_targets", "validation_inputs")):
        if key not in data:
            raise data.refusal(other, f"there are {other} but no {key}", "give both, a row per sample")
    inputs = data.rows("validation_inputs", "the validation_inputs", flat=True)
    targets = data.rows("validation_targets", "the validation_targets", flat=True)
    if len(inputs) != len(targets) or not inputs:
        raise data.refusal(
            "validation_targets",
            f"{len(inputs)} validation_inputs, but {len(targets)} validation_targets",
            "one row per sample in both",
        )
    for index, row in enumerate(inputs):
        if len(row) != size:
            raise InputError(
                f"[data]: validation sample {index + 1} has {len(row)} inputs, not {size}",
                data.place("validation_inputs", index),
                "validation samples are of the same kind as the others",
            )
    for index, row in enumerate(targets):
        if len(row) != len(targets[0]):
            raise InputError(
                f"[data]: validation sample {index + 1} has {len(row)} targets, but sample 1 has {len(targets[0])}",
                data.place("validation_targets", index),
                "every sample needs the same number",
            )
    return inputs, targets


def planned(network: Network, changes: Mapping[str, object]) -> Training:
    """How the network is trained: its file's [training], with `changes` (by the keys of that table) put in; those that
    are None change nothing, shuffle = False keeps the samples in the order given.

    Raises InputError where nobody says how many epochs, for a mini-batch larger than the data, and for
    stop_without_mistakes where there is no right and wrong.
    """
    given = {key: value for key, value in changes.items() if value is not None}
    if given.pop("shuffle", True) is False:
        given["shuffle_seed"] = None
    for key in given:
        if key not in KEYS:
            raise InputError(f"there is no rule '{printable(key)}' for training", hint=nearest(key, KEYS))
    plan = (network.training or Training())._replace(**given)  # type: ignore[arg-type]  # the keys are those of KEYS
    if plan.epochs < 1:
        raise InputError("nobody says how many epochs to train", hint="--epochs 100 trains for at most 100")
    if plan.mini_batch is not None and not 1 <= plan.mini_batch <= network.samples:
        what, hint = _too_many(plan.mini_batch, network.samples)
        raise InputError(what, hint=hint)
    if plan.patience is not None and plan.patience < 1:
        raise InputError("a patience below 1 epoch never begins", hint="--patience 5 waits for 5 epochs")
    if plan.stop_without_mistakes and network.loss.targets != "sign":
        raise InputError(
            f"with the loss {network.loss.name} no sample is right or wrong, so nobody can stop without mistakes",
            hint="it takes targets -1 and 1, as perceptron_error and hinge do",
        )
    return plan


def orders(network: Network, plan: Training) -> Iterator[list[int]]:
    """The samples (numbers from 0) in the order of each epoch: as given, or shuffled anew by one random sequence."""
    given = list(range(network.samples))
    if plan.shuffle_seed is None or plan.mini_batch in (None, network.samples):
        yield from repeat(given)  # one batch of all samples is the same in any order
    from random import Random

    random = Random(plan.shuffle_seed)
    while True:
        order = list(given)
        random.shuffle(order)
        yield order


def of_update(network: Network, samples: Sequence[int] | None = None) -> Network:
    """The network with the samples (from 1) of one update alone, by default those of the first update of its training.

    Raises InputError for samples that there are not, and for one that is named twice.
    """
    plan, inputs, targets = network.training, network.inputs, network.targets
    if samples is None and plan and plan.mini_batch and inputs:
        samples = [s + 1 for s in next(orders(network, plan))[: plan.mini_batch]]
    if samples is None:
        return network
    if inputs is None or targets is None:
        raise InputError(f"{network.name} has no samples to choose from", hint="--batch 4 --seed 1 makes 4")
    count = len(inputs)
    for s in samples:
        if not 1 <= s <= count:
            raise InputError(f"there is no sample {s}", hint=f"there are 1 to {count}" if count > 1 else "there is one")
    if len(set(samples)) < len(samples) or not samples:
        raise InputError("an update uses every sample once", hint="name each sample once, as in --sample 1,3")
    if len(samples) == count:
        return network
    listed = ", ".join(map(str, samples[:8])) + (", …" if len(samples) > 8 else "")
    here = " (here @1, @2, …)" if len(samples) > 1 else ""
    return network._replace(
        inputs=tuple(inputs[s - 1] for s in samples),
        targets=tuple(targets[s - 1] for s in samples),
        of_samples=network.data_size,
        part=f"sample{'s' * (len(samples) > 1)} {listed} of {count}{here}",
    )


def _too_many(mini_batch: int, samples: int) -> tuple[str, str]:
    what = f"a mini-batch of {mini_batch} cannot be taken from {samples} sample{'s' * (samples != 1)}"
    return what, f"a mini-batch has between 1 and {samples} samples" if samples > 1 else "--batch N makes N samples"
