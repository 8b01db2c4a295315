"""A second reader of sheets: from the Markdown that a student gets back to numbers, and from these to every answer.

It sees the text and nothing else. Formulas are those printed on the sheet; the network they make is computed here in
plain steps, and its gradients are central differences of the loss, so that nothing of the engine takes part. Sheets in
the default notation, in any language. What it cannot read it says, it never guesses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from backtrace.errors import InputError
from backtrace.expression.evaluate import evaluate
from backtrace.expression.reader import read
from backtrace.expression.tree import Expr
from backtrace.questions.records import Instance, Numeric

STEP = 1e-4  # of the differences: with four of them the error is of the order STEP^4
CLOSE = 1e-8
MEAN = re.compile(r"\b(mean|Mittel\w*)\b")
BIASES_KEPT = re.compile(r"Biases are not updated|Bias[^.]* (?:nicht|unverändert)\b")
ARROW = re.compile(r"^\*[^*]+:\* ([^;\n]+→[^;\n]+)", re.M)
PART = re.compile(r"^\*\*\((\w+)\)\*\*", re.M)
ASKED = re.compile(r"^\$([^$]+)\$ = (?:\\_)+\s*$", re.M)
NUMBER = r"-?\d+(?:\.\d+)?(?: \\times 10\^\{-?\d+\})?"
STATED = re.compile(rf"\$([^$=]+?) = ({NUMBER})\$|^([^$&=\n]+?) &= ({NUMBER})(?: \\\\)?$", re.M)
FORMULA = re.compile(r"\$([^$=]+)\$ = \$([^$]+)\$")
REPLACED = (
    (r"\\tfrac\{1\}\{2\}", "1/2*"),
    (r"\\(?:cdot|,)", "*"),
    (r"\\(ln|tanh|max|min|exp)\b", r"\1"),
    (r"\\lvert\s*(.*?)\\rvert", r"abs(\1)"),
    (r"\\mathrm\{(\w+)\}", r"\1"),
    (r"\\(?:Bigl|Bigr)", ""),
    (r"\\eta", "eta"),
)


class Exercise(NamedTuple):
    """One exercise as the sheet states it.

    sizes: of the layers, from the inputs on; formulas: by what they define; numbers: by name; asked: label and name.
    """

    sizes: tuple[int, ...]
    formulas: Mapping[str, str]
    numbers: Mapping[str, float]
    mean: bool
    biases_kept: bool
    asked: tuple[tuple[str, str], ...]


class Compared(NamedTuple):
    """How many answers were recomputed, how many could not be, and those that do not agree, in words."""

    recomputed: int
    unread: int
    mismatches: tuple[str, ...]


def exercises(markdown: str) -> list[Exercise]:
    """The exercises of a sheet."""
    return [_exercise(text) for text in re.split(r"^## .*$", markdown, flags=re.M)[1:]]


def _exercise(text: str) -> Exercise:
    text = text.replace("{,}", ".")
    first = PART.search(text)
    given = text[: first.start()] if first else text.partition("\\_")[0]
    arrow = ARROW.search(text)
    sizes = tuple(len(layer.split(",")) for layer in arrow[1].split("→")) if arrow else ()
    numbers = {typed(m[1] or m[3]): value_of(m[2] or m[4]) for m in STATED.finditer(given)}
    formulas = {typed(m[1]): m[2] for m in FORMULA.finditer(given)}
    pieces = re.split(PART, text[first.start() :]) if first else ["", "", text]
    parts = zip(pieces[1::2], pieces[2::2], strict=True)
    asked = [(label, typed(m[1])) for label, piece in parts if (m := ASKED.search(piece))]
    return Exercise(sizes, formulas, numbers, bool(MEAN.search(given)), bool(BIASES_KEPT.search(given)), tuple(asked))


def value_of(text: str) -> float:
    """A number as it is printed."""
    return float(re.sub(r" \\times 10\^\{(-?\d+)\}", r"e\1", text))


def typed(latex: str) -> str:
    """A formula or a name of a sheet as it would be typed: w5, out_o1, E_at2, w5P after an update; E|w5 is ∂E/∂w5."""
    slope = re.fullmatch(r"\\frac\{\\partial (.+?)\}\{\\partial (.+)\}", latex.strip())
    if slope:
        return f"{typed(slope[1])}|{typed(slope[2])}"
    text = latex
    for pattern, new in REPLACED:
        text = re.sub(pattern, new, text)
    text = re.sub(r"([A-Za-z])\^\{(?:@(\d+))?(\+*)\}(_\{\w+\})?", marked, text)
    text = re.sub(r"\b([itw])_\{(\d+)\}", r"\1\2", text)
    text = re.sub(r"_\{(\w+)\}", r"_\1", text)
    while found := re.search(r"\\frac\{", text):
        above, rest = braced(text, found.end())
        below, end = braced(text, rest + 1)
        text = f"{text[: found.start()]}(({above})/({below})){text[end:]}"
    while found := re.search(r"\be\^\{", text):
        inner, end = braced(text, found.end())
        text = f"{text[: found.start()]}exp({inner}){text[end:]}"
    return re.sub(r"\^\{(\w+)\}", r"^\1", text).strip()


def marked(found: re.Match[str]) -> str:
    """A name whose sample and updates stand behind its index."""
    letter, sample, updates, index = found.groups()
    return letter + (index or "") + (f"_at{sample}" if sample else "") + "P" * len(updates)


def braced(text: str, start: int) -> tuple[str, int]:
    """What stands in a brace that is open at the start, and where it goes on behind it."""
    depth = 1
    for place in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if not depth:
            return text[start:place], place + 1
    raise InputError("a brace is not closed")


class Net:
    """The network of an exercise, computed from its sentences."""

    def __init__(self, exercise: Exercise) -> None:
        self.exercise = exercise
        self.samples = sorted({int(m[1]) for name in exercise.numbers if (m := re.search(r"_at(\d+)$", name))}) or [0]
        self.trees: dict[str, Expr] = {}
        self.loss_after = re.sub(r"_at\d+", "", next((n for n in exercise.formulas if n.startswith("E")), ""))
        self.parameters = self._parameters()

    def _parameters(self) -> list[str]:
        numbers = self.exercise.numbers
        return [name for name in numbers if re.fullmatch(r"w\d+|b_?\w+", name)]

    def units(self, layer: int) -> list[str]:
        """The names of a layer's units: h1 in the one hidden layer there is, else h2_1; o1 in the last."""
        last = len(self.exercise.sizes) - 1
        letter = "o" if layer == last else "h" if last == 2 else f"h{layer}_"
        return [f"{letter}{n}" for n in range(1, self.exercise.sizes[layer] + 1)]

    def formula(self, name: str) -> Expr:
        """The printed formula that defines a quantity of the first unit of a layer, of the first sample."""
        if name not in self.trees:
            source = self.exercise.formulas.get(name) or self.exercise.formulas.get(f"{name}_at1")
            if source is None:
                raise InputError(f"the sheet does not say what {name} is")
            self.trees[name] = read(re.sub(r"_at\d+", "", typed(source)), lambda found: found)
        return self.trees[name]

    def forward(self, numbers: Mapping[str, float], sample: int, moved: Mapping[str, float]) -> dict[str, float]:
        """Every quantity of one sample; `moved` adds to a net or an output, for differences."""
        end = f"_at{sample}" if sample else ""
        sizes, found = self.exercise.sizes, {}
        below = [numbers[f"i{n}{end}"] for n in range(1, sizes[0] + 1)]
        weight = 0
        for layer in range(1, len(sizes)):
            names = self.units(layer)
            first = names[0]
            outs = []
            for unit in names:
                net = numbers.get(f"b_{unit}", numbers.get(f"b{layer}", 0.0))
                for x in below:
                    weight += 1
                    net += numbers[f"w{weight}"] * x
                found[f"net_{unit}"] = net = net + moved.get(f"net_{unit}{end}", 0.0)
                out = evaluate(self.formula(f"out_{first}"), {f"net_{first}": net}.__getitem__)  # type: ignore[arg-type]
                outs.append(out + moved.get(f"out_{unit}{end}", 0.0))
                found[f"out_{unit}"] = outs[-1]
            below = outs
        found |= {
            name.removesuffix(end): x for name, x in numbers.items() if name.startswith("t") and name.endswith(end)
        }
        if self.loss_after:
            found["E"] = evaluate(self.formula("E"), found.__getitem__)  # type: ignore[arg-type]
        return found

    def loss(self, numbers: Mapping[str, float], moved: Mapping[str, float], sample: int | None = None) -> float:
        """The loss of one sample, or of them all."""
        chosen = self.samples if sample is None else [sample]
        total = sum(self.forward(numbers, s, moved)["E"] for s in chosen)
        return total / len(chosen) if self.exercise.mean and sample is None else total

    def slope(self, numbers: Mapping[str, float], by: str, sample: int | None = None) -> float:
        """∂E/∂by by central differences of fourth order."""

        def at(h: float) -> float:
            if by in numbers:
                return self.loss({**numbers, by: numbers[by] + h}, {}, sample)
            return self.loss(numbers, {by: h}, sample)

        return (8 * (at(STEP) - at(-STEP)) - (at(2 * STEP) - at(-2 * STEP))) / (12 * STEP)

    def after(self, updates: int) -> dict[str, float]:
        """The numbers after so many updates by gradient descent."""
        numbers = dict(self.exercise.numbers)
        for _ in range(updates):
            kept = [p for p in self.parameters if not (self.exercise.biases_kept and p.startswith("b"))]
            slopes = {name: self.slope(numbers, name) for name in kept}
            numbers |= {name: numbers[name] - numbers["eta"] * slope for name, slope in slopes.items()}
        return numbers

    def answer(self, name: str) -> float:
        """The number of a quantity asked for."""
        of, _, by = name.partition("|")
        updates = len(name.partition("|")[0]) - len(of.rstrip("P"))
        numbers = self.after(updates)
        of, by = of.rstrip("P"), by.rstrip("P")
        if by:
            found = re.fullmatch(r"E(?:_at(\d+))?", of)
            if not found:
                raise InputError(f"{name} is not read")
            return self.slope(numbers, by, int(found[1]) if found[1] else None)
        stem, _, sample = of.partition("_at")
        if stem == "E":
            return self.loss(numbers, {}, int(sample) if sample else None)
        if stem in numbers:
            return numbers[stem]
        found_all = self.forward(numbers, int(sample or self.samples[0]), {})
        output = re.fullmatch(r"E_o(\d+)", stem)
        if output:  # what one output adds: a term of the printed loss
            terms = self.formula("E").args if self.formula("E").op == "add" else ()
            if len(terms) != self.exercise.sizes[-1]:
                raise InputError(f"{name} is not read")
            return evaluate(terms[int(output[1]) - 1], found_all.__getitem__)  # type: ignore[arg-type]
        if stem not in found_all:
            raise InputError(f"{name} is not read")
        return found_all[stem]


