"""Fuzzing of the one door through which a student's text enters: `python tests/fuzz/fuzz_reader.py -max_total_time=25`.

atheris (the extra `fuzz`) watches which lines of the reader run and makes up bytes that reach more of them. Whatever it
finds, the reader may refuse with an InputError and nothing else; any other exception, a text that takes ten seconds, or
500 MB of memory is a crash, which ends with a status that is not 0 and leaves the bytes in a file.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["backtrace.check", "backtrace.expression", "backtrace.notation"]):
    import backtrace as bt
    from backtrace.check.checking import check
    from backtrace.check.submission.reading import read_submission
    from backtrace.errors import InputError

NETWORKS = [bt.load(name).network for name in ("mazur", "xor")]
FORMATS = ("text", "terminal", "markdown", "latex", "html")
# A few lines of a page at a time, so that many are tried.
LINES = 8
LIMITS = ("-timeout=10", "-rss_limit_mb=500", "-max_len=400", "-len_control=0")


def pages() -> list[list[bytes]]:
    """Work to begin with, line by line: our own pages, and lines as people type them."""
    found = [
        bt.load(name).derive("w1", view=view).page(format)
        for name in ("mazur", "xor")
        for view in ("chain", "gates", "matrix")
        for format in FORMATS
    ]
    typed = "# notation: bishop\nsample 1\nstep 2\na = y_1(1-y_1) ≈ 1.868·10^-1\ndE/dE = 1\nE = 0.3\n1a w5 = ____\n"
    return [page.encode().splitlines(keepends=True) for page in (*found, typed, "name;value\nw5;0,4\nE;0,3\n")]


SEEDS = pages()


def one_input(data: bytes) -> None:
    """One work: the bytes alone, or among the first lines and some other lines of one of our pages."""
    if len(data) < 4:
        return
    network, work = NETWORKS[data[0] % len(NETWORKS)], data[1:]
    if data[0] >= 64:
        page = SEEDS[data[0] % len(SEEDS)]
        start = data[1] % len(page)
        lines = b"".join(page[:1] + page[start : start + LINES])
        at = data[2] * len(lines) // 256
        work = lines[:at] + data[4:] + lines[at + data[3] % 8 :]
    try:
        submission = read_submission(work, network)
        if len(submission.lines) < LINES:
            check(submission, network)
    except InputError:
        return


if __name__ == "__main__":
    atheris.Setup([*sys.argv, *LIMITS], one_input)
    atheris.Fuzz()
