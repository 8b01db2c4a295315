"""The derivation as a plain Python script without dependencies: one assignment per step, one print per result.

Names are the notation's typed spellings made into identifiers; whatever the network's names contain, nothing but
identifiers and numbers reaches the script.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from keyword import iskeyword, issoftkeyword
from typing import Any

from backtrace.derivation.steps import Derivation, Remark, Step
from backtrace.errors import InternalFault, NotSupported, printable
from backtrace.expression.tree import PI, Expr, Given, operands, symbols
from backtrace.network.made import how_made
from backtrace.network.quantity import Key, neutral
from backtrace.render.numbers import typed
from backtrace.render.text import Speller, plain
from backtrace.render.words import say, used

FUNCTIONS = {  # what a function of the table is in Python: its definition, or "" when math has it under that name
    "exp": "",
    "sqrt": "",
    "tanh": "",
    "erf": "",
    "pi": "",
    "sin": "",
    "cos": "",
    "sinh": "",
    "cosh": "",
    "ln": "from math import log as ln",
    "sigmoid": "def sigmoid(x):\n    return 1 / (1 + exp(-x)) if x > -700 else exp(x)",
    "relu": "def relu(x):\n    return x if x > 0 else 0.0",
    "step": "def step(x):\n    return 1.0 if x > 0 else 0.0",
    "threshold": "def threshold(x):\n    return 1.0 if x > 0 else 0.0",
    "sign": "def sign(x):\n    return float((x > 0) - (x < 0))",
    "abs": "",
    "max": "",
    "min": "",
}
COMMENT_WIDTH = 86
BUILT_IN = ("abs", "max", "min")
LEVELS = {"add": 1, "neg": 2, "mul": 3, "div": 3, "power": 4}


def script_page(derivation: Derivation, spelling: Speller) -> str:
    """The script. Raises NotSupported for the matrix view, and for a network without numbers."""
    if derivation.view == "matrix":
        raise NotSupported(
            "the matrix view cannot be written as a script", hint="the views chain, paths, delta and gates can"
        )
    if derivation.blank:
        raise NotSupported(
            "a script computes every number, so that it cannot leave gaps",
            hint="choose another format for --blank, such as text, or leave out --blank",
        )
    if not derivation.values:
        raise NotSupported(
            "a script needs a network with numbers", hint="give the network numbers, or choose another format"
        )
    return Script(derivation, spelling).text()


class Script:
    """One script being written."""

    def __init__(self, derivation: Derivation, spelling: Speller) -> None:
        self.derivation = derivation
        self.spelling = spelling
        self.steps = [
            step
            for section in derivation.sections
            for step in section.items
            if isinstance(step, Step) and step.value is not None and step.left.op == "symbol"
        ]
        self.used = {name for step in self.steps for form in step.forms[-1:] for name in calls(form)}
        self.names: dict[Hashable, str] = {}
        self.taken = set(FUNCTIONS) | {"print", "float"}

    def text(self) -> str:
        """The whole file."""
        given: dict[Any, None] = {}
        computed: set[Key] = set()
        lines: list[str] = []
        for step in self.steps:
            key: Key = step.left.args[0]
            form = step.forms[-1] if step.forms else None
            if form is None:
                if key not in computed:
                    given.setdefault(key)
                    computed.add(key)
                    lines.append(self.shown(key))
                continue
            for part in symbols(form):
                if part not in computed:
                    given.setdefault(part)
            computed.add(key)
            mark = f"  # {used(step.uses)}" if step.uses else ""
            lines += [f"{self.name(key)} = {self.write(form)}{mark}", self.shown(key)]
        numbers = [self.assignment(key) for key in given]
        return "\n".join([*self.made(), *self.imports(), *numbers, "", *lines, *self.counted()]) + "\n"

    def made(self) -> list[str]:
        """By which rules and seeds the numbers were made that nobody typed, as comments."""
        made = how_made(self.derivation.network)
        return [*self.comments([Remark("made_numbers", (made,))]), ""] if made else []

    def counted(self) -> list[str]:
        """The sentences that count what is used again, as comments."""
        sections = [section for section in self.derivation.sections if section.words == "reuse"]
        return self.comments([item for section in sections for item in section.items if isinstance(item, Remark)])

    def comments(self, remarks: list[Remark]) -> list[str]:
        """Sentences of a page as lines of comment."""
        if not remarks:
            return []
        from backtrace.render.layout import wrapped

        named = {"network": printable(self.derivation.network.name, 200)}
        texts = [
            say(remark.words, remark.args, self.spelling.ascii, lambda text: printable(text, 500), named)
            for remark in remarks
        ]
        return [f"# {line}" for text in texts for line in wrapped(plain(text), COMMENT_WIDTH, "")]

    def imports(self) -> list[str]:
        """What the script needs before its first number."""
        wanted = set(self.used) | ({"exp"} if "sigmoid" in self.used else set())
        from_math = sorted(name for name in wanted if not FUNCTIONS[name] and name not in BUILT_IN)
        lines = [f"from math import {', '.join(from_math)}"] if from_math else []
        lines += [FUNCTIONS[name] for name in sorted(wanted) if FUNCTIONS[name].startswith("from")]
        for name in sorted(wanted):
            if FUNCTIONS[name].startswith("def"):
                lines += ["", "", FUNCTIONS[name]]
        definitions = any(FUNCTIONS[name].startswith("def") for name in wanted)
        return [*lines, *([""] * (2 if definitions else 1 if lines else 0))]

    def assignment(self, key: Key) -> str:
        """A number that the script starts from, as typed where a person typed it."""
        value = self.derivation.values.get(key)
        if not isinstance(value, float | int):
            raise InternalFault(f"the script needs the number of {neutral(key)}")
        return f"{self.name(key)} = {typed(value.text) if isinstance(value, Given) else repr(float(value))}"

    def shown(self, key: Key) -> str:
        """The line that prints a result."""
        return f'print("{self.name(key)} =", {self.name(key)})'

    def name(self, key: Hashable) -> str:
        """The identifier of a key, always the same and never that of another."""
        if key not in self.names:
            found = identifier(self.spelling.ascii(key))  # type: ignore[arg-type]
            if found in self.taken:
                found = identifier(neutral(key))  # type: ignore[arg-type]
            while found in self.taken:
                found += "_"
            self.names[key] = found
            self.taken.add(found)
        return self.names[key]

    def write(self, e: Expr, least: int = 0) -> str:
        """An expression in Python, in brackets when it holds less tightly than `least`."""
        if e == PI:
            return "pi"
        if e.op == "number":
            text = e.args[1] if float(e.args[1]) == e.args[0] else repr(e.args[0])
            return f"({text})" if text.startswith("-") and least > 0 else text
        if e.op == "symbol":
            return self.name(e.args[0])
        if e.op == "call":
            return f"{e.args[0]}({', '.join(self.write(a) for a in operands(e))})"
        if e.op not in LEVELS:
            raise InternalFault(f"the script has no word for '{e.op}'")
        level = LEVELS[e.op]
        text = self.operation(e, level)
        return f"({text})" if level < least else text

    def operation(self, e: Expr, level: int) -> str:
        """A sum, product, quotient or power."""
        if e.op == "neg":
            return "-" + self.write(e.args[0], 4)
        if e.op == "power":
            return f"{self.write(e.args[0], 5)}**{self.write(e.args[1], 5)}"
        if e.op == "div":
            return f"{self.write(e.args[0], 3)}/{self.write(e.args[1], 4)}"
        if e.op == "mul":
            first, *rest = e.args
            return "*".join([self.write(first, 3), *[self.write(factor, 4) for factor in rest]])
        text = self.write(e.args[0], 2)
        for term in e.args[1:]:
            text += f" - {self.write(term.args[0], 3)}" if term.op == "neg" else f" + {self.write(term, 3)}"
        return text


def calls(e: Expr) -> Iterable[str]:
    """The functions of an expression, and π."""
    if e == PI:
        yield "pi"
    if e.op == "call":
        yield e.args[0]
    for part in operands(e):
        yield from calls(part)


def identifier(text: str) -> str:
    """A Python identifier of ASCII letters, digits and underscores made from any text."""
    text = text.replace("+", "_new").replace("'", "_new").replace("@", "_at_")
    found = "".join(c if c.isascii() and c.isalnum() else "_" for c in text)
    if not found or found[0].isdigit():
        found = "_" + found
    return found + "_" if iskeyword(found) or issoftkeyword(found) else found
