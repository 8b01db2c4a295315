"""Every command in the surroundings that users have: redirected, other locales, old consoles, UTF-16 files."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from backtrace.cli.commands import ENTRIES
from tests.cli.test_streams import SURROUNDINGS, environment

# The example of each command, with seeds enough to see how its page is written. What is marked was handed in before:
# tests/marking makes a class for that.
COMMANDS = [re.sub("--seeds .*", "--seeds 1-3", row.example).split()[1:] for row in ENTRIES if row.job != "mark"]
WITH_NETWORK = [words for words in COMMANDS if "mazur" in words]

# The commands in one process, which saves their start; behind each its status. Python decodes `-c` by the locale, so
# the program is ASCII.
IN_TURN = r"""
import json, os, sys
from backtrace.cli.main import main
for words in json.loads(sys.argv[1]):
    status = main(words)
    os.write(1, b"\x1e%d\x1e" % status)
"""


def in_turn(commands: list[list[str]]) -> list[str]:
    return [sys.executable, "-c", IN_TURN, json.dumps(commands)]


def apart(shown: bytes, commands: list[list[str]]) -> list[bytes]:
    """What each of the commands has written; all must have ended well."""
    *found, rest = shown.split(b"\x1e")
    assert [int(status) for status in found[1::2]] == [0] * len(commands)
    assert not rest
    return found[::2]


def run(commands: list[list[str]], folder: Path, **changes: str) -> list[bytes]:
    """What the commands write when their output is redirected; they must say nothing else."""
    around = environment(**changes)
    done = subprocess.run(in_turn(commands), cwd=folder, env=around, stdin=subprocess.DEVNULL, capture_output=True)
    assert (done.returncode, done.stderr.decode("utf-8")) == (0, "")
    return apart(done.stdout, commands)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """What the commands write in the first of the surroundings."""
    return run(COMMANDS, tmp_path_factory.mktemp("first"), **SURROUNDINGS[0])


def test_pages_are_utf_8_and_end_in_a_line(pages: list[bytes]) -> None:
    assert all(page.decode("utf-8").endswith("\n") for page in pages)


@pytest.mark.parametrize("changes", SURROUNDINGS[1:], ids=str)
def test_the_same_bytes_in_every_locale(changes: dict[str, str], pages: list[bytes], tmp_path: Path) -> None:
    assert run(COMMANDS, tmp_path, **changes) == pages


def test_ascii_is_ascii(tmp_path: Path) -> None:
    shown = run([[*words, "--ascii"] for words in COMMANDS], tmp_path)
    assert [words for words, page in zip(COMMANDS, shown, strict=True) if not page.isascii()] == []


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_an_old_console_gets_ascii(encoding: str, tmp_path: Path) -> None:
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    shown = b""
    try:
        around = environment(PYTHONIOENCODING=encoding)
        with subprocess.Popen(
            in_turn(COMMANDS),
            cwd=tmp_path,
            env=around,
            stdin=subprocess.DEVNULL,
            stdout=theirs,
            stderr=subprocess.DEVNULL,
        ) as running:
            os.close(theirs)
            try:
                while part := os.read(ours, 65_536):
                    shown += part
            except OSError:
                pass  # Linux says in this way that the other end is closed.
        assert running.returncode == 0
    finally:
        os.close(ours)
    pages = apart(shown, COMMANDS)
    assert [words for words, page in zip(COMMANDS, pages, strict=True) if not (page and page.isascii())] == []


def of_a_file(data: bytes, folder: Path) -> list[bytes]:
    (folder / "mazur.toml").write_bytes(data)
    return run([["mazur.toml" if word == "mazur" else word for word in words] for words in WITH_NETWORK], folder)


def test_a_network_file_in_the_encodings_of_other_systems(tmp_path: Path) -> None:
    (text,) = run([["networks", "mazur", "-f", "toml"]], tmp_path)
    plain = of_a_file(text, tmp_path)
    for encoding in ("utf-8-sig", "utf-16"):
        assert of_a_file(text.decode("utf-8").replace("\n", "\r\n").encode(encoding), tmp_path) == plain


def test_the_network_on_standard_input(tmp_path: Path) -> None:
    (text,) = run([["networks", "mazur", "-f", "toml"]], tmp_path)
    code = [sys.executable, "-m", "backtrace", "names", "-"]
    done = subprocess.run(code, cwd=tmp_path, env=environment(), input=text, capture_output=True)
    assert done.returncode == 0
    assert b"the weight into o1 from h1" in done.stdout
