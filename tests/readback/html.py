"""From an HTML page to the Markdown that says the same, its MathML turned into the LaTeX it would be.

The page is read as XML, so that a page that is not well formed is not read at all.
"""

from __future__ import annotations

import unicodedata
import xml.etree.ElementTree as ET

from backtrace.notation.symbols import GREEK
from tests.readback.tree import Unreadable

APPLY = "\u2061"
SIGNS = {
    "−": "-",
    "⋅": r"\cdot ",
    "\u2062": r"\, ",
    "⊙": r"\odot ",
    "→": r"\to ",
    "×": r" \times ",
    "⊤": r"\top",
    "′": r"\prime",
    "⋯": r"\cdots",
    "⋮": r"\vdots",
    "⋱": r"\ddots",
    ",": ",",
    ";": "; ",
    **{c: c for c in "+@()[]=/"},
    ":=": ":=",
}
FUNCTIONS = {"σ": r"\sigma", "relu′": r"\mathrm{relu}'"}
NAMED = ("ln", "tanh", "max", "min", "sin", "cos", "sinh", "cosh")
NOTE_SIGNS = {"×": r"\times ", "·": r"\cdot ", "⊙": r"\odot ", "→": r"\to ", "ᵀ": r"^{\top}", "−": "-"}
HANDS = {
    "MATHEMATICAL BOLD ITALIC": r"\boldsymbol",
    "MATHEMATICAL BOLD": r"\mathbf",
    "MATHEMATICAL SCRIPT": r"\mathcal",
    "MATHEMATICAL MONOSPACE": r"\mathtt",
    "SCRIPT": r"\mathcal",
}
ACCENTS = {"^": r"\hat", "¯": r"\bar", "~": r"\tilde"}


def as_markdown(page: str) -> str:
    """The page in Markdown; Unreadable where it holds what we do not print."""
    start = "<!DOCTYPE html>\n"
    if not page.startswith(start):
        raise Unreadable("no doctype")
    root = ET.fromstring(page.removeprefix(start))
    main = root.find("body/main")
    if main is None:
        raise Unreadable("no main part")
    lines: list[str] = []
    for element in main:
        if element.tag == "p":
            lines.append(sentence(element))
        elif element.tag == "section":
            lines += [line for part in element for line in block(part)]
    return "\n\n".join(lines)


def block(element: ET.Element) -> list[str]:
    """A part of a section."""
    if element.tag in ("h2", "h3", "p"):
        return [sentence(element)]
    if element.tag == "ul" or element.get("class") == "numbers":
        return []
    if element.get("class") != "lines":
        raise Unreadable(f"what is <{element.tag}>?")
    rows = [" &".join("".join(map(math, cell)) for cell in row) for row in element.iter("tr")]
    return ["$$\n\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}\n$$"]


def sentence(element: ET.Element) -> str:
    """Words with formulas between dollar signs."""
    parts = [(element.text or "").replace("$", r"\$")]
    for inner in element:
        parts.append(f"${math(inner)}$" if inner.tag == "math" else "")
        parts.append((inner.tail or "").replace("$", r"\$"))
    return "".join(parts)


def math(element: ET.Element) -> str:
    """A <math> element."""
    if element.tag != "math":
        raise Unreadable(f"<{element.tag}> where a formula should be")
    return row(list(element))


def row(elements: list[ET.Element]) -> str:
    """Elements beside each other; a letter behind a command is parted from it."""
    found = ""
    inside = False  # the bars of a norm
    for place, element in enumerate(elements):
        after = elements[place + 1] if place + 1 < len(elements) else None
        called = after is not None and after.tag == "mo" and after.text == APPLY
        if element.text == "‖":
            found += r" \rVert" if inside else r"\lVert "
            inside = not inside
            continue
        text = one(element, called)
        command = found.rpartition("\\")[2]
        apart = "\\" in found and command.isalpha() and text[:1].isalpha()
        found += (" " if apart else "") + text
    return found


def one(element: ET.Element, called: bool = False) -> str:
    """One element."""
    text, children = element.text or "", list(element)
    if (element.tail or "").strip() or (children and text.strip()):
        raise Unreadable(f"words among formulas: {ET.tostring(element, 'unicode')}")
    match element.tag:
        case "mrow":
            return matrix(children[1]) if len(children) == 3 and children[1].tag == "mtable" else row(children)
        case "mi":
            return identifier(element, called)
        case "mn":
            return text.replace(",", "{,}")
        case "mo":
            return operator(element)
        case "mtext":
            return "".join(NOTE_SIGNS.get(c, c) for c in text) if "×" in text else rf"\text{{{text}}}"
        case "mspace":
            return {"2em": r" \qquad ", "1.5em": r"\quad {} ", "0.17em": r"\,"}[element.get("width", "")]
        case "mfrac":
            return rf"\frac{{{one(children[0]).strip()}}}{{{one(children[1])}}}" + (" " if pending(children) else "")
        case "mstyle":
            return row(children).replace(r"\frac", r"\tfrac")
        case "msqrt":
            return rf"\sqrt{{{row(children)}}}"
        case "msup":
            return f"{one(children[0])}^{{{one(children[1])}}}"
        case "msub":
            return f"{one(children[0])}_{{{one(children[1])}}}"
        case "msubsup":
            return f"{one(children[0])}^{{{one(children[2])}}}_{{{one(children[1])}}}"
        case "mover":
            return rf"{ACCENTS[children[1].text or '']}{{{one(children[0])}}}"
    raise Unreadable(f"what is <{element.tag}>?")


def pending(children: list[ET.Element]) -> bool:
    """Whether a quotient is the sign of a derivative that is not carried out."""
    return children[0].tag == "mi" and children[0].text == "∂"


def matrix(table: ET.Element) -> str:
    """A matrix between brackets."""
    rows = (" & ".join(row(list(cell)) for cell in line) for line in table)
    return rf"\begin{{bmatrix}} {f' {chr(92)}{chr(92)} '.join(rows)} \end{{bmatrix}}"


def operator(element: ET.Element) -> str:
    """A sign."""
    text = element.text or ""
    if text == APPLY:
        return ""
    if text == "|":
        return {"prefix": r"\lvert ", "postfix": r"\rvert "}[element.get("form", "")]
    if text == "," and element.get("lspace") is None:
        return ", "
    if text not in SIGNS:
        raise Unreadable(f"the sign {text!r}")
    return SIGNS[text]


def identifier(element: ET.Element, called: bool) -> str:
    """A letter, a word or a function."""
    text = element.text or ""
    if called:
        return FUNCTIONS.get(text) or ("\\" + text if text in NAMED else rf"\mathrm{{{text}}}")
    if text == "∂":
        return r"\partial "
    if text == "∇":
        return r"\nabla"
    if text == "π":
        return r"\pi"
    if text in GREEK:
        return "\\" + GREEK[text]
    for start, command in HANDS.items():
        if unicodedata.name(text[0]).startswith(start):
            return f"{command}{{{unicodedata.normalize('NFKC', text)}}}".replace("_", r"\_")
    if len(text) > 1 or element.get("mathvariant") == "normal":
        return r"\mathrm{" + text.replace("_", r"\_") + "}"
    return text
