"""Runs every `$ backtrace …` line of the README and the docs and puts its real output under it; writes docs/tables.md
and docs/topics.md.

    python docs/regenerate.py

A console block holds one or more command lines, each followed by what it printed; one that ends in `| head -N` or
`| tail -N` shows only those lines. `tables.md` and `topics.md` are made from the records. The test suite does the same
and compares, so that no page shows what the program does not print or do.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TABLES = ROOT / "docs" / "tables.md"
TOPICS = ROOT / "docs" / "topics.md"
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


INTRODUCTION = """\
<!-- Written by docs/regenerate.py from the records; change those. -->

# What there is

Formulas are written as the program writes them: x is the net of a unit and y its output, t the target of an output, m
the number of outputs, w a parameter, g its gradient and η the learning rate; relu′ is 1 above 0, else 0."""
# softmax is a function of a whole layer, so its record has no formula of one net.
SOFTMAX = ("`e^(x_k)/(e^(x_1) + … + e^(x_n))`", "`y_k·(1 − y_k)` by its own net, `−y_k·y_j` by another")
TARGETS = {
    "any": "any targets",
    "unit": "targets between 0 and 1",
    "sign": "targets −1 or 1",
    "distribution": "targets of a sample 0 or more, with the sum 1",
}
LOSS_HEADING = ("name", "what one output adds", "its slope by y", "conditions", "what a page says at a corner")
SPELT = ("w2_1_2", "b2_1", "net2_1", "out2_1", "delta2_1", "E", "dE/dw2_1_2")


class Letters:
    """The symbols of the records, for our own text writer."""

    def text(self, key: object) -> str:
        return {"eta": "η"}.get(str(key), str(key))

    ascii = latex = text


def table(title: str, heading: Sequence[str], rows: Iterator[Sequence[str]]) -> list[str]:
    """A section with one table."""
    cells = [[cell.replace("|", "\\|") for cell in row] for row in (heading, ["---"] * len(heading), *rows)]
    return ["", f"## {title}", "", *(f"| {' | '.join(row)} |" for row in cells)]


def tables() -> str:
    """docs/tables.md: activations, losses, initialisers, optimizers and notations from their records."""
    from backtrace.expression.tree import Expr
    from backtrace.network.activations import ACTIVATIONS
    from backtrace.network.finding import load
    from backtrace.network.initialisers import INITIALISERS
    from backtrace.network.losses import LOSSES
    from backtrace.network.optimizers import OPTIMIZERS
    from backtrace.notation.loading import load_profile, profile_titles
    from backtrace.notation.names import resolve
    from backtrace.notation.spelling import Spelling
    from backtrace.render.text import TextWriter
    from backtrace.render.words import WORDS

    writer = TextWriter(Letters())

    def code(formula: Expr | None) -> str:
        return f"`{writer.write(formula)}`" if formula else ""

    def said(key: str) -> str:
        return WORDS[key].replace("{1}", "The net") if key else ""

    def activations() -> Iterator[Sequence[str]]:
        for a in ACTIVATIONS.values():
            written = (code(a.formula), code(a.slope)) if a.elementwise else SOFTMAX
            yield f"`{a.name}`", *written, said(a.remark)

    def losses() -> Iterator[Sequence[str]]:
        for loss in LOSSES.values():
            not_after = f"not behind {', '.join(loss.not_after)}" if loss.not_after else ""
            conditions = [text for text in (TARGETS[loss.targets], loss.undefined, not_after) if text]
            yield f"`{loss.name}`", code(loss.term), code(loss.slope), "; ".join(conditions), said(loss.remark)

    def initialisers() -> Iterator[Sequence[str]]:
        for way in INITIALISERS.values():
            settings = [way.example] if way.example else []
            written = ", ".join([f'init = "{way.name}"', *settings, *(["seed = 7"] if way.draws else [])])
            yield f"`{way.name}`", way.words, f"`{{{written}}}`"

    def optimizers() -> Iterator[Sequence[str]]:
        for kind in OPTIMIZERS.values():
            settings = [f"`{s.name}` ({', '.join(s.choices) or s.kind})" for s in kind.settings]
            yield f"`{kind.name}`", code(kind.update), ", ".join(settings)

    def notations() -> Iterator[Sequence[str]]:
        network = load("mazur")
        for name, title in profile_titles():
            profile = load_profile(name)
            spelling = Spelling(profile, network)
            spelt = " ".join(f"`{spelling.text(resolve(key, network, profile))}`" for key in SPELT)
            yield f"`{name}`", title, spelt

    lines = [
        INTRODUCTION,
        *table("Activations", ("name", "y", "dy/dx", "what a page says where the net is exactly 0"), activations()),
        "",
        'Or any formula in x, as in `activation = "x/(1 + abs(x))"`; its slope is found by the rules of calculus.',
        *table("Losses", LOSS_HEADING, losses()),
        "",
        "The loss of a sample is the sum over its outputs; over the samples, the mean or the sum (`reduction`).",
        *table("Initialisers", ("name", "numbers", "in a network file"), initialisers()),
        *table("Optimizers", ("name", "w⁺", "settings"), optimizers()),
        *table("Notations", ("name", "what it is like", "w, b, net, out, δ, the loss, a derivative"), notations()),
    ]
    return "\n".join(lines) + "\n"


TOPICS_INTRODUCTION = """\
<!-- Written by docs/regenerate.py from the records; change those. -->

# General derivations

`backtrace explain TOPIC` writes a derivation in index notation, for any sizes, with the rule beside each line. Before
a page is printed, every line of it is tried on random small networks, for every value of its indices, and both sides
are compared: a derivative stands for what the program's own backward pass gives. A line about functions of a number
is tried at random numbers. `--notation` chooses the letters, `--activation` and `--loss` put in a slope that is
known; topics that take a NETWORK state its sizes, or show its numbers in a table. Pages: terminal, Markdown, LaTeX
(`--standalone` for a document), slides, JSON. In Python: `bt.explain("delta-rule")`."""
TOPICS_EXAMPLE = """
## What a page looks like

```console
$ backtrace explain layer-recursion --notation layer-uy
```

And the end of one with numbers in a table:

```console
$ backtrace explain initialisation | tail -54
```"""


def topics() -> str:
    """docs/topics.md: the topics from their records, and what pages are like today."""
    from backtrace.derivation.general.topics import TOPICS as records

    def rows() -> Iterator[Sequence[str]]:
        for topic in records.values():
            taken = [f"`--activation {topic.activation}`"] if topic.activation else []
            taken += [f"`--loss {topic.loss}`"] if topic.loss else []
            taken += ["a NETWORK"] if topic.sizes else []
            yield f"`{topic.name}`", topic.title, topic.about, ", ".join(taken), topic.source

    heading = ("name", "title", "what it shows", "takes, and the default", "where it is found")
    lines = [TOPICS_INTRODUCTION, *table("Topics", heading, rows()), TOPICS_EXAMPLE]
    return regenerated("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))  # the program beside this file, installed or not
    TABLES.write_text(tables(), encoding="utf-8")
    TOPICS.write_text(topics(), encoding="utf-8")
    for page in pages():
        page.write_text(regenerated(page.read_text(encoding="utf-8")), encoding="utf-8")
