"""Our own HTML pages as the LaTeX that says the same, line for line: a row of formulas stands on one line of the file,
and is read as a small piece of XML of its own. A document type, and with it entities, is never read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from xml.etree import ElementTree

from backtrace.check.submission.splitting import MAX_LINE
from backtrace.check.submission.terminal_pages import UPDATE
from backtrace.errors import InputError
from backtrace.notation.symbols import GREEK

ROW, SENTENCE, HEADING, OPENS, SHUTS = "<tr", "<p", "<h2>", '<table class="lines"', "</table>"
MAX_DEPTH = 60
APPLY, TIMES = "\u2061", "\u2062"
SIGNS = {
    "−": "-",
    "⋅": r"\cdot ",
    TIMES: r"\, ",
    "⊙": r"\odot ",
    "→": r"\to ",
    "×": r" \times ",
    "⊤": r"\top",
    "′": r"\prime",
    "⋯": r"\cdots",
    "⋮": r"\vdots",
    "⋱": r"\ddots",
    ";": "; ",
    **{sign: sign for sign in "+@()[]=/,"},
    ":=": ":=",
}
SPACES = {"2em": r" \qquad ", "1.5em": r"\quad {} ", "0.17em": r"\,"}
FUNCTIONS = {"σ": r"\sigma", "relu′": r"\mathrm{relu}'"}
NAMED = ("ln", "tanh", "max", "min", "sin", "cos", "sinh", "cosh")
HANDS = {
    "MATHEMATICAL BOLD ITALIC": r"\boldsymbol",
    "MATHEMATICAL BOLD": r"\mathbf",
    "MATHEMATICAL SCRIPT": r"\mathcal",
    "MATHEMATICAL MONOSPACE": r"\mathtt",
    "SCRIPT": r"\mathcal",
}
ACCENTS = {"^": r"\hat", "¯": r"\bar", "~": r"\tilde"}
Element = ElementTree.Element


def as_latex(lines: Sequence[str]) -> list[str]:
    """As many lines, in LaTeX."""
    found = []
    for line in lines:
        if line.startswith(OPENS):
            found.append(r"\begin{aligned}")
        elif line.startswith(SHUTS):
            found.append(r"\end{aligned}")
        elif line.startswith((ROW, SENTENCE)) and len(line) <= 5 * MAX_LINE and "<!" not in line:
            found.append(_line(line))
        else:
            update = re.search(UPDATE, line) if line.startswith(HEADING) else None
            found.append(rf"\paragraph{{{update[0]}}}" if update else "")
    return found


def _line(line: str) -> str:
    try:
        element = ElementTree.fromstring(line)
        if element.tag == "tr":
            return " & ".join("".join(map(_math, cell)) for cell in element) + r" \\"
        return ", ".join(f"${_math(inner)}$" for inner in element if inner.tag == "math") or "."
    except (ElementTree.ParseError, InputError, IndexError, KeyError):
        return ""


def _math(element: Element, depth: int = 0) -> str:
    if element.tag != "math":
        raise InputError(f"<{element.tag}> where a formula should be")
    return _row(list(element), depth + 1)


def _row(elements: Sequence[Element], depth: int) -> str:
    """Elements beside each other; a letter behind a command is parted from it."""
    if depth > MAX_DEPTH:
        raise InputError(f"a formula is nested more than {MAX_DEPTH} deep")
    found, inside = "", False
    for place, element in enumerate(elements):
        after = elements[place + 1] if place + 1 < len(elements) else None
        if element.text == "‖":
            found += r" \rVert" if inside else r"\lVert "
            inside = not inside
            continue
        text = _one(element, after is not None and after.tag == "mo" and after.text == APPLY, depth + 1)
        command = found.rpartition("\\")[2]
        apart = "\\" in found and command.isalpha() and text[:1].isalpha()
        found += (" " if apart else "") + text
    return found


def _one(element: Element, called: bool, depth: int) -> str:
    text, children = element.text or "", list(element)
    inner = [lambda part=part: _one(part, False, depth + 1) for part in children]
    match element.tag:
        case "mrow":
            is_table = len(children) == 3 and children[1].tag == "mtable"
            return _matrix(children[1], depth) if is_table else _row(children, depth + 1)
        case "mi":
            return _identifier(element, called)
        case "mn":
            return text.replace(",", "{,}")
        case "mo":
            return _operator(element)
        case "mtext":
            return rf"\text{{{text}}}"
        case "mspace":
            return SPACES[element.get("width", "")]
        case "mfrac":
            is_pending = children[0].tag == "mi" and children[0].text == "∂"
            return rf"\frac{{{inner[0]().strip()}}}{{{inner[1]()}}}" + (" " if is_pending else "")
        case "mstyle":
            return _row(children, depth + 1).replace(r"\frac", r"\tfrac")
        case "msqrt":
            return rf"\sqrt{{{_row(children, depth + 1)}}}"
        case "msup":
            return f"{inner[0]()}^{{{inner[1]()}}}"
        case "msub":
            return f"{inner[0]()}_{{{inner[1]()}}}"
        case "msubsup":
            return f"{inner[0]()}^{{{inner[2]()}}}_{{{inner[1]()}}}"
        case "mover":
            return rf"{ACCENTS[children[1].text or '']}{{{inner[0]()}}}"
    raise InputError(f"what is <{element.tag}>?")


def _matrix(table: Element, depth: int) -> str:
    rows = (" & ".join(_row(list(cell), depth + 1) for cell in line) for line in table)
    return r"\begin{bmatrix} " + r" \\ ".join(rows) + r" \end{bmatrix}"


def _operator(element: Element) -> str:
    text = element.text or ""
    if text == APPLY:
        return ""
    if text == "|":
        return {"prefix": r"\lvert ", "postfix": r"\rvert "}[element.get("form", "")]
    return ", " if text == "," and element.get("lspace") is None else SIGNS[text]


def _identifier(element: Element, called: bool) -> str:
    text = element.text or ""
    if called:
        return FUNCTIONS.get(text) or ("\\" + text if text in NAMED else rf"\mathrm{{{text}}}")
    known = {"∂": r"\partial ", "∇": r"\nabla", "π": r"\pi"}.get(text)
    if known or text in GREEK:
        return known or "\\" + GREEK[text]
    hand = next((HANDS[start] for start in HANDS if text and unicodedata.name(text[0], "").startswith(start)), "")
    if hand:
        return re.sub("_", r"\\_", f"{hand}{{{unicodedata.normalize('NFKC', text)}}}")
    if len(text) > 1 or element.get("mathvariant") == "normal":
        return r"\mathrm{" + text.replace("_", r"\_") + "}"
    return text
