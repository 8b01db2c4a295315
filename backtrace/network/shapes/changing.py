"""`--set` for files that are only counted: `layer2.kernel_size=3`, `input_shape=[3, 32, 32]`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from backtrace.errors import InputError, printable
from backtrace.network.settings import Change
from backtrace.network.source import Document

SETTING = r"(?a)layer([0-9]{1,4})\.([a-z_]+)"
WORD = r"[A-Za-z_][A-Za-z0-9_ ]*"


def change(document: Document, changes: Iterable[Change]) -> None:
    """Makes the changes in the tables of the document; whether they fit is for its reader to judge."""
    for one in changes:
        found = re.fullmatch(SETTING, one.name)
        if not found and one.name != "input_shape":
            raise InputError(
                f"unknown setting '{printable(one.name)}'",
                one.place,
                "where layers are only counted there is layer2.kernel_size=3 (any key of a layer) and "
                "input_shape=[1, 32, 32]",
            )
        text = one.value
        if re.fullmatch(WORD, text) and text not in ("true", "false"):
            text = f'"{text}"'
        try:
            value = Document(f"value = {text}", str(one.place)).tables["value"]
        except InputError as error:
            hint = 'a value is written as in the file: 3, [3, 5], true, "same"'
            raise InputError(error.what, one.place, hint) from None
        if not found:
            data = document.tables.setdefault("data", {})
            if isinstance(data, dict):
                data["input_shape"] = value
                document.placed(one.place, "data", "input_shape")
            continue
        layers = document.tables.get("layers")
        number, key = int(found[1]), found[2]
        if not isinstance(layers, list) or not 1 <= number <= len(layers) or not isinstance(layers[number - 1], dict):
            count = len(layers) if isinstance(layers, list) else 0
            raise InputError(f"there is no layer {number}", one.place, f"the layers are 1 to {count}")
        layers[number - 1][key] = value
        document.placed(one.place, "layers", number - 1, key)
