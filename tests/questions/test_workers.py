"""Work spread over processes: what comes out does not depend on how many there are, and nothing is lost in silence."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures.process import BrokenProcessPool

import pytest

from backtrace.errors import InputError, Place
from backtrace.questions.workers import ordered_map

# Prints the process of the first result, and is interrupted while the others are worked on.
LONG = """
import os, signal, time
from backtrace.questions.workers import ordered_map
def work(_, item):
    time.sleep(item and 0.03)
    return os.getpid()
signal.signal(signal.SIGINT, signal.default_int_handler)
try:
    for pid in ordered_map(work, None, range(1000), 2):
        print(pid, flush=True)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


class OfTwo(Exception):
    """One that cannot be made anew from what it says."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(one + two)


def shifted(by: int, item: int) -> tuple[int, int]:
    return item + by, os.getpid()


def breaks(what: str, item: int) -> int:
    if item == 7:
        if what == "refuses":
            raise InputError("no such thing", Place("seven.toml", 7), "take another")
        if what == "breaks":
            raise ZeroDivisionError("so it goes")
        if what == "cannot be handed over":
            raise OfTwo("a", "b")
        os._exit(3)
    return item


@pytest.mark.parametrize("workers", [1, 2, 3, 256])
@pytest.mark.parametrize("items", [[], [5], range(20)], ids=["none", "one", "twenty"])
def test_the_same_results_in_the_same_order(items: list[int], workers: int) -> None:
    found = list(ordered_map(shifted, 10, items, workers))
    assert [value for value, _ in found] == [item + 10 for item in items]
    here = {process == os.getpid() for _, process in found}
    assert here <= {workers == 1 or len(items) == 1}


@pytest.mark.parametrize("workers", [1, 2])
def test_what_goes_wrong_comes_out(workers: int) -> None:
    with pytest.raises(InputError) as refused:
        list(ordered_map(breaks, "refuses", range(20), workers))
    assert str(refused.value) == "seven.toml:7: no such thing\n  take another"
    with pytest.raises(ZeroDivisionError, match="so it goes"):
        list(ordered_map(breaks, "breaks", range(20), workers))


@pytest.mark.parametrize("what", ["dies", "cannot be handed over"])
def test_a_process_that_is_lost_is_not_waited_for(what: str) -> None:
    with pytest.raises(BrokenProcessPool):
        list(ordered_map(breaks, what, range(20), 2))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no groups of processes")
def test_an_interruption_is_answered_soon_and_leaves_no_process() -> None:
    with subprocess.Popen([sys.executable, "-c", LONG], stdout=-1, stderr=-1, text=True, start_new_session=True) as run:
        assert run.stdout is not None
        run.stdout.readline()
        os.killpg(run.pid, signal.SIGINT)
        out, err = run.communicate(timeout=50)
    assert (out.split()[-1], err) == ("interrupted", "")
    with pytest.raises(ProcessLookupError):
        os.killpg(run.pid, 0)
