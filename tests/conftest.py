"""What all tests share: Hypothesis without randomness and clock, and the LaTeX that some tests compile with."""

from __future__ import annotations

import gc
import os
from shutil import which

import pytest
from hypothesis import settings

# The same examples in every run, fifty where a test does not say how many; a slow machine is not a failure.
settings.register_profile("house", max_examples=50, deadline=None, derandomize=True, database=None)
settings.load_profile("house")


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: Python need not look through it for garbage again and again."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


HOW_TO_GET_TEX = (
    "no pdflatex; on Debian and Ubuntu: apt install texlive-latex-base texlive-latex-recommended texlive-latex-extra "
    "texlive-fonts-recommended lmodern poppler-utils"
)


@pytest.fixture(scope="session")
def pdflatex() -> str:
    """The path of pdflatex. Without it the test is skipped and says how to get it, or fails where LaTeX is required."""
    found = which("pdflatex")
    if found:
        return found
    if os.environ.get("BACKTRACE_REQUIRE_TEX") == "1":
        pytest.fail(HOW_TO_GET_TEX)
    pytest.skip(HOW_TO_GET_TEX)
