"""Finds the network a person means: a file, a shorthand such as 2-2-2, or a built-in; applies changes, makes data."""

from __future__ import annotations

import os.path
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from backtrace.errors import InputError, NotSupported, Place, printable
from backtrace.expression.tree import Given
from backtrace.network.activations import SIGMOID, activation
from backtrace.network.builtin import builtin_text, builtins, unknown
from backtrace.network.layers import MOST_LAYERS, MOST_UNITS, MOST_WEIGHTS
from backtrace.network.losses import HALF_SQUARED_ERROR
from backtrace.network.reading import read_network
from backtrace.network.records import Layer, Network
from backtrace.network.source import SIZE_CAP, decoded, file_text

if TYPE_CHECKING:
    from backtrace.network.settings import Resolve

SHORTHAND = r"(?s)([0-9]+(?:-[0-9]+)+)(?::(.*))?"
LETTERS = r"(?:[0-9]+|[A-Za-z])(?:-(?:[0-9]+|[A-Za-z]))+"
PLAIN_SIGNS = "_./:,=+@%-"  # what a shell takes as it stands, beside letters and digits


def load(
    text: str,
    *,
    sets: Sequence[str] = (),
    given: str | None = None,
    batch: int | None = None,
    seed: int | None = None,
    resolve: Resolve | None = None,
) -> Network:
    """The network that `text` names, with the changes of `given`, then of `sets` (a later one wins), and made data.

    `-` reads a network file from stdin. `resolve(name, network)` turns the name of a number into its quantity;
    without it only settings can be set. `seed` (default 0) serves made data and initialisers without a seed of
    their own. Raises InputError.
    """
    return finished(_found(text, seed or 0), text, sets, given, batch, seed, resolve)


def finished(
    network: Network,
    text: str,
    sets: Sequence[str] = (),
    given: str | None = None,
    batch: int | None = None,
    seed: int | None = None,
    resolve: Resolve | None = None,
) -> Network:
    """The network that was found under `text`, changed and completed as `load` says."""
    if sets or given or batch is not None:
        network = _changed(network, sets, given, batch, seed or 0, resolve)
    return complete(network, Place(text) if is_file(text) else Place())


def _changed(
    network: Network, sets: Sequence[str], given: str | None, batch: int | None, seed: int, resolve: Resolve | None
) -> Network:
    """The network with the changes and the made data asked for."""
    from backtrace.network.made import with_batch
    from backtrace.network.settings import apply, changes_of_lines, changes_of_sets, is_shape

    changes = [*(changes_of_lines(file_text(given), given) if given else ()), *changes_of_sets(sets)]
    if batch is not None:
        # Targets are made to suit the loss, so whatever decides it comes first.
        network = apply(_without_data(network), [c for c in changes if is_shape(c)], None)
        network = with_batch(network, batch, seed)
        changes = [c for c in changes if not is_shape(c)]
    # What others print of the published numbers says nothing about changed ones.
    return apply(network, changes, resolve)._replace(compare=())


def _without_data(network: Network) -> Network:
    return network._replace(inputs=None, targets=None, validation_inputs=None, validation_targets=None)


def command_words(text: str, sets: Sequence[str], given: str | None, batch: int | None, seed: int | None) -> str:
    """What to type behind `backtrace derive` to get the same network again."""
    words = [text]
    for option, value in (("--batch", batch), ("--seed", seed), ("--given", given)):
        words += [option, str(value)] if value is not None else []
    for change in sets:
        words += ["--set", change]
    return words_for_a_shell(words)


def words_for_a_shell(words: Sequence[str]) -> str:
    """The words of a command line, those in quotes that a shell would change."""
    return " ".join(word if _plain(word) else "'" + word.replace("'", "'\\''") + "'" for word in words)


def _plain(word: str) -> bool:
    return word != "" and all(c.isascii() and (c.isalnum() or c in PLAIN_SIGNS) for c in word)


