"""Runs every `$ backtrace …` line of the README and the docs and puts its real output under it.

    python docs/regenerate.py

A console block holds one or more command lines, each followed by what it printed; one that ends in `| head -N` or
`| tail -N` shows only those lines. The test suite runs the same and compares, so that no page shows what the program
does not print.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ backtrace (.*?)(?: \| (head|tail) -(\d+))?$", re.MULTILINE)


def pages() -> list[Path]:
    """The pages that hold command output."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def output(arguments: str, end: str | None, most: str | None) -> str:
    """What the command prints, both streams as a reader would see them, cut to its first lines if asked."""
    found = subprocess.run(
        [sys.executable, "-m", "backtrace", *shlex.split(arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    lines = found.stdout.rstrip("\n").split("\n")
    if end and most:
        lines = lines[: int(most)] if end == "head" else lines[-int(most) :]
    return "\n".join(lines) + "\n"


def regenerated(text: str) -> str:
    """The page with every command's output as it is today."""

    def block(match: re.Match[str]) -> str:
        parts = [f"{m[0]}\n{output(m[1], m[2], m[3])}" for m in COMMAND.finditer(match[1])]
        return "```console\n" + "\n".join(parts) + "```" if parts else match[0]

    return BLOCK.sub(block, text)


if __name__ == "__main__":
    for page in pages():
        page.write_text(regenerated(page.read_text(encoding="utf-8")), encoding="utf-8")
