"""Counts the network a person names: a file, a built-in, a shorthand with numbers or letters for its sizes."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from itertools import pairwise

from backtrace.errors import InputError, Place, printable
from backtrace.network import finding
from backtrace.network.activations import activation
from backtrace.network.builtin import builtin_text, builtins
from backtrace.network.layers import MOST_LAYERS
from backtrace.network.reading import read_network
from backtrace.network.records import Network
from backtrace.network.settings import Resolve, changes_of_lines, changes_of_sets
from backtrace.network.shapes.changing import change
from backtrace.network.shapes.reading import is_counted_only, read_counted
from backtrace.network.shapes.records import MOST, Array, Count, CountedLayer
from backtrace.network.shapes.symbolic import Size, SymbolicCount
from backtrace.network.source import SIZE_CAP, Document, decoded, file_text


def count(
    text: str,
    *,
    sets: Sequence[str] = (),
    given: str | None = None,
    batch: int | None = None,
    samples: int | None = None,
    resolve: Resolve | None = None,
) -> Count | SymbolicCount:
    """The network that `text` names, counted, with the changes of `given` and `sets`. Raises InputError.

    batch: samples of one update; samples: those of an epoch; no data are made for either.
    """
    found = _count(text, sets, given, resolve)
    return found._replace(batch=batch, samples=samples)


def _count(text: str, sets: Sequence[str], given: str | None, resolve: Resolve | None) -> Count | SymbolicCount:
    changed = bool(sets) or given is not None
    letters = re.fullmatch(finding.LETTERS, text) if text not in builtins() else None
    short = re.fullmatch(finding.SHORTHAND, text) if text not in builtins() else None
    if letters and not short:
        if changed:
            raise InputError(f"'{printable(text)}' has no numbers and no settings to change", hint="leave out --set")
        return SymbolicCount(text, _sizes(text, text))
    if short and not changed:
        return _shorthand(text, short[1], short[2])
    source = _document(text)
    if source is None:
        return of_network(finding.load(text, sets=sets, given=given, resolve=resolve))
    document, name = source
    if is_counted_only(document):
        lines = changes_of_lines(file_text(given), given) if given is not None else []
        change(document, [*lines, *changes_of_sets(sets)])
        return read_counted(document, name)
    network = finding.finished(read_network(document.text, document.file, name), text, sets, given, resolve=resolve)
    return of_network(network)


def _document(text: str) -> tuple[Document, str] | None:
    """The file and the name of a network that comes from one."""
    if text in builtins():
        return Document(builtin_text(text), f"{text}.toml"), text
    if text == "-":
        import sys

        return Document(decoded(sys.stdin.buffer.read(SIZE_CAP + 1), "stdin"), "stdin"), "stdin"
    if finding.is_file(text):
        return Document(file_text(text), text), printable(os.path.splitext(os.path.basename(text))[0])
    return None


def _sizes(text: str, sizes: str) -> tuple[Size, ...]:
    parts = sizes.split("-")
    place = Place(printable(text))
    if len(parts) - 1 > MOST_LAYERS:
        raise InputError(f"there are more than {MOST_LAYERS} layers", place)
    found: list[Size] = [part if part.isalpha() else int(part) if len(part) <= 10 else MOST + 1 for part in parts]
    if not all(isinstance(size, str) or 1 <= size <= MOST for size in found):
        raise InputError(f"a layer has between 1 and {MOST} units", place)
    return tuple(found)


def _shorthand(text: str, sizes: str, activations: str | None) -> Count:
    """A network of dense layers; nothing of it is built, so that its size does not matter."""
    numbers = [size for size in _sizes(text, sizes) if isinstance(size, int)]
    if activations is not None:
        given = finding.parts_of(activations)
        for one in given:
            activation(one, Place(printable(text)))
        if len(given) not in (1, len(numbers) - 1):
            raise InputError(
                f"{len(given)} activations for {len(numbers) - 1} layers",
                Place(printable(text)),
                "give one for each layer after the input, or one for all of them",
            )
    layers = [
        CountedLayer(f"layer {n}", "dense", ((below,),), (units,), dense_arrays(below, units), sources=(_before(n),))
        for n, (below, units) in enumerate(pairwise(numbers), 1)
    ]
    return Count(text, "", (numbers[0],), tuple(layers))


def _before(number: int) -> str:
    return f"layer {number - 1}" if number > 1 else "input"


def dense_arrays(below: int, units: int) -> tuple[Array, ...]:
    """The weights and biases of a dense layer."""
    return Array("weight", (below, units), matrix=True), Array("bias", (units,), "biases")


def of_network(network: Network) -> Count:
    """A network that can be derived, counted. Biases are trainable also where `update_biases = false` leaves them out
    of the update: that is a choice of one run, not of the network."""
    layers: list[CountedLayer] = []
    for number, layer in enumerate(network.layers, 1):
        below, units = network.size(number - 1), layer.units
        weight, bias = dense_arrays(below, units)
        if layer.tied_to:
            weight = weight._replace(tied=layers[layer.tied_to - 1].name)
        arrays = [weight]
        if layer.has_bias:
            arrays.append(bias._replace(shape=(1,), shared_by=units) if layer.shared_bias else bias)
        name = layer.name or f"layer {number}"
        before = layers[-1].name if layers else "input"
        layers.append(CountedLayer(name, "dense", ((below,),), (units,), tuple(arrays), sources=(before,)))
    return Count(network.name, network.title, (network.input_size,), tuple(layers))
