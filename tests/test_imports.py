"""A room imports only rooms listed before it, and each heavy library has its own importers."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from pathlib import Path, PurePath
from typing import NamedTuple

import pytest

PACKAGE = Path(__file__).parents[1] / "backtrace"

ROOMS = (
    "errors",
    "shipped",
    "expression",
    "network",
    "notation",
    "engine",
    "derivation",
    "mistakes",
    "render",
    "questions",
    "check",
    "api",
    "cli",
    "__main__",
)

# The files of `api`, each importing those before it; the room's own __init__ hands on their names.
API = ("profiles", "pages", "net", "counting", "circuits", "lists", "explaining", "exercises", "checking", "practising")

ONLY_IMPORTERS = {
    "sympy": ("expression/algebra.py",),
    "numpy": ("engine/numpy_engine.py", "engine/array_formulas.py"),
    "jinja2": ("render/pages.py",),
    "rich": ("cli/progress.py",),
}


class Import(NamedTuple):
    """That `file` (relative to the package), in its `line`, imports `module`."""

    file: str
    line: int
    module: str


def imports(package: Path) -> Iterator[Import]:
    """Every import of every file, also those inside functions and those for type checkers only."""
    for path in sorted(package.rglob("*.py")):
        yield from imports_of(path.relative_to(package), path.read_text(encoding="utf-8"))


@cache
def imports_of(file: PurePath, source: str) -> tuple[Import, ...]:
    """The imports of one file; several tests look through the whole package."""
    found: list[Import] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += (Import(file.as_posix(), node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = ("backtrace", *file.parts[: len(file.parts) - node.level])
                base = ".".join([*above, *([base] if base else [])])
            found += (Import(file.as_posix(), node.lineno, f"{base}.{alias.name}") for alias in node.names)
    return tuple(found)


def room_of_file(file: str) -> str:
    return file.split("/", 1)[0].removesuffix(".py")


def room_of_module(module: str) -> str | None:
    """The room of a module of ours; None for other packages and for the package's own __version__."""
    parts = module.split(".")
    return parts[1] if parts[0] == "backtrace" and len(parts) > 1 and parts[1] != "__version__" else None


def against_the_order(package: Path) -> list[Import]:
    """The imports that a room may not make. The package's own __init__ hands on names of api and errors alone."""
    found = []
    for one in imports(package):
        here, there = room_of_file(one.file), room_of_module(one.module)
        if there is None or there == here:
            continue
        if here == "__init__":
            allowed = there in ("api", "errors")
        elif here == "__main__":
            allowed = there == "cli"
        else:
            allowed = there in ROOMS and ROOMS.index(there) < ROOMS.index(here)
        if not allowed:
            found.append(one)
    return found


def elsewhere_imported(package: Path) -> list[Import]:
    """The imports of a heavy library outside the files that may."""
    return [
        one for one in imports(package) if one.file not in ONLY_IMPORTERS.get(one.module.split(".")[0], (one.file,))
    ]


def of_particular_networks(package: Path) -> list[Import]:
    """The imports of general statements by the derivations of a given network, which know nothing of them."""
    general = "derivation/general/"
    return [
        one
        for one in imports(package)
        if one.file.startswith("derivation/")
        and not one.file.startswith(general)
        and one.module.startswith("backtrace.derivation.general")
    ]


def against_the_order_of_api(package: Path) -> list[Import]:
    """The imports within `api` that do not go to a file before."""
    found = []
    for one in imports(package):
        here, parts = one.file.removeprefix("api/").removesuffix(".py"), one.module.split(".")
        if one.file == "api/__init__.py" or not one.file.startswith("api/") or parts[:2] != ["backtrace", "api"]:
            continue
        if len(parts) < 3 or parts[2] not in API[: API.index(here)]:
            found.append(one)
    return found


def plant(root: Path, file: str, source: str) -> Path:
    path = root / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, encoding="utf-8")
    return root


def test_every_room_is_in_the_list() -> None:
    rooms = {
        path.name.removesuffix(".py")
        for path in PACKAGE.iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert rooms - {"__init__"} <= set(ROOMS)


def test_rooms_import_only_rooms_before_them() -> None:
    assert against_the_order(PACKAGE) == []


def test_heavy_libraries_have_their_importers() -> None:
    assert elsewhere_imported(PACKAGE) == []


def test_derivations_know_nothing_of_general_statements(tmp_path: Path) -> None:
    assert of_particular_networks(PACKAGE) == []
    plant(tmp_path, "derivation/chain.py", "def f():\n    from backtrace.derivation.general.topics import TOPICS\n")
    assert len(of_particular_networks(tmp_path)) == 1


def test_the_files_of_the_api_import_one_way(tmp_path: Path) -> None:
    assert {path.stem for path in (PACKAGE / "api").glob("*.py")} == {"__init__", *API}
    assert against_the_order_of_api(PACKAGE) == []
    plant(tmp_path, "api/pages.py", "def f():\n    from backtrace.api.net import load\n    from backtrace import api\n")
    assert len(against_the_order_of_api(tmp_path)) == 2


def test_an_arrow_turned_round_is_found(tmp_path: Path) -> None:
    for number, (before, after) in enumerate(combinations(ROOMS, 2)):
        package = plant(tmp_path / str(number), f"{before}/a.py", f"from backtrace.{after}.b import c\n")
        assert [one.file for one in against_the_order(package)] == [f"{before}/a.py"], after


@pytest.mark.parametrize(
    "source",
    [
        "import backtrace.render.page\n",
        "from backtrace import render\n",
        "from ..render import page\n",
        "from .. import render\n",
        "def f():\n    from backtrace.render.page import render\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from backtrace.render.page import render\n",
        "from backtrace.unheard_of import x\n",
    ],
)
def test_no_spelling_of_an_import_hides_it(tmp_path: Path, source: str) -> None:
    plant(tmp_path, "network/a.py", source)
    assert len(against_the_order(tmp_path)) == 1


@pytest.mark.parametrize("library", ONLY_IMPORTERS)
def test_another_importer_is_found(tmp_path: Path, library: str) -> None:
    for file in ONLY_IMPORTERS[library]:
        plant(tmp_path, file, f"import {library}\n")
    plant(tmp_path, "api.py", f"def f():\n    from {library}.core import x\n")
    assert [one.file for one in elsewhere_imported(tmp_path)] == ["api.py"]


def test_allowed_imports_are_not_accused(tmp_path: Path) -> None:
    plant(
        tmp_path,
        "network/a.py",
        "from backtrace.expression.tree import Expr\nfrom .records import Layer\nimport json\n",
    )
    plant(tmp_path, "cli/main.py", "from backtrace import __version__\n")
    plant(tmp_path, "__init__.py", "def f():\n    from backtrace.api import load\n")
    assert against_the_order(tmp_path) == []
