"""Many pieces of work by one process or several: the same results in the same order, whatever the number."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

Common = TypeVar("Common")
Item = TypeVar("Item")
Result = TypeVar("Result")

# Items handed over at a time: enough that it costs nothing, few enough that all processes end together.
HANDED = 8
# More processes than these Windows cannot wait for.
MOST = 61


def ordered_map(
    work: Callable[[Common, Item], Result], common: Common, items: Sequence[Item], workers: int = 1
) -> Iterator[Result]:
    """work(common, item) of every item, in their order, by at most so many processes.

    work: a function of a module; common: is handed to each process once. What it raises is raised here, and
    BrokenProcessPool where a process died. An interruption is the caller's to answer; what the processes have in their
    hands is finished first.
    """
    workers = min(workers, len(items), MOST)
    if workers <= 1:
        yield from (work(common, item) for item in items)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # A fork is there at once; elsewhere it is not safe, and a fresh process does the same work.
    context = get_context("fork" if sys.platform == "linux" else "spawn")
    with ProcessPoolExecutor(workers, context, _begin, (work, common)) as pool:
        yield from pool.map(_one, items, chunksize=max(1, min(HANDED, len(items) // workers)))


_work: Callable[[Any, Any], Any]
_common: Any


def _begin(work: Callable[[Any, Any], Any], common: Any) -> None:
    """What a process does first. An interruption is the parent's to answer: a process that died of it in the middle of
    handing something over would be waited for without end."""
    import signal

    global _work, _common
    _work, _common = work, common
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _one(item: Any) -> Any:
    return _work(_common, item)
