"""What is built from this repository: a wheel that holds the package with its material, and works anywhere."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    """The wheel, built as pip builds it."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [path] = folder.glob("backtrace_nn-*.whl")
    return ZipFile(path)


def files_of(folder: str) -> set[str]:
    found = (p for p in (ROOT / folder).rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    return {path.relative_to(ROOT / folder).as_posix() for path in found}


def test_nothing_is_installed_outside_the_package(wheel: ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"backtrace"}


@pytest.mark.parametrize(
    ("folder", "inside"), [("backtrace", ""), ("templates", "_templates/"), ("exercises", "_exercises/")]
)
def test_every_file_is_in_the_wheel(wheel: ZipFile, folder: str, inside: str) -> None:
    assert {f"backtrace/{inside}{name}" for name in files_of(folder)} <= set(wheel.namelist())


def test_the_wheel_is_typed_and_licensed(wheel: ZipFile) -> None:
    names = wheel.namelist()
    assert "backtrace/py.typed" in names
    assert any(name.endswith("/LICENSE") for name in names)


@pytest.mark.parametrize(
    "words", [["--version"], ["networks", "mazur", "-f", "toml"], ["derive", "mazur", "w5", "-f", "latex"]]
)
def test_the_wheel_works_outside_the_repository(wheel: ZipFile, tmp_path: Path, words: list[str]) -> None:
    wheel.extractall(tmp_path / "site")
    done = subprocess.run(
        [sys.executable, "-m", "backtrace", *words],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


def test_the_top_level_holds_little() -> None:
    expected = {"backtrace", "templates", "tests", "exercises", "benchmarks", "docs"}
    expected |= {
        "pyproject.toml",
        "Makefile",
        "LICENSE",
        "README.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "ARCHITECTURE.md",
    }
    made = {"dist", "build", "__pycache__"}
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert found - made == expected
