"""Profile files: TOML to `Profile`, with `extends`, and the shipped ones.

A file says what differs from the profile it extends. Letters are restricted to what `symbols.letter_forms` knows, and
nothing in a file is ever used as a template, so that a profile from elsewhere cannot do anything but spell.
"""

from __future__ import annotations

import os.path
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from backtrace.errors import InputError, nearest, printable
from backtrace.network.fields import Table
from backtrace.network.records import Network
from backtrace.network.source import Document, file_text, title_line
from backtrace.notation.profile import CHOICES, FALLBACKS, GENERAL, KINDS, TOKENS, WHOLE_KINDS, Alias, Pattern, Profile
from backtrace.notation.symbols import GLYPHS, WORD, letter_forms

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "profiles")
DEFAULT = "mazur"
NAMES = ("mazur", "nielsen", "goodfellow", "bishop", "rumelhart", "cs231n", "d2l", "ng", "layer-uy", "o-grid")

TEXTS = ("title", "source", "extends")
FLAGS = ("delta_named", "net_named")
NUMBERS: Mapping[str, tuple[int, ...]] = {"input_index": (0, 1), "delta_sign": (1, -1)}
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "letters": KINDS,
    "layer_letters": WHOLE_KINDS,
    "glyphs": KINDS,
    "sub": KINDS,
    "sup": KINDS,
    "general": GENERAL,
}
KEYS = (*TEXTS, *CHOICES, *FLAGS, *NUMBERS, *SECTIONS, "aliases")
UNIT_TOKENS = ("unit", "output", "link", "name")
ALIAS_CAP = 40


def load_profile(name: str = DEFAULT) -> Profile:
    """The profile of a name, or of a file when the name has a path separator or a suffix; raises InputError."""
    if is_file(name):
        document = Document(file_text(name), name)
        stem = os.path.splitext(os.path.basename(name))[0]
        return _profile(stem, _tables(document), document)
    return _shipped(_known(name))


def profile_names() -> tuple[str, ...]:
    """The names of the shipped profiles."""
    return NAMES


def profile_titles() -> Iterator[tuple[str, str]]:
    """Name and title of every shipped profile, without the price of parsing TOML."""
    for name in NAMES:
        yield name, title_line(profile_text(name))


def profile_text(name: str) -> str:
    """The text of a shipped profile's file, to copy and to change."""
    return file_text(os.path.join(FOLDER, f"{_known(name)}.toml"))


def is_file(name: str) -> bool:
    """Whether the name of a notation means a file."""
    return "/" in name or "\\" in name or "." in name


def check_profile(profile: Profile, network: Network) -> None:
    """Refuse a profile that spells two quantities of the network alike in any form, with an InputError naming both."""
    from backtrace.network.quantity import Key, neutral
    from backtrace.notation.listing import derivatives, quantities, wholes
    from backtrace.notation.spelling import Spelling

    spelling = Spelling(profile, network)
    keys: list[Key] = [*quantities(network), *wholes(network), *derivatives(network)]
    for spell in (spelling.text, spelling.ascii, spelling.latex):
        seen: dict[str, str] = {}
        for key in keys:
            known = seen.setdefault(spell(key), neutral(key))
            if known != neutral(key):
                raise InputError(
                    f"under the notation '{printable(profile.name)}' two quantities are both spelt '{spell(key)}': "
                    f"{known} and {neutral(key)}",
                    hint="give one of them another letter, or its layer as an index",
                )


@cache
def _shipped(name: str) -> Profile:
    document = Document(profile_text(name), f"{name}.toml")
    return _profile(name, _tables(document), document)


def _known(name: str) -> str:
    if name not in NAMES:
        hint = nearest(name, NAMES)
        raise InputError(f"there is no notation '{printable(name)}'", hint=hint or "backtrace notations lists them")
    return name


def _tables(document: Document) -> dict[str, Any]:
    """The tables of a file laid over those of the profile it extends, each key checked."""
    top = Table(document, (), document.tables, KEYS, "the notation")
    own: dict[str, Any] = {key: top.text(key, longest=200) for key in TEXTS if key in top}
    own |= {key: top.choice(key, known, "") for key, known in CHOICES.items() if key in top}
    own |= {key: top.boolean(key, False) for key in FLAGS if key in top}
    for key, numbers in NUMBERS.items():
        if key in top:
            own[key] = top.whole(key, min(numbers), max(numbers))
            if own[key] not in numbers:
                raise top.refusal(key, f"{key} must be {' or '.join(map(str, numbers))}")
    for section, kinds in SECTIONS.items():
        if section in top:
            own[section] = _section(
                Table(document, (section,), document.tables[section], kinds, f"[{section}]"), section
            )
    if "aliases" in top:
        own["aliases"] = _aliases(top)
    parent = own.pop("extends", "")
    if not parent:
        return own
    if parent not in NAMES:
        raise top.refusal(
            "extends", f"extends = '{printable(parent)}' is not a shipped notation", nearest(parent, NAMES)
        )
    base = _tables(Document(profile_text(parent), f"{parent}.toml"))
    for key, value in own.items():
        base[key] = {**base.get(key, {}), **value} if key in SECTIONS else value
    return base


