"""Hostile text through every door that exists now: refused, or printed literally; nothing runs, nothing hangs.

The rows are those of the house's list of hostile inputs; each is an attack that worked on some other program.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backtrace.api import load
from backtrace.cli.main import main
from backtrace.errors import InputError, Place
from backtrace.network.activations import activation
from backtrace.network.finding import complete
from backtrace.network.reading import read_network
from backtrace.notation.loading import load_profile
from backtrace.notation.names import resolve
from backtrace.notation.profile import Profile

NETWORK = """\
[data]
inputs = [0.5, -0.25]
targets = [0.1]
[[layers]]
units = 2
weights = [[0.1, -0.2], [0.3, 0.4]]
[[layers]]
units = 1
weights = [[0.5, -0.6]]
[optimizer]
learning_rate = 0.5
"""

RUNS = "__import__('pathlib').Path('marker').write_text('x')"
REVERSED, UNSEEN = "\u202e", "\u200b"  # the right-to-left override, the space of no width

FORMULAS = [
    RUNS,
    "().__class__.__bases__[0].__subclasses__()",
    "x.subs.__func__.__globals__",
    "open('marker','w')",
    "exec('1')",
    "lambda: 0",
    "[i for i in x]",
    "f'{x}'",
    "9**9**9",
    "(1+x)^(10^9)",
    "10000000!",
    "factorial(10**7)",
    "exp(exp(exp(9+x)))",
    "x*1e999",
    "x/0",
    "ln(0*x)",
    "sqrt(-1+0*x)",
    "(-1)^(0.5+0*x)",
    "x*nan",
    "inf*x",
    "x-Infinity",
    "(" * 5000 + "x" + ")" * 5000,
    "-" * 5000 + "x",
    "+".join(["x"] * 20_000),
    "x" * 100_000,
    "x+" + "9" * 10_000,
    "x*1_000",
    "x*0x1F",
    "x*0.5.5",
    "2x",
    "x x",
    "1.2e*x",
    "1,5*x",
    "\uff58",
    "x*\u0661",
    "\u00bd*x",
    f"x{UNSEEN}",
    f"x{REVERSED}",
    "x\x1b[31m",
    "E*x",
    "I*x",
    "S(x)",
    "N(x)",
    "pi*x",
    "x = 0.3; import os",
    "{{ 7*7 }}",
    "%s%n",
    "\\input{../secret}",
    "=1+1",
]

NAMES = [
    RUNS,
    "().__class__",
    "w5.__class__",
    "exec(w5)",
    "9**9**9",
    "E**2",
    "nan",
    "w" * 100_000,
    "w" + "9" * 10_000,
    "dE/d" * 5000,
    "(" * 5000,
    "\uff575",
    "w\u0665",
    f"w5{UNSEEN}",
    f"w5{REVERSED}",
    "\x1b[2Jw5",
    "w5\x00",
    "w5\ud800",
    "dE/dw99",
    "out_h7",
    "{{ 7*7 }}",
    "%s%n",
    "../w5",
    "w5; import os",
    "w5 = 0.3",
    "",
    "+" * 5000,
    "w5@" + "9" * 5000,
]

NUMBERS = [
    RUNS,
    "nan",
    "inf",
    "-Infinity",
    "1e999",
    "1e400",
    "9" * 10_000,
    "0." + "1" * 31,
    "1_000",
    "0x1F",
    "0.5.5",
    "1,5",
    "1/2",
    "1.2e",
    "\uff11",
    "\u0661",
    "\u00bd",
    f"1{UNSEEN}",
    "--1",
    "1e-9999",
    "9**9**9",
    "true",
    "[1]",
    "0.3; import os",
    "=1+1",
    "",
]

# Network files, and what they are refused with.
FILES = {
    "empty": (b"", "inputs is missing"),
    "only comments": (b"# nothing\n", "inputs is missing"),
    "Latin-1": (b'title = "\xe9"\n' + NETWORK.encode(), "not UTF-8"),
    "UTF-16 without a mark": (NETWORK.encode("utf-16-le"), "not "),
    "half of UTF-16": (codecs.BOM_UTF16_LE + NETWORK.encode("utf-16-le")[:-1], "not "),
    "a lone surrogate": (b'title = "\xed\xa0\x80"\n' + NETWORK.encode(), "not UTF-8"),
    "NUL": (b'title = "\0"\n' + NETWORK.encode(), "not TOML"),
    "1 MB and more": (b"# " + b"x" * 1_000_000 + b"\n" + NETWORK.encode(), "larger than 1 MB"),
    "depth 100,000": (b"x = " + b"[" * 100_000, "nested too deeply"),
    "dots 100,000": (b"x" + b".x" * 100_000 + b" = 1", "nested too deeply"),
    "the same key twice": (NETWORK.encode() + b"learning_rate = 1\n", "not TOML"),
    "an integer of 5,000 digits": (NETWORK.replace("0.5,", "9" * 5000 + ",").encode(), "too large"),
    "a million units": (NETWORK.replace("units = 1", "units = 1000000").encode(), "units must lie between"),
    "a file of passwords": (b"root:x:0:0:root:/root:/bin/sh\n", "not TOML"),
    "JSON": (b'{"inputs": [NaN]}', "not TOML"),
    "YAML": (b"!!python/object/apply:os.system ['true']", "not TOML"),
    "SVG": (b'<!DOCTYPE svg [<!ENTITY a "b">]><svg/>', "not TOML"),
}

# Printed literally, as a title in LaTeX and as the name of a file on every page.
TEXTS = [
    r"\input{../secret}",
    r"\csname input\endcsname",
    "^^5cinput",
    r"\write18{touch marker}",
    r"\openout5=marker",
    r"\directlua{x}",
    r"\loop\iftrue\repeat",
    r"\def\a{\a\a}\a",
    r"\end{document}",
    "Ann %",
    "# _ $ & ~ ^ { } | ` * -- ``x''",
    "<script>alert(1)</script>",
    'x" onmouseover="y',
    "javascript:alert(1)",
    "{{ 7*7 }}",
    "{% include 'x' %}",
    "${7*7}",
    "%s%n",
    "=HYPERLINK(1)",
    "@SUM(1)",
    "[a](b) ![c](d)",
    '"""+1/0+"""',
    "\u6f22 \U0001f600 \u05d0 \u00e9",
]

UNPRINTABLE = ["\x1b[31mred", "a\rb", "a\nb", "a\tb", REVERSED, f"a{UNSEEN}b", "x" * 5000]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty working directory, in which nothing may have run and nothing may have taken long."""
    monkeypatch.chdir(tmp_path)
    begun = time.perf_counter()
    yield tmp_path
    assert not (tmp_path / "marker").exists()
    # Not a measurement: whoever hangs takes far longer.
    assert time.perf_counter() - begun < 20


def refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What is said of words that must be refused; it is short, and does nothing to a terminal."""
    assert main(words) == 2
    shown = capsys.readouterr()
    assert len(shown.out) == 0
    assert shown.err.startswith("error: ")
    assert len(shown.err) < 700
    assert harmless(shown.err)
    return shown.err


def harmless(text: str) -> bool:
    """Whether nothing in a text commands a terminal, hides, or turns its direction."""
    return all(c.isprintable() or c == "\n" for c in text)


def page(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What is printed, which must be harmless."""
    assert main(words) == 0
    shown = capsys.readouterr().out
    assert harmless(shown)
    return shown


def quoted(text: str) -> str:
    """A TOML string."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


@pytest.mark.parametrize("formula", FORMULAS, ids=lambda text: ascii(text[:24]))
def test_a_formula_is_refused(formula: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    refused(["derive", "mazur", "w5", "--set", f"layer1.activation={formula}"], capsys)
    text = NETWORK.replace("units = 2\n", f"units = 2\nactivation = {quoted(formula)}\n")
    (folder / "net.toml").write_text(text, encoding="utf-8")
    refused(["trace", "net.toml"], capsys)


@pytest.mark.parametrize("name", NAMES, ids=lambda text: ascii(text[:24]))
def test_a_name_is_refused(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    refused(["derive", "mazur", name], capsys)
    refused(["derive", "mazur", f"dE/d{name}"], capsys)
    refused(["trace", "mazur", "--set", f"{name}=1"], capsys)
    refused(["derive", "mazur", "--notation", name or "x"], capsys)


@pytest.mark.parametrize("value", NUMBERS, ids=lambda text: ascii(text[:24]))
def test_a_number_is_refused(value: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    refused(["trace", "mazur", "--set", f"w5={value}"], capsys)
    (folder / "given.txt").write_text(f"# mine\nw5 = {value}\n", encoding="utf-8")
    assert refused(["trace", "mazur", "--given", "given.txt"], capsys).startswith("error: given.txt:2: ")


@pytest.mark.parametrize("row", FILES)
def test_a_network_file_is_refused(row: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content, told = FILES[row]
    (folder / "net.toml").write_bytes(content)
    said = refused(["trace", "net.toml"], capsys)
    assert said.startswith("error: net.toml")
    assert told in said
    assert "/root" not in said


@pytest.mark.parametrize("row", ["Latin-1", "half of UTF-16", "NUL", "1 MB and more", "a file of passwords"])
def test_a_given_file_and_a_notation_are_refused(row: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "bad.toml").write_bytes(FILES[row][0])
    for option in ("--given", "--notation"):
        assert refused(["derive", "mazur", option, "bad.toml"], capsys).startswith("error: bad.toml")


def test_a_given_file_of_many_lines_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "given.txt").write_text("w5 = 1\n" * 100_000)
    assert "more than 20000 lines" in refused(["derive", "mazur", "--given", "given.txt"], capsys)


@pytest.mark.parametrize(
    "content",
    [
        codecs.BOM_UTF8 + NETWORK.encode(),
        NETWORK.encode("utf-16"),
        codecs.BOM_UTF16_BE + NETWORK.encode("utf-16-be"),
        NETWORK.replace("\n", "\r\n").encode(),
    ],
    ids=["UTF-8 with a mark", "UTF-16", "UTF-16, the other way round", "CRLF"],
)
def test_other_encodings_are_read(content: bytes, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "net.toml").write_text(NETWORK, encoding="utf-8")
    expected = page(["trace", "net.toml", "-f", "json"], capsys)
    (folder / "net.toml").write_bytes(content)
    assert page(["trace", "net.toml", "-f", "json"], capsys) == expected


def test_the_last_of_two_values_counts(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "given.txt").write_text("w5 = 1\nw5 = 2\n")
    twice = page(["trace", "mazur", "--given", "given.txt", "-f", "json"], capsys)
    assert twice == page(["trace", "mazur", "--set", "w5=2", "-f", "json"], capsys)


@pytest.mark.parametrize("title", UNPRINTABLE, ids=lambda text: ascii(text[:24]))
def test_a_title_that_cannot_be_printed_is_refused(
    title: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "net.toml").write_text(f"title = {quoted(title)}\n{NETWORK}", encoding="utf-8")
    assert refused(["derive", "net.toml"], capsys).startswith("error: net.toml:1:1: the network: title ")


@pytest.mark.parametrize("name", [*TEXTS, *UNPRINTABLE, "", "a b", "1", "_a", "\u03b1"], ids=lambda t: ascii(t[:24]))
def test_a_unit_is_called_by_letters_and_digits(name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = NETWORK.replace("units = 2\n", f'units = 2\nunit_names = [{quoted(name)}, "b"]\n')
    (folder / "net.toml").write_text(text, encoding="utf-8")
    assert refused(["derive", "net.toml"], capsys).startswith("error: net.toml:6:1: layer 1: ")


def test_titles_are_printed_literally_in_latex(folder: Path, capsys: pytest.CaptureFixture[str], pdflatex: str) -> None:
    """All of them in one document, which compiles, ends where it should, and reads and writes nothing else."""
    (folder.parent / "secret.tex").write_text("SECRET")
    titles = [" ".join(TEXTS[n::2]) for n in range(2)]
    for number, title in enumerate(titles):
        (folder / "net.toml").write_text(f"title = {quoted(title)}\n{NETWORK}", encoding="utf-8")
        format = ("latex", "beamer")[number]
        source = page(["derive", "net.toml", "w1", "-f", format, "--standalone"], capsys)
        assert source.count(r"\end{document}") == 1
        assert not re.search(r"\\(input|write|openout|csname|directlua|loop|def)\b", source.replace(r"\inputenc", ""))
        (folder / "page.tex").write_text(source, encoding="utf-8")
        done = subprocess.run(
            [pdflatex, "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "page.tex"],
            cwd=folder,
            env={**os.environ, "openin_any": "p", "openout_any": "p"},
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-2000:]
        assert b"secret.tex" not in (folder / "page.log").read_bytes()


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: ascii(text[:24]))
def test_the_name_of_a_file_is_printed_literally(text: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = text.replace("/", "-")
    (folder / f"{name}.toml").write_text(NETWORK)
    words = ["derive", f"./{name}.toml", "w1", "-f"]
    assert name in page([*words, "terminal"], capsys)
    shown = page([*words, "markdown"], capsys).splitlines()[0]
    assert not re.search(r"<\w|(?<!\\)[*`\[]", shown.split(": 2 inputs")[0])
    assert json.loads(page([*words, "json"], capsys))["network"] == name
    assert name not in page([*words, "script"], capsys) or name.isalnum()
    assert page([*words, "latex", "--standalone"], capsys).count("\\end{document}") == 1


@pytest.mark.parametrize("name", ["\x1b[31mred", "a\rb", "a\nb", f"{REVERSED}evil", "\udcff"], ids=ascii)
def test_the_name_of_a_file_does_nothing_to_a_terminal(
    name: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        (folder / f"{name}.toml").write_text(NETWORK)
    except (OSError, UnicodeError):
        pytest.skip("this system has no such file name")
    for format in ("terminal", "markdown", "latex", "script"):
        page(["derive", f"./{name}.toml", "w1", "-f", format], capsys)
    refused(["derive", f"./{name}.toml", "w99"], capsys)
    refused(["derive", f"./no{name}.toml"], capsys)


def test_a_script_contains_nothing_but_its_own_names(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = NETWORK.replace("units = 2\n", 'units = 2\nunit_names = ["eval", "import"]\n')
    (folder / "net.toml").write_text(f"title = {quoted(RUNS)}\n{text}")
    script = page(["derive", "net.toml", "-f", "script"], capsys)
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "E = " in done.stdout


def test_a_spreadsheet_finds_no_formula(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Cells are names that begin with a letter, or numbers, which may be negative."""
    (folder / "=1+1.toml").write_text(f'title = "=1+1"\n{NETWORK}')
    rows = list(csv.reader(io.StringIO(page(["trace", "./=1+1.toml", "-f", "csv"], capsys))))
    cells = [cell for row in rows[1:] for cell in row if cell]
    assert any(cell.startswith("-") for cell in cells)
    for cell in cells:
        assert cell[0].isalpha() or re.fullmatch(r"-?[0-9.]+(e-?[0-9]+)?", cell)


