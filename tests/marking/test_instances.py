"""Records of sheets are read with care: what was changed so that it makes no sense is refused with its file."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from backtrace.check.marking.instances import Sheet, bounded_json, instance_files, read_instance, sheet_of
from backtrace.errors import InputError


@pytest.fixture(scope="session")
def record(folder: Path) -> str:
    return Path(instance_files(str(folder))[0]).read_text(encoding="utf-8")


def test_what_is_read(record: str, sheets: list[Sheet]) -> None:
    sheet, data = sheets[0], json.loads(record)
    assert (sheet.form, sheet.id, sheet.name) == (data["form"], "s1001", "Person 1")
    assert sheet.points == pytest.approx(data["sheet"]["points"])
    assert [part.label for part in sheet.parts] == [row["part"] for row in data["key"]]
    assert [part.name for part in sheet.parts] == [row["asked"] for row in data["key"]]
    assert sheet.marking.rounding == 0.5


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[" * 100_000, "nested"),
        ('{"a": ' * 300 + "1" + "}" * 300, "nested"),
        ("[" * 201 + "]" * 201, "nested"),
        ("[" * 200 + "]" * 200, "no record"),
        ('{"a": 1, "a": 2}', "twice"),
        ('{"a": NaN}', "no number"),
        ('{"a": -Infinity}', "no number"),
        ('{"a": 1e400}', "no number"),
        ('{"a": ' + "9" * 5000 + "}", "JSON"),
        ('{"a": "\\ud800', "JSON"),
        ("", "JSON"),
        ("{}", "version"),
        ("[]", "no record"),
        ('{"version": 2}', "no record"),
        ('"' + "\\" * 99_999, "JSON"),
    ],
)
def test_hostile_json(text: str, why: str) -> None:
    with pytest.raises(InputError) as caught:
        sheet_of(text, "0001.json")
    assert why in caught.value.what
    assert caught.value.place.file == "0001.json"


def test_brackets_in_strings_are_no_depth() -> None:
    assert bounded_json(json.dumps({"a": "[" * 5000 + '"'}), "x") == {"a": "[" * 5000 + '"'}


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "0001.json"
    path.write_bytes(b" " * 5_000_001)
    with pytest.raises(InputError, match="larger"):
        read_instance(str(path))


def change(data: Any, place: tuple[str | int, ...], new: Any) -> None:
    for step in place[:-1]:
        data = data[step]
    data[place[-1]] = new


CHANGES: list[tuple[tuple[str | int, ...], Any]] = [
    (("form",), 7),
    (("stem",), "../../outside"),
    (("stem",), "/outside"),
    (("stem",), ""),
    (("number",), "x"),
    (("student",), {"id": []}),
    (("marking", "right"), 2),
    (("marking", "wrong"), True),
    (("marking", "wrong"), None),
    (("exercises",), 5),
    (("exercises", 0, "parts", 0, "label"), "1b"),
    (("exercises", 0, "parts", 0, "label"), None),
    (("exercises", 0, "parts", 0, "points"), -1),
    (("exercises", 0, "parts", 0, "name"), {"quantity": ["net", "x"]}),
    (("exercises", 0, "parts", 0, "name"), {"quantity": ["net", 1, 1, 0, 0, 10**9, ""]}),
    (("exercises", 0, "parts", 0, "name"), {"quantity": ["net", 1, 1, 0, 0, -1, ""]}),
    (("exercises", 0, "parts", 0, "name"), {"quantity": ["net", 1, 1, 0, 0, 21, ""]}),
    (("exercises", 0, "parts", 0, "name"), {"of": 5, "by": 6}),
    (("exercises", 0, "parts", 0, "answer", "sort"), "magic"),
    (("exercises", 0, "parts", 0, "answer", "value"), "x"),
    (("exercises", 0, "parts", 0, "answer", "low"), 1e300),
    (("exercises", 0, "parts", 0, "answer", "digits"), 99),
    (("exercises", 0, "parts", 0, "answer", "digits"), 2.5),
    (("exercises", 0, "parts", 0, "answer"), {"sort": "whole", "value": True, "wrong": []}),
    (("exercises", 0, "parts", 0, "answer", "wrong"), [[5, 1]]),
    (("exercises", 0, "parts", 0, "answer", "wrong"), [[1]]),
    (("exercises", 0, "title"), {"op": "add", "args": []}),
    (("exercises", 0, "title", "say"), {}),
    (("exercises", 0, "title", "args"), [[]]),
    (("exercises", 0, "network"), 5),
]


@pytest.mark.parametrize(("place", "new"), CHANGES, ids=str)
def test_a_changed_record_is_refused(record: str, place: tuple[str | int, ...], new: Any) -> None:
    data = json.loads(record)
    change(data, place, new)
    with pytest.raises(InputError):
        sheet_of(json.dumps(data), "0001.json")


def test_a_record_of_an_earlier_version_is_called_so(record: str) -> None:
    data = json.loads(record)
    change(data, ("exercises", 0, "parts", 0, "answer", "wrong"), [{"mistake": "forward.no_bias", "value": 0.3}])
    with pytest.raises(InputError, match="an earlier version") as caught:
        sheet_of(json.dumps(data), "0001.json")
    assert caught.value.hint == "use the version that made the sheets, or make them anew"


def test_a_changed_formula_is_refused(record: str) -> None:
    data = json.loads(record)
    parts = [part for exercise in data["exercises"] for part in exercise["parts"]]
    part = next(part for part in parts if part["answer"]["sort"] == "formula")
    for bad in (
        {"op": "call", "args": ["open", part["answer"]["formula"]]},
        {"op": "add", "args": []},
        {"op": "gap", "args": [1]},
        {"op": "number", "args": [1, 1]},
    ):
        part["answer"]["formula"] = bad
        with pytest.raises(InputError):
            sheet_of(json.dumps(data), "0001.json")


def every_place(data: Any, before: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [place for key, value in pairs for place in ((*before, key), *every_place(value, (*before, key)))]


@pytest.fixture(scope="session")
def places(record: str) -> Callable[[int], tuple[str | int, ...]]:
    found = every_place(json.loads(record))
    return lambda n: found[n % len(found)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(n=some.integers(0, 10**6), new=some.one_of(some.none(), some.integers(), some.text(max_size=3), some.just([])))
def test_a_record_with_anything_changed_is_read_or_refused(
    n: int, new: Any, record: str, places: Callable[[int], tuple[str | int, ...]]
) -> None:
    data = json.loads(record)
    change(data, places(n), new)
    # Anything but an InputError would be raised here.
    with suppress(InputError):
        assert isinstance(sheet_of(json.dumps(data), "x"), Sheet)
