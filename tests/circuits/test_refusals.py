"""What cannot be a circuit, or cannot be computed at a point, is refused with its place and what to do about it."""

from __future__ import annotations

import pytest

from backtrace.api.circuits import circuit
from backtrace.cli.main import main
from backtrace.errors import InputError
from backtrace.network.circuit_reading import MOST_LINES

# Lines, point, and the words; the place stands before them.
REFUSED = {
    "a cycle": (
        "a = b; b = c + 1; c = a*2",
        "",
        "--expr:1:5: a depends on itself: a → b → c → a\n  a circuit has no way back",
    ),
    "a cycle of one": ("f = f + 1", "", "--expr:1:5: f depends on itself: f → f\n  a circuit"),
    "an unused name": (
        "q = x + y; g = x\nf = q*2",
        "",
        "--expr:1:16: g is computed but no formula uses it\n  the output is f, to which everything has to lead",
    ),
    "a value for an unknown name": (
        "f = x",
        "x=1, xx=2",
        "--at:1:6: xx has a value, but no formula uses it\n  did you mean 'x'?",
    ),
    "a value for a computed name": (
        "q = x; f = q",
        "q=2",
        "--at:1:1: q is computed and cannot be given a value\n  its formula stands at --expr:1:5; values are for x",
    ),
    "a missing value": (
        "f = (x + y)*z",
        "x=-2",
        "--expr:1:5: y and z have no value, but x has\n  give all of them (--at 'y=…'), or none to see symbols alone",
    ),
    "a name twice": (
        "f = x\nf = y",
        "",
        "--expr:2:1: f is given twice\n  it stands at --expr:1:1 already; leave one out",
    ),
    "a value twice": ("f = x", "x=1; x=2", "--at:1:6: x is given twice\n  it stands at --at:1:1 already"),
    "a function's name": (
        "max = x + y",
        "",
        "--expr:1:1: max is a function and cannot be computed\n  choose another name",
    ),
    "an unknown function": ("f = 2*expp(x)", "", "--expr:1:7: unknown function 'expp'\n  did you mean 'exp'?"),
    "log": ("f = log(x)", "", "--expr:1:5: unknown function 'log'\n  the natural logarithm is written ln(…)"),
    "a product left out": ("f = x y", "", "--expr:1:7: a sign is missing before 'y'\n  write the product with *"),
    "a constant": ("f = x*pi", "x=1", "--expr:1:7: unknown name 'pi'\n  write its digits"),
    "no name": ("(x + y)*z", "", "--expr:1:1: '(x + y)*z' is no line of a circuit\n  a line is written name = formula"),
    "no formula": ("x = 2", "", "--expr:1:1: there is no formula to compute\n  a line is written f = (x + y)*z"),
    "nothing": ("", "", "there is no formula to compute"),
    "an empty formula": ("f =", "", "--expr:1:4: there is no formula"),
    "a decimal comma": ("f = x", "x=0,5", "--at:1:5: '5' is no line of a circuit\n  a line is written name = formula"),
    "a value that is a formula": ("f = x", "x=y+1", "--at:1:3: the value of x is to be a number, not a formula in y"),
    "a reserved name": ("f = term1*x", "", "--expr:1:5: the name term1 is what a page calls the part of a route"),
    "ln of a negative number": (
        "f = 2*ln(x)",
        "x=-1",
        "--expr:1:7: f has no value: ln(-1) is not defined\n  ln needs a number above 0",
    ),
    "a root of a negative number": (
        "q = x - 5\nf = 1 + sqrt(q)",
        "x=1",
        "--expr:2:9: f has no value: sqrt(-4) is not defined\n  sqrt needs a number that is not negative",
    ),
    "division by 0": (
        "f = y + 1/(x - 2)",
        "x=2, y=1",
        "--expr:1:10: f has no value: 1/0 is not defined\n  nothing can be",
    ),
    "no slope": (
        "f = y*sqrt(x)",
        "x=0, y=1",
        "--expr:1:7: f has no gradient: sqrt has no slope at 0\n  choose another",
    ),
    "no slope of a power": ("f = x^(1/2)", "x=0", "--expr:1:6: f has no gradient: this power has no slope at 0"),
    "no power": (
        "f = x^(1/2)",
        "x=-4",
        "--expr:1:6: f has no value: (-4)^(0.5) is not defined\n  a negative number has",
    ),
    "a constant without a value": ("f = x + ln(2 - 3)", "", "--expr:1:9: f has no value: ln(-1) is not defined"),
    "an overflow": ("f = exp(x)^2", "x=1000", "--expr:1:5: f has no value: exp(1000) is too large for a number"),
    "two meanings of e": (
        "e = t - y\nf = e^2 + exp(y)",
        "",
        "--expr:2:5: e is a name here, and exp is written with the number e\n  choose another name",
    ),
    "a huge gradient": (
        "f = x*y*z",
        "x=0, y=1e200, z=1e200",
        "--expr:1:5: f has no gradient: a result is too large for a number",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_place_and_words(name: str) -> None:
    lines, at, words = REFUSED[name]
    with pytest.raises(InputError) as refusal:
        circuit(lines, at=at).derive()
    assert words in str(refusal.value)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["derive"], "missing argument 'NETWORK'"),
        (["derive", "mazur", "--at", "x=2"], "--at is for a circuit"),
        (["derive", "--expr", "f = x", "--batch", "2"], "--batch makes samples for a network; a circuit has none"),
        (["trace", "mazur", "--expr", "f = x"], "a network and a circuit are given\n  give one of them"),
        (["trace", "--expr", "f = x"], "the circuit has no numbers to run with\n  give them: --at 'x=2, …'"),
        (["trace", "--expr", "f = x", "--at", "x=1", "--steps", "2"], "a circuit has no parameters to update"),
        (["derive", "--expr", "f = x", "y"], "there is no quantity 'y' in this circuit\n  there is: x, f"),
        (["derive", "--expr", "f = x*x", "d4"], "there is no gate d4\n  every gate has a name"),
        (["derive", "--expr", "f = x*x + 1", "d4"], "there is no gate d4\n  the gates without a name are d1 to d1"),
        (["derive", "--expr", "f = x*x", "dx/df"], "x does not depend on f\n  df/dx is the other way round"),
        (["derive", "--expr", "f = x*x", "df/df"], "f does not depend on f"),
        (
            ["derive", "--expr", "f = x*x", "--view", "matrix"],
            "a circuit has no layers, so there is no view matrix of it",
        ),
        (["derive", "--expr", "f = x*x", "--view", "delta"], "the views of a circuit are chain, paths, gates"),
        (["derive", "--circuit", "no/such.txt"], "no/such.txt: there is no such file"),
        (["derive", "--circuit", "-", "--given", "-"], "'-' can stand for --circuit or for --given, not for both"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_refused_on_the_command_line(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert said in printed.err


RUNS = "__import__('pathlib').Path('marker').write_text('x')"
HOSTILE = [
    f"f = {RUNS}",
    f"{RUNS} = x",
    "f = x.__class__",
    "f = x[0]",
    "f = (lambda: 0)()",
    "f = 9**9**9*x",
    "f = x!",
    "f = \u202ex",
    "f\u200b = x",
    "f = x\x1b[2J",
    "f = " + "(" * 5000 + "x" + ")" * 5000,
    "f = " + "-" * 5000 + "x",
    "f = " + "+".join(["x"] * 20_000),
    "f = " + "x" * 10_000,
    "x" * 5_000 + " = y",
    "\n".join(f"a{n} = x" for n in range(10_000)),
    ";" * 200_000 + "f = x =",
    "f = {{ 7*7 }}",
    "f = %s",
    "f == x",
    "= x",
    "f = x = y",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:40]))
def test_hostile_lines_are_refused(text: str, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as refusal:
        circuit(text).derive()
    assert not (tmp_path / "marker").exists()
    assert len(str(refusal.value)) < 400
    assert "\x1b" not in str(refusal.value) and "\u202e" not in str(refusal.value)


# About as large as is read at all.
LARGE = {
    "a deep chain": "\n".join(["a0 = x*y", *(f"a{n} = a{n - 1}*x + a{n - 1}" for n in range(1, MOST_LINES))]),
    "many routes": "\n".join(["a0 = x", *(f"a{n} = a{n - 1}*a{n - 1} - a{n - 1}/3" for n in range(1, MOST_LINES))]),
    "a long product": "f = " + "*".join(["x"] * 199),
    "a long quotient": "f = " + "/".join(["x"] * 199),
    "nested functions": "f = " + "tanh(x*" * 38 + "x" + ")" * 38,
    "a tower": "f = " + "x^" * 30 + "x",
}


@pytest.mark.parametrize(
    ("name", "view"),
    [
        ("a deep chain", "chain"),
        ("many routes", "paths"),
        ("a long product", "gates"),
        ("a long quotient", "gates"),
        ("nested functions", "gates"),
        ("a tower", "gates"),
    ],
)
def test_the_largest_circuits_end_in_a_page(name: str, view: str) -> None:
    page = circuit(LARGE[name]).derive(view=view).page()
    assert "How does" in page or "gate by gate" in page


def test_a_formula_too_long_for_one_slope_is_refused() -> None:
    with pytest.raises(InputError) as refusal:
        circuit(LARGE["a long quotient"]).derive()
    assert str(refusal.value) == (
        "f: the formula is too large to be differentiated line by line\n"
        "  name parts of it in lines of their own, or use --view gates"
    )
