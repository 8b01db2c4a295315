"""How many updates an epoch makes."""

from __future__ import annotations

from collections.abc import Mapping

from backtrace.errors import InputError
from backtrace.expression.tree import div, mul, number
from backtrace.questions.counting import whole
from backtrace.questions.making import read_settings, samples
from backtrace.questions.records import Given, Instance, Kind, Part, Say, Setting
from backtrace.questions.sampling import Fault, pick, tried
from backtrace.questions.seeds import Draws

SAMPLES = Setting("samples", 0, "samples of the training set; drawn without")
BATCH = Setting("batch", 0, "samples of a mini-batch; drawn without")
EPOCHS = Setting("epochs", 0, "epochs, from level 3 on asked for too; drawn without")
MOST = 1_000_000_000


def make(draw: Draws, level: int, settings: Mapping[str, object]) -> Instance:
    """Level 1 divides without a remainder; level 2 leaves a smaller last batch; level 3 asks for several epochs."""
    settings = read_settings(settings, KIND.settings)
    return tried(lambda: _made(draw, level, settings))


def _made(draw: Draws, level: int, settings: Mapping[str, object]) -> Instance:
    batch = _setting(settings, "batch") or pick(draw, (8, 10, 16, 20, 25, 32, 50, 64, 100, 128))
    count = _setting(settings, "samples") or _samples(draw, level, batch)
    epochs = _setting(settings, "epochs") or pick(draw, range(3, 21))
    if batch > count:
        raise InputError(f"a batch of {batch} is larger than all {count} samples")
    updates, left = -(-count // batch), count % batch
    # One update after every sample, the size of a batch for the number of batches, the last batch left out.
    wrong = [("updates.per_sample", count), ("updates.batch_size", batch), ("updates.one", 1)]
    wrong = [("updates.rest_left_out", count // batch), *wrong] if left else wrong
    wrong = [one for one in wrong if one[1] > 0]
    if batch in (1, count) and not settings.get("batch"):
        raise Fault("a batch is one sample, or all of them")
    if settings.get("samples") and settings.get("batch"):
        wrong = [one for one in wrong if one[1] != updates]
    rounding = Say("epoch_up", (number(updates),)) if left else Say("epoch_whole")
    quotient = div(number(count), number(batch))
    parts = [
        Part(Say("epoch_updates"), whole(updates, wrong), solution=(Say("epoch_line", (quotient, updates)), rounding))
    ]
    if left:
        line = Say("epoch_last_line", (count, updates - 1, batch, left))
        wrong_last = [("updates.batch_size", batch)]
        parts.append(Part(Say("epoch_last"), whole(left, wrong_last), solution=(line,)))
    if level == 3:
        product = mul(number(epochs), number(updates))
        all_updates = Say("count_line", (product, epochs * updates))
        wrong_all = [("updates.one", epochs), ("updates.per_sample", epochs * count)]
        if left:
            wrong_all.append(("updates.rest_left_out", epochs * (count // batch)))
        parts.append(Part(Say("epoch_all", (epochs,)), whole(epochs * updates, wrong_all), solution=(all_updates,)))
    shown = epochs if level == 3 else 0
    return Instance(
        "updates-per-epoch",
        level,
        "",
        Say("epoch_title"),
        (Given(say=Say("epoch_given", (count, batch))),),
        tuple(parts),
        settings={"samples": count, "batch": batch, "epochs": shown},
        note=f"updates-per-epoch {count}/{batch} epochs={shown}",
    )


def _samples(draw: Draws, level: int, batch: int) -> int:
    batches = pick(draw, range(12, 121))
    return batch * batches + (0 if level == 1 else pick(draw, range(1, batch)))


def _setting(settings: Mapping[str, object], name: str) -> int:
    value = settings.get(name) or 0
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST:
        raise InputError(f"{name} must be a whole number from 1 to {MOST}")
    return value


KIND = Kind("updates-per-epoch", "updates that an epoch makes", (SAMPLES, BATCH, EPOCHS), make, samples)
