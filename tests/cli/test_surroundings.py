"""Every command in the surroundings that users have: redirected, other locales, old consoles, UTF-16 files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from backtrace.cli.commands import ENTRIES
from tests.cli.test_streams import SURROUNDINGS, environment

# What is marked was handed in before: tests/marking makes a class for that.
COMMANDS = [row.example.split()[1:] for row in ENTRIES if row.job != "mark"]
WITH_NETWORK = [words for words in COMMANDS if "mazur" in words]


def run(words: list[str], folder: Path, **changes: str) -> bytes:
    """What the command writes when its output is redirected; it must end well and say nothing else."""
    code = [sys.executable, "-m", "backtrace", *words]
    done = subprocess.run(code, cwd=folder, env=environment(**changes), capture_output=True)
    assert (done.returncode, done.stderr.decode("utf-8")) == (0, "")
    return done.stdout


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_the_same_bytes_in_every_locale(words: list[str], tmp_path: Path) -> None:
    outputs = {run(words, tmp_path, **changes) for changes in SURROUNDINGS}
    assert len(outputs) == 1
    assert outputs.pop().decode("utf-8").endswith("\n")


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_ascii_is_ascii(words: list[str], tmp_path: Path) -> None:
    assert run([*words, "--ascii"], tmp_path).isascii()


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_an_old_console_gets_ascii(words: list[str], encoding: str, tmp_path: Path) -> None:
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    shown = b""
    try:
        code = [sys.executable, "-m", "backtrace", *words]
        around = environment(PYTHONIOENCODING=encoding)
        with subprocess.Popen(code, cwd=tmp_path, env=around, stdout=theirs, stderr=subprocess.DEVNULL) as running:
            os.close(theirs)
            try:
                while part := os.read(ours, 65_536):
                    shown += part
            except OSError:
                pass  # Linux says in this way that the other end is closed.
        assert running.returncode == 0
    finally:
        os.close(ours)
    assert shown
    assert shown.isascii()


@pytest.mark.parametrize("words", WITH_NETWORK, ids=" ".join)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_network_file_in_the_encodings_of_other_systems(words: list[str], encoding: str, tmp_path: Path) -> None:
    text = run(["networks", "mazur", "-f", "toml"], tmp_path).decode("utf-8")
    (tmp_path / "mazur.toml").write_bytes(text.replace("\n", "\r\n").encode(encoding))
    run(["mazur.toml" if word == "mazur" else word for word in words], tmp_path)


def test_the_network_on_standard_input(tmp_path: Path) -> None:
    text = run(["networks", "mazur", "-f", "toml"], tmp_path)
    code = [sys.executable, "-m", "backtrace", "names", "-"]
    done = subprocess.run(code, cwd=tmp_path, env=environment(), input=text, capture_output=True)
    assert done.returncode == 0
    assert b"the weight into o1 from h1" in done.stdout