@pytest.mark.parametrize("where", ["link.md", "dangling.md", "folder.md", "no/such.md", "a\x00.md", "x" * 300 + ".md"])
def test_no_output_goes_where_it_must_not(where: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "kept.md").write_text("kept")
    (folder / "link.md").symlink_to("kept.md")
    (folder / "dangling.md").symlink_to("nowhere.md")
    (folder / "folder.md").mkdir()
    before = sorted(os.listdir(folder))
    for force in ([], ["--force"]):
        refused(["derive", "mazur", "w5", "-o", where, *force], capsys)
    assert sorted(os.listdir(folder)) == before
    assert (folder / "kept.md").read_text() == "kept"


@pytest.mark.parametrize("view", ["chain", "paths", "delta", "gates"])
def test_a_network_of_300_layers_is_derived(view: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    layer = '[[layers]]\nunits = 2\nactivation = "tanh"\nweights = [[0.9, 0.2], [-0.3, 0.8]]\n'
    (folder / "deep.toml").write_text("[data]\ninputs = [1, 0.5]\ntargets = [0.5, 0.1]\n" + layer * 300)
    assert "w1" in page(["derive", "deep.toml", "w1", "--view", view], capsys)
    said = refused(["derive", "deep.toml", "--view", view], capsys)
    assert said.startswith("error: the whole derivation has more than 1800 lines\n  name what you want")


@pytest.mark.parametrize("view", ["chain", "paths", "delta", "gates", "matrix"])
@pytest.mark.parametrize("network", ["2-3:softmax", "2-3-2:softmax,sigmoid"])
def test_softmax_has_calculus_lines_anywhere(network: str, view: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["derive", network, "w1_1_1", "--view", view, "--detail"]
    calculus, factors = (page([*words, detail], capsys) for detail in ("calculus", "factors"))
    # Matrices have no lines of calculus between their factors.
    assert (len(calculus) > len(factors)) == (view != "matrix")


@pytest.mark.parametrize("number", ["1e308", "-1000", "1e-320", "-0.0", "0." + "3" * 29])
@pytest.mark.parametrize("network", ["mazur", "tiny", "grid"])
def test_numbers_of_any_size_are_computed_or_refused(
    network: str, number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A value is a number, or the page is refused; never a NaN, an infinity, a minus zero."""
    for command in (["derive", network, "w1_1_1"], ["trace", network]):
        status = main([*command, "--set", f"w1_1_1={number}"])
        shown = capsys.readouterr()
        assert status == 0 or (status == 2 and shown.err.startswith("error: "))
        # The words typed are repeated on the page, as part of a command that shows the forward pass.
        numbers = "".join(line for line in shown.out.splitlines() if "--set" not in line)
        assert not re.search(r"\b(nan|inf)\b|[-−]0(?![.0-9])|[-−]0\.0+(?![0-9])", numbers)


# Any text whatever is read or refused with an InputError, which is harmless; everything else fails the test.

MARKS = "x12.e+-*/^(), ²·−σ=[]{}\"'#\n_@dE∂wbhot'"
TEXT = st.text(max_size=60) | st.text(alphabet=MARKS, max_size=60)
KEYS = st.sampled_from(["w5", "lr", "order", "loss", "layer1.activation", "layer2.shared_bias", "b1", "i1", "E", "w9"])
MAZUR = load("mazur")
PROFILES = [load_profile(name) for name in ("mazur", "nielsen", "o-grid")]


def refusal(action: Callable[[], object]) -> str:
    """What is said when the action refuses its text; "" when it does not."""
    try:
        action()
    except InputError as error:
        return str(error)
    return ""


@given(TEXT)
@example("x^(1-1)")
def test_any_text_as_an_activation(text: str) -> None:
    assert harmless(refusal(lambda: activation(text)))


@given(TEXT, st.sampled_from(PROFILES))
@example("dE/dw5[out_o1]", PROFILES[0])
def test_any_text_as_a_name(text: str, profile: Profile) -> None:
    assert harmless(refusal(lambda: resolve(text, MAZUR.network, profile)))


@given(TEXT | st.builds("{}={}".format, KEYS, TEXT))
def test_any_text_as_a_change(text: str) -> None:
    assert harmless(refusal(lambda: load("mazur", sets=[text])))


@st.composite
def spoilt(draw: st.DrawFn) -> str:
    """The network file with a few pieces replaced by text."""
    text = NETWORK
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        piece = draw(st.text(alphabet=MARKS, max_size=8) | st.sampled_from(re.findall(r"\S+", NETWORK)))
        text = text[:start] + piece + text[start + draw(st.integers(0, 8)) :]
    return text


@given(spoilt() | TEXT)
def test_any_text_as_a_network_file(text: str) -> None:
    said = refusal(lambda: complete(read_network(text, "net.toml", "net"), Place("net.toml")))
    assert harmless(said)
    assert not said or said.startswith("net.toml")
