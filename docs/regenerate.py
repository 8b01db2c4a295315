"""Runs every `$ backtrace …` line of the README and the docs and puts its real output under it; writes docs/tables.md,
docs/topics.md, docs/mistakes.md and docs/bank.md.

    python docs/regenerate.py

A console block holds one or more command lines, each followed by what it printed; one that ends in `| head -N` or
`| tail -N` shows only those lines, one with `< FILE` reads that file. `tables.md`, `topics.md` and `mistakes.md` are
made from the records. The test suite does the same and compares, so that no page shows what the program does not print
or do.
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
MISTAKES = ROOT / "docs" / "mistakes.md"
BANK = ROOT / "docs" / "bank.md"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ backtrace (.*?)(?: < (\S+))?(?: \| (head|tail) -(\d+))?$", re.MULTILINE)


def pages() -> list[Path]:
    """The pages that hold command output."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def output(arguments: str, typed: str | None, end: str | None, most: str | None) -> str:
    """What the command prints, both streams as a reader would see them, cut to its first lines if asked. typed: the
    file that it reads as standard input."""
    found = subprocess.run(
        [sys.executable, "-m", "backtrace", *shlex.split(arguments)],
        cwd=ROOT,
        input=(ROOT / typed).read_text(encoding="utf-8") if typed else "",
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
        parts = [f"{m[0]}\n{output(m[1], m[2], m[3], m[4])}" for m in COMMAND.finditer(match[1])]
        return "```console\n" + "\n".join(parts) + "```" if parts else match[0]

    return BLOCK.sub(block, text)


INTRODUCTION = """\
<!-- Written by docs/regenerate.py from the records; change those. -->

# What there is

Formulas are written as the program writes them: x is the net of a unit and y its output, t the target of an output, m
the number of outputs; relu′ is 1 above 0, else 0."""
UPDATES = """\
The lines are worked out for each parameter by itself: w is the parameter, g its gradient, η the learning rate of this
update; ⁺ marks the new value. What an optimizer keeps of a parameter (m, v, G, Δw) starts at 0; t counts the updates
done before this one, so that t⁺ is 1 with the first."""
EVERY_OPTIMIZER = """\
Every optimizer takes these:"""
LAYERS = """\
Only `dense` can be derived so far; [counting.md](counting.md) shows how files name the others. A default stands in
brackets. Every type takes `name`, `from`, `activation`, `trainable` and, to tie its weights, `weights`."""
# softmax is a function of a whole layer, so its record has no formula of one net.
SOFTMAX = ("`e^(x_k)/(e^(x_1) + … + e^(x_n))`", "`y_k·(1 − y_k)` by its own net, `−y_k·y_j` by another")
TARGETS = {
    "any": "any targets",
    "unit": "targets between 0 and 1",
    "sign": "targets −1 or 1",
    "one_hot": "targets of a sample one 1, else 0",
    "distribution": "targets of a sample 0 or more, with the sum 1",
}
SETTING_HEADING = ("name", "letter", "takes", "default", "what it is", "of")
LOSS_HEADING = ("name", "what one output adds", "its slope by y", "conditions", "what a page says at a corner")
SPELT = ("w2_1_2", "b2_1", "net2_1", "out2_1", "delta2_1", "E", "dE/dw2_1_2")


class Letters:
    """The symbols of the records, for our own text writer."""

    def text(self, key: object) -> str:
        from backtrace.notation.optimizing import setting_named, slot_named, written

        name, mark = (key[:-1], "⁺") if str(key).endswith("+") else (str(key), "")
        setting = setting_named(name)
        if setting:
            return setting.letter + setting.subscript.translate(str.maketrans("12", "₁₂"))
        slot = slot_named(name)
        if slot.name != name:
            return {"eta": "η"}.get(name, name) + mark
        letter = written(slot)
        return letter.text + ("w" if letter.prefix else "") + mark

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
    from backtrace.network.losses import LOSSES, Loss
    from backtrace.network.optimizers import COMMON, OPTIMIZERS
    from backtrace.network.regularization import FORMS, NORMS, TERMS
    from backtrace.network.shapes.kinds import KINDS
    from backtrace.notation.loading import load_profile, profile_titles
    from backtrace.notation.names import resolve
    from backtrace.notation.spelling import Spelling
    from backtrace.render.text import TextWriter
    from backtrace.render.words import WORDS

    letters = Letters()
    writer = TextWriter(letters)

    def code(formula: Expr | None) -> str:
        return f"`{writer.write(formula)}`" if formula else ""

    def said(key: str) -> str:
        return WORDS[key].replace("{1}", "The net") if key else ""

    def at_corner(loss: Loss) -> str:
        put_in = {"{1}": "An output", "{2}": "that of the class"} if loss.whole else {}
        words = WORDS[loss.remark] if loss.remark else ""
        for slot, text in put_in.items():
            words = words.replace(slot, text)
        return words

    def activations() -> Iterator[Sequence[str]]:
        for a in ACTIVATIONS.values():
            slope = code(a.slope) if a.differentiable else "none: flat on both sides of a jump"
            written = (code(a.formula), slope) if a.elementwise else SOFTMAX
            yield f"`{a.name}`", *written, said(a.remark)

    def losses() -> Iterator[Sequence[str]]:
        for loss in LOSSES.values():
            not_after = f"not behind {', '.join(loss.not_after)}" if loss.not_after else ""
            only_after = f"behind {', '.join(loss.only_after)}" if loss.only_after else ""
            conditions = [text for text in (TARGETS[loss.targets], loss.undefined, not_after, only_after) if text]
            yield f"`{loss.name}`", code(loss.term), code(loss.slope), "; ".join(conditions), at_corner(loss)

    def penalties() -> Iterator[Sequence[str]]:
        for form in FORMS.values():
            cells = []
            for norm in NORMS:
                share, term = writer.write(form.shares[norm]), writer.write(TERMS[norm])
                slope = writer.write(form.slopes[norm])
                cells += [f"`{share}·Σ {term}`".replace("lambda", "λ"), f"`{slope}`".replace("lambda", "λ")]
            yield f"`{form.name}`", *cells

    def initialisers() -> Iterator[Sequence[str]]:
        for way in INITIALISERS.values():
            settings = [way.example] if way.example else []
            written = ", ".join([f'init = "{way.name}"', *settings, *(["seed = 7"] if way.draws else [])])
            yield f"`{way.name}`", way.words, f"`{{{written}}}`"

    def optimizers() -> Iterator[Sequence[str]]:
        for kind in OPTIMIZERS.values():
            for rule in kind.rules:
                when = f"{kind.chosen_by} = {shown(rule.when)}" if kind.chosen_by else ""
                lines = [f"`{letters.text(line.left)} = {writer.write(line.form)}`" for line in rule.lines]
                yield f"`{kind.name}`", f"`{when}`" if when else "", "<br>".join(lines), kind.source, kind.remark

    def shown(value: object) -> str:
        return f'"{value}"' if isinstance(value, str) else "true" if value is True else "false"

    def settings(common: bool) -> Iterator[Sequence[str]]:
        seen: dict[str, None] = {}
        for kind in OPTIMIZERS.values():
            for s in kind.settings:
                if (s in COMMON) != common or s.name in seen:
                    continue
                seen[s.name] = None
                having = [f"`{k.name}`" for k in OPTIMIZERS.values() if k.setting(s.name)]
                least = "above 0" if s.positive else f"from 0 to below {s.below:g}" if s.below else "0 or more"
                takes = {"number": least, "boolean": "true or false", "choice": " or ".join(s.choices)}
                default = "" if s.default is None else f"`{getattr(s.default, 'text', shown(s.default))}`"
                what = takes.get(s.kind, "0 or more, or a formula in t" if s.kind == "rate" else "a formula")
                yield f"`{s.name}`", letters.text(s.name) if s.letter else "", what, default, s.says, ", ".join(having)

    def notations() -> Iterator[Sequence[str]]:
        network = load("mazur")
        for name, title in profile_titles():
            profile = load_profile(name)
            spelling = Spelling(profile, network)
            spelt = " ".join(f"`{spelling.text(resolve(key, network, profile))}`" for key in SPELT)
            yield f"`{name}`", title, spelt

    def layers() -> Iterator[Sequence[str]]:
        for kind in KINDS.values():
            keys = [f"`{key.name}`: {key.says}{default(key.default)}" for key in kind.keys]
            yield f"`{kind.name}`", kind.title, "<br>".join(keys), kind.torch

    def default(value: object) -> str:
        plain = isinstance(value, (int, float)) and not isinstance(value, bool)
        return "" if value is None else f" (`{value if plain else shown(value)}`)"

    lines = [
        INTRODUCTION,
        *table("Activations", ("name", "y", "dy/dx", "what a page says where the net is exactly 0"), activations()),
        "",
        'Or any formula in x, as in `activation = "x/(1 + abs(x))"`; its slope is found by the rules of calculus.',
        *table("Losses", LOSS_HEADING, losses()),
        "",
        "The loss of a sample is the sum over its outputs; over the samples, the mean or the sum (`reduction`). "
        "c is the output of the sample's class, for which `multi_class_svm` has no term (its slope there is minus the "
        "sum of the others); p is the softmax of the outputs, all of them taken together.",
        *table("Regularisation", ("form", "l2 adds", "its slope by w", "l1 adds", "its slope by w"), penalties()),
        "",
        "The sums run over all weights, each shared or tied one once; λ is the strength in the file, n the number of "
        "samples.",
        *table("Initialisers", ("name", "numbers", "in a network file"), initialisers()),
        *table("Optimizers", ("type", "if", "the update, line by line", "source", "elsewhere"), optimizers()),
        "",
        UPDATES,
        *table("Settings of optimizers", SETTING_HEADING, settings(False)),
        "",
        EVERY_OPTIMIZER,
        *table("", SETTING_HEADING[:-1], (row[:-1] for row in settings(True)))[2:],
        *table("Layers", ("type", "what it is", "keys", "in PyTorch"), layers()),
        "",
        LAYERS,
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
known; topics that take a NETWORK state its sizes, or show its numbers in a table. The network is changed as everywhere:
`backtrace explain vanishing-gradient 2-2-2-2 --batch 3 --seed 5`, or `--given FILE`. Pages:
terminal, Markdown, LaTeX (`--standalone` for a document, `--paper letter`), slides, JSON. In Python:
`bt.explain("delta-rule")`."""
TOPICS_EXAMPLE = """
## What a page looks like

```console
$ backtrace explain layer-recursion --notation layer-uy
```

And the end of one with numbers in a table:

```console
$ backtrace explain initialisation | tail -55
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


MISTAKES_INTRODUCTION = """\
<!-- Written by docs/regenerate.py from the records; change those. -->

# Mistakes

A mistake is an operator on a line of a calculation, or on the procedure as a whole. It is worked out on the network at
hand, with its activations, losses, samples, shared and tied parameters and its optimizer, so that the same record gives
a wrong answer to choose from, an error to find, and a diagnosis. Where a mistake gives the right number on some
network, it is kept out and reported.

In Python, `backtrace.mistakes.applied.slips(network, key)` works out all that can happen to one quantity; `counts`,
`shapes` and `slips_of_pen` in the same room do the same for counts, shapes and single numbers."""
CONVENTIONS_INTRODUCTION = """\
These are two right ways of doing one thing. The mistakes named beside them are mistakes only where the exercise says
which way is meant."""


def mistakes() -> str:
    """docs/mistakes.md: operators, the catalogue and the conventions from their records."""
    from backtrace.mistakes.catalogue import CONVENTIONS, PHASES
    from backtrace.mistakes.operators import OPERATORS
    from backtrace.questions.reasons import REASONS

    heading = ("id", "what happens", "operator", "where", "two hints", "source")
    operators = ((f"`{operator.name}`", operator.on, operator.says) for operator in OPERATORS.values())
    lines = [MISTAKES_INTRODUCTION, *table("Operators", ("name", "on", "what goes wrong"), operators)]
    for title, phase in PHASES:
        rows = (
            (f"`{m.id}`", m.belief, f"`{m.operator}`", m.where, f"1. {m.hints[0]} 2. {m.hints[1]}", m.source)
            for m in phase
        )
        lines += table(title, heading, rows)
    rows = ((f"`{id}`", belief) for id, belief in REASONS.items())
    lines += table("Wrong answers to single kinds of exercise", ("id", "what happens"), rows)
    apart = ((c.name, c.says, c.where, ", ".join(f"`{other}`" for other in c.same_as)) for c in CONVENTIONS)
    lines += table("Not mistakes", ("convention", "the two ways", "what it changes", "the same numbers as"), apart)
    return "\n".join([*lines, "", CONVENTIONS_INTRODUCTION]) + "\n"


BANK_INTRODUCTION = """\
<!-- Written by docs/regenerate.py from exercises/banks; change those. -->

# The question bank

Conceptual questions, in English and in German, each with what is right and why each wrong option tempts.

`backtrace exercise multiple-choice` and `true-false` draw one, with `--set topic=XOR` of a topic, with
`--set question=xor-why` by its id. A sheet file takes one with `bank = "xor-why"`. A bank of your own is a file
of the same format: `--set bank_file=mine.toml`, or `bank_file = "mine.toml"` beside `bank` in a sheet file:

```toml
[[questions]]
id = "epoch"
type = "choice"                    # the default; or "true-false"
topic = "batches"
idea = "one epoch uses every sample once"
en = "What is one epoch?"          # in one language or more: en, de
[[questions.options]]              # 2 to 12; several may be right
id = "all-once"
right = true
en = "every sample has been used once"
[[questions.options]]
id = "one-update"
en = "one update of the weights"
why = {en = "with one batch both are the same"}

[[questions]]
id = "descent"
type = "true-false"
en = "Backpropagation is another name for gradient descent."
right = false
why = {en = "both happen in the same step"}
```"""


def bank_page() -> str:
    """docs/bank.md: the questions of the shipped banks, by topic."""
    from backtrace.questions.bank import bank, topics

    lines = [BANK_INTRODUCTION]
    for topic in topics():
        rows = (
            (f"`{one.id}`", one.type, one.texts.by("en"), one.idea) for one in bank().values() if one.topic == topic
        )
        lines += table(topic[0].upper() + topic[1:], ("id", "type", "question", "what it is after"), rows)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))  # the program beside this file, installed or not
    TABLES.write_text(tables(), encoding="utf-8")
    TOPICS.write_text(topics(), encoding="utf-8")
    MISTAKES.write_text(mistakes(), encoding="utf-8")
    BANK.write_text(bank_page(), encoding="utf-8")
    for page in pages():
        page.write_text(regenerated(page.read_text(encoding="utf-8")), encoding="utf-8")