def answers(exercise: Exercise) -> Iterator[tuple[str, str, float | None]]:
    """The label, the name and the recomputed number of every part that asks for a named quantity; None: not read."""
    net = Net(exercise)
    for label, name in exercise.asked:
        try:
            yield label, name, net.answer(name) if exercise.sizes else None
        except (InputError, KeyError, ArithmeticError):
            yield label, name, None


def compared(markdown: str, instances: Sequence[Instance]) -> Compared:
    """The answers read from a rendered sheet beside those of its key. Momentum and the like are counted as unread."""
    recomputed = unread = 0
    wrong: list[str] = []
    found = exercises(markdown)
    if len(found) != len(instances):
        return Compared(0, 0, (f"the sheet shows {len(found)} exercises, the key has {len(instances)}",))
    for number, (exercise, instance) in enumerate(zip(found, instances, strict=True), 1):
        mine = {label: (name, value) for label, name, value in answers(exercise)}
        plain = instance.network is None or instance.network.optimizer.type == "sgd"
        for index, part in enumerate(instance.parts):
            if not isinstance(part.answer, Numeric):
                continue
            label = chr(ord("a") + index) if len(instance.parts) > 1 else ""
            name, value = mine.get(label, ("", None))
            if value is None or not plain:
                unread += 1
                continue
            recomputed += 1
            key = part.answer
            if abs(value - key.value) > CLOSE * max(1.0, abs(key.value)) or not key.low <= value <= key.high:
                wrong.append(f"{number}{label} {name}: the sheet gives {value!r}, the key {key.value!r}")
    return Compared(recomputed, unread, tuple(wrong))