def is_file(text: str) -> bool:
    """Whether the text names a file: something with a path separator or a suffix."""
    # A formula may hold a / or a dot: 2-2-1:x/2 is no path.
    looks_like_one = "/" in text or "\\" in text or bool(os.path.splitext(text)[1])
    return looks_like_one and not re.fullmatch(SHORTHAND, text)


def _found(text: str, seed: int) -> Network:
    if text in builtins():
        return read_network(builtin_text(text), f"{text}.toml", text, seed)
    if text == "-":
        import sys

        return read_network(decoded(sys.stdin.buffer.read(SIZE_CAP + 1), "stdin"), "stdin", "stdin", seed)
    if is_file(text):
        stem = os.path.splitext(os.path.basename(text))[0]
        return read_network(file_text(text), text, printable(stem), seed)
    short = re.fullmatch(SHORTHAND, text)
    if short:
        return _shorthand(text, short[1], short[2])
    if re.fullmatch(LETTERS, text):
        raise NotSupported(
            f"'{printable(text)}' has letters for sizes: they are for counting only", hint="write numbers, as in 2-3-1"
        )
    raise unknown(text)


def _shorthand(text: str, sizes_text: str, activations_text: str | None) -> Network:
    place = Place(printable(text))
    if len(sizes_text) > 10 * MOST_LAYERS:
        raise InputError(f"there are more than {MOST_LAYERS} layers", place)
    sizes = [int(size) if len(size) <= 9 else MOST_UNITS + 1 for size in sizes_text.split("-")]
    if not all(1 <= size <= MOST_UNITS for size in sizes):
        raise InputError("a layer has between 1 and 10000 units", place)
    if len(sizes) - 1 > MOST_LAYERS or any(a * b > MOST_WEIGHTS for a, b in pairwise(sizes)):
        raise InputError("the network is too large", place)
    kinds = [SIGMOID]
    if activations_text is not None:
        kinds = [activation(part, place) for part in parts_of(activations_text)]
    if len(kinds) == 1:
        kinds *= len(sizes) - 1
    if len(kinds) != len(sizes) - 1:
        raise InputError(
            f"{len(kinds)} activations for {len(sizes) - 1} layers",
            place,
            "give one for each layer after the input, or one for all of them",
        )
    return Network(
        text,
        sizes[0],
        tuple(Layer(units, kind) for units, kind in zip(sizes[1:], kinds, strict=True)),
        HALF_SQUARED_ERROR,
    )


def parts_of(text: str) -> list[str]:
    """The text of activations split at the commas outside brackets: max(0,x) is one activation."""
    parts, depth = [""], 0
    for c in text:
        depth += (c == "(") - (c == ")")
        if c == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += c
    return parts


def complete(network: Network, place: Place | None = None) -> Network:
    """The network when its numbers are all there, or none at all (it is then shown in symbols); refused when some
    are missing.

    Biases that nobody gave beside given weights start at 0.
    """
    layers = tuple(
        layer._replace(bias=(Given("0"),) * (1 if layer.shared_bias else layer.units))
        if layer.weights is not None and layer.bias is None and layer.has_bias
        else layer
        for layer in network.layers
    )
    having = [n for n, layer in enumerate(layers, 1) if layer.weights is not None]
    lacking = [n for n, layer in enumerate(layers, 1) if layer.weights is None]
    if having and lacking:
        raise InputError(
            f"layer {lacking[0]} has no weights, but layer {having[0]} has",
            place,
            'give them, say weights = {init = "normal", seed = 7}, or leave out all weights to work in symbols',
        )
    if (network.inputs is None) != (network.targets is None):
        missing, there = ("inputs", "targets") if network.inputs is None else ("targets", "inputs")
        raise InputError(f"there are {there} but no {missing}", place, "give both, or none")
    return network if layers == network.layers else network._replace(layers=layers)