def _section(table: Table, section: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for kind in table.values:
        if section in ("sub", "sup"):
            found[kind] = _tokens(table, kind, kind)
        elif section == "glyphs":
            found[kind] = table.choice(kind, GLYPHS, "")
        else:
            found[kind] = _letter(table, kind)
    return found


def _letter(table: Table, key: str) -> str:
    letter = table.text(key, longest=20)
    if letter_forms(letter) is None:
        raise table.refusal(
            key,
            f"'{printable(letter)}' cannot be a letter of a notation",
            "ASCII letters, a Greek letter, or a letter with a hat, bar or tilde",
        )
    return letter


def _tokens(table: Table, key: str, kind: str) -> tuple[str, ...]:
    """The list of index tokens under a key, for a kind of quantity."""
    value = table.values[key]
    if not isinstance(value, list) or len(value) > 3 or not all(isinstance(token, str) for token in value):
        raise table.refusal(key, f"{key} must be a list of at most three of: {', '.join(TOKENS)}")
    for token in value:
        if not (token in TOKENS or (token.startswith("=") and re.fullmatch(WORD, token[1:]))):
            raise table.refusal(key, f"unknown index '{printable(token)}'", nearest(token, TOKENS))
        if token == "link" and kind != "weight":
            raise table.refusal(key, "only a weight has a 'link'")
        if kind in ("loss", "loss_sample", "rate") and not token.startswith("="):
            raise table.refusal(key, f"the {kind} has no '{token}'")
        if token == "name" and kind in ("input", "weight", "wire"):
            raise table.refusal(key, f"the {kind} has no 'name'", "use 'unit' or 'link'")
    return tuple(value)


def _aliases(top: Table) -> tuple[Alias, ...]:
    value = top.values["aliases"]
    if not isinstance(value, list) or len(value) > ALIAS_CAP:
        raise top.refusal("aliases", f"aliases must be [[aliases]] tables, at most {ALIAS_CAP}")
    found: list[Alias] = []
    for index, values in enumerate(value):
        table = Table(top.document, ("aliases", index), values, ("kind", "letter", "sub", "sup"), f"alias {index + 1}")
        kind = table.choice("kind", KINDS, "")
        tokens = {key: _tokens(table, key, kind) for key in ("sub", "sup") if key in table}
        letter = _letter(table, "letter") if table.text("letter") else ""
        found.append(Alias(kind, Pattern(letter, tokens.get("sub", ()), tokens.get("sup", ()))))
    return tuple(found)


def _profile(name: str, tables: Mapping[str, Any], document: Document) -> Profile:
    settings = ("title", "source", *CHOICES, *FLAGS, *NUMBERS)
    missing = [key for key in (*settings, "letters", "sub") if key not in tables]
    missing += [f"letters.{kind}" for kind in KINDS if kind not in FALLBACKS and kind not in tables.get("letters", {})]
    if missing:
        raise InputError(
            f"the notation does not say {', '.join(missing[:4])}",
            document.place(),
            'begin with extends = "nielsen" and write only what differs',
        )
    return Profile(
        name=name,
        **{key: tables[key] for key in settings},
        patterns=_patterns(tables),
        aliases=tables.get("aliases", ()),
        general=tables.get("general", {}),
    )


def _patterns(tables: Mapping[str, Any]) -> dict[str, Pattern]:
    letters, glyphs = tables["letters"], tables.get("glyphs", {})
    found: dict[str, Pattern] = {}
    for kind in KINDS:
        like = FALLBACKS.get(kind, kind)
        sub, sup = (_said(tables.get(section, {}), kind, like) for section in ("sub", "sup"))
        if kind == "bias_shared" and kind not in tables["sub"]:
            sub = tuple(token for token in sub if token not in UNIT_TOKENS)
        if kind == "bias_shared" and "layer" not in (*sub, *sup):
            sub, sup = _with_layer(sub, sup, tables)
        found[kind] = Pattern(letters.get(kind) or letters[like], sub, sup, glyphs.get(kind, glyphs.get(like, "")))
    for kind in WHOLE_KINDS:
        found[f"whole_{kind}"] = _whole(kind, found[kind], tables)
    return found


def _said(section: Mapping[str, tuple[str, ...]], kind: str, like: str) -> tuple[str, ...]:
    return section.get(kind, section.get(like, ()))


def _whole(kind: str, single: Pattern, tables: Mapping[str, Any]) -> Pattern:
    """The pattern of a whole layer: the indices of the unit fall away; the layer's number stays, or is put in."""
    like = FALLBACKS.get(kind, kind)
    letters = tables.get("layer_letters", {})
    own = kind in tables["letters"] and kind != like
    letter = letters.get(kind) or (single.letter if own else letters.get(like) or single.letter)
    sub = tuple(token for token in single.sub if token == "layer")
    sup = tuple(token for token in single.sup if token == "layer")
    if not sub and not sup and kind not in ("input", "target") and not own:
        sub, sup = _with_layer(sub, sup, tables)
    return Pattern(letter, sub, sup, single.glyph)


def _with_layer(
    sub: tuple[str, ...], sup: tuple[str, ...], tables: Mapping[str, Any]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return (("layer", *sub), sup) if tables["index_style"] == "joined" else (sub, ("layer", *sup))
