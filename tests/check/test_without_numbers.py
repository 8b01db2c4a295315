"""A network without numbers is refused, also where one like it has been checked before and its lines are kept."""

from __future__ import annotations

import pytest

from backtrace.check.checking import check
from backtrace.check.submission.reading import read_submission
from backtrace.errors import InputError
from backtrace.network.finding import load


def test_a_network_without_numbers_is_refused_at_any_time() -> None:
    work = "net_h1 = 0.5"
    numeric, symbolic = load("2-2-2", batch=1, seed=1), load("2-2-2")
    for _ in range(2):
        with pytest.raises(InputError, match="no numbers"):
            check(read_submission(work, symbolic), symbolic)
        check(read_submission(work, numeric), numeric)
