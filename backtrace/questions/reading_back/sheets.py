"""The Markdown of a sheet taken apart: what each exercise says, gives and asks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from backtrace.questions.reading_back.mathematics import NUMBER, value_of, word
from backtrace.questions.reading_back.sentences import Said, Sentences, sentences

MATHS = r"(?<!\\)\$[^$]+\$"
LABEL = re.compile(r"\*\*\(([a-z]+|\d+)\)\*\* ")
OPTION = re.compile(r"- \[ \] \*\*([A-Z])\*\* ")
BOX = re.compile(r"(?:([^_=].*?) = )?(?:\\_){8,}")
STATED = re.compile(rf"\$([^$=]+?) = ({NUMBER})\$|([^$&=\n]+?) &= ({NUMBER})(?: \\\\)?$")
LINE = re.compile(rf"\$([^$]+)\$ = \$([^$]+)\$ = \$({NUMBER})\$")
ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


class Asked(NamedTuple):
    """One thing asked. name: what stands before its box, in plain words; digits: how many are wanted, 0: nothing is
    said; options: the texts of a choice by their letters."""

    label: str
    ask: Said
    digits: int
    name: str
    options: Mapping[str, str]
    several: bool


class Line(NamedTuple):
    """A line of a worked solution: what it is about, the formula as printed, the number."""

    name: str
    formula: str
    value: float


class Exercise(NamedTuple):
    """One exercise as the sheet states it. said: what is given in words; numbers: by name, as printed; language: of the
    sheet."""

    said: tuple[Said, ...]
    numbers: Mapping[str, float]
    lines: tuple[Line, ...]
    asked: tuple[Asked, ...]
    language: str = "en"

    def args(self, key: str) -> tuple[str, ...]:
        """What was put into the first sentence of that key; empty where it is not said."""
        return next((one.args for one in self.said if one.key == key), ())

    def says(self, key: str) -> bool:
        """Whether that is said."""
        return any(one.key == key for one in self.said)


def exercises(markdown: str, code: str = "en") -> list[Exercise]:
    """The exercises of a sheet in the language of that code."""
    spoken = sentences(code)
    return [_exercise(text, spoken, code) for text in re.split(r"^## .*$", markdown, flags=re.M)[1:]]


def plain(text: str) -> str:
    """Text without the marks that keep Markdown from reading it; mathematics stays as it is."""
    pieces = re.split(f"({MATHS})", text)
    return "".join(piece if n % 2 else _bare(piece) for n, piece in enumerate(pieces)).strip()


def _bare(text: str) -> str:
    text = re.sub(r"\\([^\w\s])|\\(_)", lambda m: m[1] or m[2], text)
    for entity, sign in ENTITIES:
        text = text.replace(entity, sign)
    return text


class _Open:
    """A part whose box has not come yet."""

    def __init__(self, label: str, text: str) -> None:
        self.label, self.text = label, text
        self.options: dict[str, str] = {}
        self.several = False


def _exercise(text: str, spoken: Sentences, code: str) -> Exercise:
    given: list[str] = []
    numbers: dict[str, float] = {}
    lines: list[Line] = []
    asked: list[Asked] = []
    several = f"({spoken.words['several']})"
    part: _Open | None = None
    for row in text.replace("{,}", ".").splitlines():
        label, option = LABEL.match(row), OPTION.match(row)
        box = BOX.fullmatch(row) if row.endswith(r"\_\_\_") else None
        hint = row.startswith("(") and plain(row) == several
        if part is None and (option or box or hint) and given and not asked:
            part = _Open("", given.pop())  # an exercise of one part has no label
        if label and label[1].isdigit():
            lines += [Line(word(m[1]), m[2], value_of(m[3])) for m in LINE.finditer(row)]
        elif label:
            part = _Open(label[1], plain(row[label.end() :]))
        elif option and part is not None:
            part.options[option[1]] = plain(row[option.end() :])
        elif box and part is not None:
            asked.append(_asked(part, box[1] or "", spoken))
            part = None
        elif hint and part is not None:
            part.several = True
        elif box or not row.strip() or row.startswith(("*", "$$", "\\", "---")):
            continue
        elif stated := list(STATED.finditer(row)):
            numbers |= {word(m[1] or m[3]): value_of(m[2] or m[4]) for m in stated}
        elif part is None:
            given.append(plain(row))
    said = tuple(one for paragraph in given for one in spoken.all(paragraph))
    return Exercise(said, numbers, tuple(lines), tuple(asked), code)


def _asked(part: _Open, name: str, spoken: Sentences) -> Asked:
    digits = spoken.digits.search(part.text)
    ask = part.text[: digits.start()].strip() if digits else part.text
    return Asked(
        part.label,
        spoken.whole(ask),
        int(digits[1].strip("$")) if digits else 0,
        word(name.strip().strip("$")) if name else "",
        part.options,
        part.several,
    )


def maths(text: str) -> Sequence[str]:
    """Every formula of a text, without its dollar signs."""
    return [found[1:-1] for found in re.findall(MATHS, text)]
