"""A learning rate by formula: in t, how many updates were done before (0, 1, …), and eta, the rate it starts from."""

from __future__ import annotations

from typing import NamedTuple

from backtrace.errors import InputError, Place, printable
from backtrace.expression.tree import Expr, number, replace, symbols

LONGEST = 200


class Placed(str):
    """A text that remembers where it was read, for a refusal that comes later."""

    place: Place | None = None

    def __new__(cls, text: str, place: Place | None) -> Placed:
        made = super().__new__(cls, text)
        made.place = place
        return made


class Schedule(NamedTuple):
    """text: as typed, a `Placed` if it was read; formula: in the symbols "t" and "eta"."""

    text: str
    formula: Expr

    @property
    def uses_rate(self) -> bool:
        """Whether eta stands in it: then it needs a learning rate to start from."""
        return "eta" in symbols(self.formula)

    def rate(self, eta: float | None, count: int) -> float:
        """The learning rate of an update, `count` updates having been done before it.

        Raises EvaluationError, with the place of the formula, where it has no value or a negative one; what is
        negative by rounding alone is 0.
        """
        from backtrace.expression.evaluate import evaluate
        from backtrace.expression.functions import EvaluationError

        named = {"t": float(count), "eta": eta}
        place = getattr(self.text, "place", None)
        what = f"the learning rate {printable(self.text)} at t = {count}"
        try:
            found = evaluate(self.formula, lambda key: float(named[str(key)] or 0.0))
        except EvaluationError as error:
            raise EvaluationError(f"{what}: {error.what}", place, error.hint) from None
        if found < 0.0 and self._is_zero(named):
            return 0.0
        if found < 0.0:
            hint = "t counts the updates done before: 0, 1, …; max(0, …) keeps a rate from becoming negative"
            raise EvaluationError(f"{what} is {found:.6g}, which is negative", place, hint)
        return found

    def _is_zero(self, named: dict[str, float | None]) -> bool:
        """Whether the rate is 0 in exact arithmetic, as 0.3 - 0.1*3 is, though not in that of the machine."""
        from backtrace.expression.exact import exact

        found = exact(replace(self.formula, lambda key: number(float(named[str(key)] or 0.0))))
        return found is not None and not found.top


def read_schedule(text: str, names: tuple[str, ...], place: Place | None) -> Schedule:
    """The schedule of a text; names: those that may stand in it. Raises InputError."""
    # A network without a formula starts without the reader.
    from backtrace.expression.reader import read

    if len(text) > LONGEST:
        raise InputError(f"the formula of the learning rate is longer than {LONGEST} characters", place)
    return Schedule(Placed(text.strip(), place), read(text, names, place))
