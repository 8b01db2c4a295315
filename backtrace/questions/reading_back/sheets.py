"""The Markdown of a sheet taken apart: what each exercise says, gives and asks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from backtrace.questions.reading_back.mathematics import NUMBER, value_of, word
from backtrace.questions.reading_back.sentences import Said, Sentences, sentences

MATHS = r"(?<!\\)\$[^$]+\$"
LABEL = re.compile(r"\*\*\(([a-z]+|\d+)\)\*\* ")
OPTION = re.compile(r"- \[ \] \*\*([A-Z])\*\* ")
BOX = re.compile(r"(?:([^_=].*?) = )?(?:\\_){8,}")
STATED = re.compile(rf"\$([^$=]+?) = ({NUMBER})\$|([^$&=\n]+?) &= ({NUMBER})(?: \\\\)?$")
LINE = re.compile(rf"\$([^$]+)\$ = \$([^$]+)\$ = \$({NUMBER})\$")
PLACE = re.compile(r"\b(w\d+): (\w+) → (\w+)")
ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


# From where to where weights lead, by their names.
Places: TypeAlias = tuple[tuple[str, str], ...]


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
    """One exercise as the sheet states it. said: what is given in words; numbers: by name, as printed; places: from
    where to where each weight leads, where the drawing says so; language: of the sheet."""

    said: tuple[Said, ...]
    numbers: Mapping[str, float]
    lines: tuple[Line, ...]
    asked: tuple[Asked, ...]
    places: Places = ()
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


class _Part:
    """A part that is being read."""

    def __init__(self, label: str, text: str) -> None:
        self.label, self.text, self.name = label, text, ""
        self.options: dict[str, str] = {}
        self.several = False


def _exercise(text: str, spoken: Sentences, code: str) -> Exercise:
    given: list[str] = []
    numbers: dict[str, float] = {}
    lines: list[Line] = []
    places: dict[str, str] = {}
    parts: list[_Part] = []
    several = f"({spoken.words['several']})"
    for row in text.replace("{,}", ".").splitlines():
        label, option = LABEL.match(row), OPTION.match(row)
        box = BOX.fullmatch(row) if row.endswith(r"\_\_\_") else None
        hint = row.startswith("(") and plain(row) == several
        if (option or box or hint) and given and not parts:
            parts.append(_Part("", given.pop()))  # an exercise of one part has no label
        if label and label[1].isdigit():
            lines += [Line(word(m[1]), m[2], value_of(m[3])) for m in LINE.finditer(row)]
        elif label:
            parts.append(_Part(label[1], plain(row[label.end() :])))
        elif option and parts:
            parts[-1].options[option[1]] = plain(row[option.end() :])
        elif box and parts:
            parts[-1].name = parts[-1].name or box[1] or ""
        elif hint and parts:
            parts[-1].several = True
        elif row.startswith("*"):
            places |= {m[1]: f"{m[2]} {m[3]}" for m in PLACE.finditer(plain(row))}
        elif stated := list(STATED.finditer(row)):
            numbers |= {word(m[1] or m[3]): value_of(m[2] or m[4]) for m in stated}
        elif row.strip() and not row.startswith(("$$", "\\", "---")):
            given.append(plain(row))  # behind a part: what a further item of the exercise gives
    said = tuple(one for paragraph in given for one in spoken.all(paragraph))
    asked = tuple(_asked(part, spoken) for part in parts)
    return Exercise(said, numbers, tuple(lines), asked, tuple(places.items()), code)


def _asked(part: _Part, spoken: Sentences) -> Asked:
    digits = spoken.digits.search(part.text)
    return Asked(
        part.label,
        spoken.whole(part.text[: digits.start()].strip() if digits else part.text),
        int(digits[1].strip("$")) if digits else 0,
        word(part.name.strip().strip("$")) if part.name else "",
        part.options,
        part.several,
    )


def maths(text: str) -> Sequence[str]:
    """Every formula of a text, without its dollar signs."""
    return [found[1:-1] for found in re.findall(MATHS, text)]
