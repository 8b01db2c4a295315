"""The derivation as JSON (brief §5): every step with its form, the numbers put in, its value and where they come from.

Names are neutral, whatever the notation.
"""

from __future__ import annotations

from typing import Any

from backtrace.derivation.steps import Derivation, Step
from backtrace.expression.tree import Expr
from backtrace.network.made import how_made
from backtrace.network.quantity import neutral
from backtrace.render.body import numbers, shown_forms, shown_left
from backtrace.render.gaps import gaps_in
from backtrace.render.latex import LatexWriter
from backtrace.render.neutral import NeutralSpelling
from backtrace.render.options import PageOptions
from backtrace.render.text import TextWriter

VERSION = 1


def json_page(derivation: Derivation, options: PageOptions) -> str:
    """The JSON text, ending in a line feed."""
    import json

    return json.dumps(document(derivation, options), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def document(derivation: Derivation, options: PageOptions) -> dict[str, Any]:
    """The JSON as data. `quantity` is a name, or a list of names when several or none were asked for. `made`:
    by which rules and seeds the numbers were made that nobody typed; absent where all were."""
    steps = Steps(derivation, options)
    asked = [neutral(key) for key in derivation.quantities]
    made = how_made(derivation.network) if derivation.values else ""
    return {
        "version": VERSION,
        "network": derivation.network.name,
        "quantity": asked[0] if len(asked) == 1 else asked,
        "view": derivation.view,
        "notation": derivation.profile.name,
        **({"made": made} if made else {}),
        **({"blank": derivation.blank, "gaps": len(derivation.gaps)} if derivation.blank else {}),
        "steps": [steps.entry(step) for step in derivation.steps()],
    }


class Steps:
    """Writes steps with neutral names."""

    def __init__(self, derivation: Derivation, options: PageOptions) -> None:
        self.derivation = derivation
        self.options = options
        self.users = derivation.used_by()
        spelling = NeutralSpelling()
        self.plain = TextWriter(spelling, ascii=True, boxed=False)
        self.latex = LatexWriter(spelling)

    def entry(self, step: Step) -> dict[str, Any]:
        """One step."""
        substituted, _ = numbers(step, self.derivation, self.options)
        left, forms = shown_left(step._replace(relation="="), self.derivation, self.options), step.forms
        value = step.value
        gaps: tuple[int, ...] = ()
        if step.gaps:
            forms = shown_forms(step, self.derivation, self.options)
            gaps = gaps_of(step, [left, *forms, *([substituted] if substituted is not None else [])], self.derivation)
            value = None if step.gaps.value is not None else value
        entry: dict[str, Any] = {
            "id": step.id,
            "kind": step.kind,
            "name": self.one_line(left),
            "symbolic": self.written(forms),
            "substituted": self.written((substituted,)) if substituted is not None else None,
            "value": value if value is None or isinstance(value, float | int) else [list(row) for row in value],
            "from": list(step.sources),
            "used_by": list(self.users[step.id]),
        }
        if gaps:
            entry["blank"], entry["gaps"] = True, list(gaps)
        if step.rule:
            entry["rule"] = step.rule
        if step.shapes:
            entry["shapes"] = step.shapes
        return entry

    def one_line(self, e: Expr) -> str:
        """An expression in plain text, a matrix as [a  b; c  d]."""
        return self.plain.write(e)

    def written(self, forms: tuple[Expr, ...]) -> dict[str, str] | None:
        """Forms in both spellings, None when there is none."""
        if not forms:
            return None
        return {
            "latex": " = ".join(self.latex.write(form) for form in forms),
            "text": " = ".join(self.one_line(form) for form in forms),
        }


def gaps_of(step: Step, shown: list[Expr], derivation: Derivation) -> tuple[int, ...]:
    """The numbers of a line's gaps, in order."""
    found = [what for e in shown for what in gaps_in(e)]
    if step.gaps and step.gaps.value is not None:
        found.append(step.gaps.value)
    return tuple(dict.fromkeys(derivation.gaps[what] for what in found))
