"""The languages say the same things: the same keys, the same slots, and not one English word on a German page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest

from backtrace.api.exercises import exercise
from backtrace.cli import options
from backtrace.mistakes.catalogue import CATALOGUE
from backtrace.questions.bank import bank
from backtrace.questions.contact_sheet import contact_sheet
from backtrace.questions.kinds import MODULES
from backtrace.questions.mistake_words import told, translated
from backtrace.questions.reasons import REASONS
from backtrace.questions.records import LEVELS
from backtrace.questions.sheet_file import read_sheet
from backtrace.questions.sheet_making import Job, make, notation, overview_pages, units
from backtrace.questions.sheet_pages import document_options
from backtrace.questions.variants import numbered
from backtrace.questions.words import LANGUAGES, SLOT, labels, language
from backtrace.render.document import Labels
from backtrace.render.documents import write
from backtrace.render.options import PageOptions
from backtrace.render.topic_words import TOPIC_WORDS
from backtrace.render.words import SLOT as WORDS_SLOT
from backtrace.render.words import WORDS
from tests.mistakes.test_catalogue import SIGNS

# What only the pages of `backtrace derive` say.
NOT_ON_SHEETS = re.compile(r"hint_\w+|reuse\w*|used_times|closed_form|made_numbers|(digits|decimals)\w*|gaps|answers")
FORMATS = ("markdown", "latex", "html", "text")
COMMON = (
    "the of and is are to from with for each every has have how what which this that these all answer answers points "
    "point by on it be not no one its an as at where there by into layer unit units loss weight weights given update "
    "updates forward backward compute exercise solution part page number numbers network student form seed"
)
# Words of the English file that are names.
NAMES = {"sigmoid"}


def slots(sentence: str, pattern: str = SLOT) -> set[str]:
    return {slot[1] for slot in re.finditer(pattern, sentence)}


def test_the_commands_offer_every_language() -> None:
    assert options.LANGUAGES == LANGUAGES


def test_the_same_keys_and_slots() -> None:
    english = language("en").sentences
    for code in LANGUAGES:
        other = language(code).sentences
        assert set(other) == set(english)
        for key, sentence in english.items():
            assert slots(other[key]) == slots(sentence), key
            assert re.sub(SLOT, "", other[key]).count("{") == 0, key


def test_what_derivations_say() -> None:
    wanted = {key for key in WORDS if not NOT_ON_SHEETS.fullmatch(key)}
    german = language("de").derivations
    assert {key for key in WORDS if german[key] != WORDS[key]} == wanted
    for code in LANGUAGES:
        found = language(code).derivations
        assert set(found) == set(WORDS)
        for key in wanted:
            # A sentence may do without what belongs to a command line, never ask for more.
            named = [{slot[2] for slot in re.finditer(WORDS_SLOT, table[key])} for table in (found, WORDS)]
            assert named[0] <= named[1], key
            assert "{" not in re.sub(WORDS_SLOT, "", found[key]), key
            assert "backtrace" not in found[key], key


def test_the_words_of_a_page() -> None:
    for code in LANGUAGES:
        found = labels(language(code))
        assert found.language == code
        assert all(found)
    assert labels(language("de")) != Labels("de")


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != "en"])
def test_every_mistake_is_told(code: str) -> None:
    assert set(translated(code)) == {*CATALOGUE, "reasons"}
    assert set(translated(code)["reasons"]) == set(REASONS)
    for id in (*CATALOGUE, *REASONS):
        english, other = told(id, "en"), told(id, code)
        assert english is not None and other is not None
        assert other.belief.endswith(".") and other.belief != english.belief, id
        assert bool(other.name) == bool(english.name) and len(other.hints) == len(english.hints), id
        assert len(set(other.hints)) == len(other.hints), id
        for hint in other.hints:
            assert hint[0].isupper() and hint[-1] in ".?" and not SIGNS.search(hint), id
    assert told("nothing", code) is None


def words(text: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[^\W\d_]{2,}", text)}


@cache
def english() -> frozenset[str]:
    """Words of the English files and tables, and common ones, that are not German as well."""
    spoken, german = language("en"), language("de")
    found = [*spoken.sentences.values(), *spoken.derivations.values(), *TOPIC_WORDS.values()]
    known = [
        *german.sentences.values(),
        *(german.derivations[key] for key in WORDS if not NOT_ON_SHEETS.fullmatch(key)),
    ]
    for id in (*CATALOGUE, *REASONS):
        for code, texts in (("en", found), ("de", known)):
            behind = told(id, code)
            assert behind is not None
            texts += [behind.name, behind.belief, *behind.hints]
    for one in bank().values():
        asked = [one.texts, *(text for option in one.options for text in (option.texts, option.why) if text)]
        found += [text.by("en") for text in asked]
        known += [text.by("de") for text in asked]
    return frozenset((words(" ".join(found)) | words(COMMON)) - words(" ".join(known)) - NAMES)


def said(page: str, format: str) -> str:
    """The words of a page without formulas, markup and drawings; words within formulas stay."""
    if format == "latex":
        page = page.partition(r"\begin{document}")[2] or page
    if format in ("latex", "markdown"):
        inside = re.findall(r"\\text\{([^{}]*)\}", page)
        page = re.sub(
            r"\\begin\{(align|gather|tikzpicture)\b.*?\\end\{\1\b|\$\$.*?\$\$|\$[^$]*\$", " ", page, flags=re.S
        )
        return re.sub(r"\\(begin|end|value|setcounter)\{\w+|\\[a-zA-Z]+", " ", page) + " ".join(inside)
    if format == "html":
        inside = re.findall(r"<mtext>(.*?)</mtext>|(?:alt|title)=\"(.*?)\"", page)
        page = re.sub(r"<(style|svg|math|code)\b.*?</\1>", " ", page, flags=re.S)
        return re.sub(r"<[^>]*>", " ", page) + " ".join(" ".join(both) for both in inside)
    return page


def points(page: str, format: str) -> list[str]:
    """Numbers with a decimal point; those of layout and drawings do not count."""
    if format == "latex":
        page = re.sub(
            r"\\begin\{tikzpicture\}.*?\\end\{tikz|arraystretch\}\{[\d.]+|[\d.]+(em|ex|mm|pt|\\)", " ", page, flags=re.S
        )
    if format == "html":
        page = re.sub(r"<(style|svg)\b.*?</\1>|[\d.]+(em|rem)\b", " ", page, flags=re.S)
    return re.findall(r"\d\.\d", page)


def pages() -> Iterator[tuple[str, str, str]]:
    """(place, format, page): every kind at every level with its solution, each in one of the formats."""
    for number, kind in enumerate(MODULES):
        for level in LEVELS:
            name = FORMATS[(number + level) % len(FORMATS)]
            made = exercise(kind, level=level, language="de")
            yield f"{kind} {level}", name, made.page(name, "solution", PageOptions(decimal="comma"))


SHEET = """title = "Blatt"
[page]
language = "de"
[[networks]]
id = "netz"
network = "2-2-1:sigmoid,identity"
[[items]]
kind = "forward-pass"
network = "netz"
points = 4
[[items]]
kind = "update"
network = "netz"
points = 3
[[items]]
kind = "shapes-table"
[[items]]
kind = "derivation-to-write"
[[items]]
kind = "paths"
[[items]]
kind = "count-choice"
[[items]]
bank = "old-weights"
[sheet]
self_check = true
"""


def sheet_files() -> Iterator[tuple[str, str, str]]:
    """Every file of a sheet that a person reads."""
    sheet = read_sheet(SHEET, "blatt.toml", "blatt")
    job = Job(sheet, "m", FORMATS)
    made = make(job, units(numbered(1))[0])
    suffixes = {"md": "markdown", "tex": "latex", "html": "html", "txt": "text"}
    for name, text in (*made.files, *overview_pages(job, made.records)):
        if "/given-" in name:  # what is typed is no language's, nor are the names that the checker reads
            text = re.sub(r"^# backtrace check .*$|^[^#].*$", "", text, flags=re.M)
        yield name, suffixes[name.rpartition(".")[2]], text
    spoken = language("de")
    options = document_options(sheet, spoken, notation(""))
    for name in FORMATS:
        yield f"preview {name}", name, write(contact_sheet(sheet, range(1, 3), spoken), name, options)


@pytest.mark.parametrize("made", [pages, sheet_files])
def test_a_german_page_is_german(made) -> None:
    for place, format, page in made():
        assert words(said(page, format)) & english() == set(), place
        assert points(page, format) == [], place


def test_an_english_word_is_found() -> None:
    for format in FORMATS:
        page = exercise("update", language="de").page(format, "solution", PageOptions(decimal="comma"))
        assert words(said(page, format)) & english() == set()
        assert words(said(page.replace("Gegeben", "Given"), format)) & english() == {"given"}
        assert points(page, format) == []
        assert points(page.replace("0{,}" if "0{,}" in page else "0,", "0."), format)
    page = exercise("update", language="en").page("latex", "solution")
    assert words(said(page, "latex")) & english() >= {"update", "significant", "change", "forward"}
    assert "more" in words(said(r"$w \to \text{2 more routes}$", "latex")) & english()
