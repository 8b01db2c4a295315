"""Documents as data: every block with its kind, every run as what it is. Names are the neutral ones, numbers have a
point, whatever notation and decimal sign the page has."""

from __future__ import annotations

import json
from typing import Any

from backtrace.derivation.steps import Derivation
from backtrace.expression.tree import Expr
from backtrace.network.quantity import Derivative, Quantity, neutral
from backtrace.notation.lettered import LetteredSpelling
from backtrace.notation.loading import load_profile
from backtrace.notation.subject import Subject
from backtrace.render.document import (
    Bars,
    Block,
    Box,
    Break,
    Choices,
    Diagram,
    Document,
    DocumentOptions,
    Group,
    Heading,
    Lines,
    Maths,
    Number,
    Paragraph,
    Run,
    Runs,
    Strong,
    Subheading,
    Table,
    WorkedLines,
)
from backtrace.render.json_page import document as derivation_data
from backtrace.render.latex import LatexWriter
from backtrace.render.neutral import NeutralSpelling
from backtrace.render.text import TextWriter

TEXT, LATEX = TextWriter(NeutralSpelling(), ascii=True, boxed=False), LatexWriter(NeutralSpelling())


def document_json(documents: tuple[Document, ...], options: DocumentOptions) -> str:
    """The documents in a list."""
    data = {"version": 1, "documents": [DocumentData(options).document(one) for one in documents]}
    return json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


class DocumentData:
    """A document as data."""

    def __init__(self, options: DocumentOptions) -> None:
        self.options = options
        self.subject: Subject | None = None

    def document(self, document: Document) -> dict[str, Any]:
        """A whole document."""
        return {
            "title": document.title,
            "head": list(document.head),
            "form": document.form,
            "name": document.name,
            "language": self.options.labels.language,
            "instructions": runs_data(document.instructions),
            "blocks": [self.block(block) for block in document.blocks],
        }

    def block(self, block: Block) -> dict[str, Any]:
        """A block with its kind."""
        data: dict[str, Any] = {"kind": type(block).__name__.lower()}
        match block:
            case Heading(number, runs, points):
                return {**data, "number": number, "runs": runs_data(runs), "points": points}
            case Subheading(runs):
                return {**data, "runs": runs_data(runs)}
            case Paragraph(runs, label, points):
                return {**data, "label": label, "runs": runs_data(runs), "points": points}
            case Table(heading, rows):
                cells = [[runs_data(cell) for cell in row] for row in rows]
                return {**data, "heading": [runs_data(cell) for cell in heading], "rows": cells}
            case Choices(options, several):
                lettered = {chr(ord("A") + n): runs_data(runs) for n, runs in enumerate(options)}
                return {**data, "options": lettered, "several": several}
            case WorkedLines():
                return self.block(block.lines)
            case Lines():
                return {**data, "steps": self.steps(block)}
            case Box(before, lines):
                return {**data, "before": runs_data(before), "lines": lines}
            case Bars(names, bars):
                shown = [{"label": label, **dict(zip(names, shares, strict=False))} for label, shares in bars]
                return {**data, "bars": shown}
            case Diagram(network):
                sizes = [network.size(layer) for layer in range(len(network.layers) + 1)]
                return {**data, "network": network.name, "sizes": sizes}
            case Break(odd):
                return {**data, "odd": odd}
            case Group(blocks, subject):
                outer, self.subject = self.subject, subject or self.subject
                data["blocks"] = [self.block(inner) for inner in blocks]
                self.subject = outer
        return data

    def steps(self, block: Lines) -> list[dict[str, Any]]:
        """The lines as the JSON of a derivation has them."""
        assert self.subject is not None
        profile = self.options.profile
        found = Derivation(self.subject, profile, "chain", "factors", (), block.sections, block.values, block.carry)
        steps: list[dict[str, Any]] = derivation_data(found, self.options.page)["steps"]
        return steps


def runs_data(runs: Runs) -> list[dict[str, str]]:
    """The runs of a sentence."""
    return [run_data(run) for run in runs]


def run_data(run: Run) -> dict[str, str]:
    """A run as what it is."""
    if isinstance(run, Quantity | Derivative):
        return {"quantity": neutral(run)}
    if isinstance(run, Maths):
        return lettered_data(run.expr) if run.lettered else formula_data(run.expr)
    if isinstance(run, Number):
        return {"number": run.text}
    return {"strong": run.text} if isinstance(run, Strong) else {"text": run}


def formula_data(e: Expr) -> dict[str, str]:
    """A formula in both spellings."""
    return {"formula": TEXT.write(e), "latex": LATEX.write(e)}


def lettered_data(e: Expr) -> dict[str, str]:
    """The same of a formula about any network, in the letters of the default notation."""
    spelling = LetteredSpelling(load_profile())
    return {"formula": TextWriter(spelling, ascii=True, boxed=False).write(e), "latex": LatexWriter(spelling).write(e)}
