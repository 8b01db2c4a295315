"""The reader of sheets: a key that is wrong, a number misprinted, a sheet that contradicts itself are all found."""

from __future__ import annotations

import ast
import re
from math import floor, log10
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import backtrace as bt
from backtrace.expression.tree import add, mul, number
from backtrace.questions import reading_back
from backtrace.questions.kinds import MODULES
from backtrace.questions.labels import Exercise
from backtrace.questions.reading_back import Compared, compared
from backtrace.questions.reading_back.mathematics import formula, slope, word
from backtrace.questions.reading_back.networks import rounded
from backtrace.questions.reading_back.readers import READERS
from backtrace.questions.reading_back.sentences import Said, sentences
from backtrace.questions.reading_back.sheets import exercises
from backtrace.questions.records import Answer, Choice, Essay, Formula, Numeric, Shape, Whole
from backtrace.questions.stress import reread
from backtrace.questions.words import LANGUAGES, language


def altered(answer: Answer) -> Answer:
    """An answer of the same sort that is wrong."""
    if isinstance(answer, Numeric):
        by = 1e-4 * abs(answer.value)
        return answer._replace(value=answer.value + by, low=answer.low + by, high=answer.high + by)
    if isinstance(answer, Whole):
        return answer._replace(value=answer.value + 1)
    if isinstance(answer, Shape):
        return answer._replace(dims=(answer.dims[1], answer.dims[0] + 1))
    if isinstance(answer, Formula):
        return answer._replace(expr=add(mul(number(2), answer.expr), number(1)))
    if isinstance(answer, Choice):
        first, *others = answer.options
        return answer._replace(options=(first._replace(right=not first.right, why="m"), *others))
    return Whole(1)


@pytest.mark.parametrize("kind", MODULES)
def test_every_key_that_is_wrong_is_found(kind: str) -> None:
    made = bt.exercise(kind, seed=4, level=3)
    page, parts = made.page("markdown"), made.instance.parts
    for index, part in enumerate(parts):
        planted = (*parts[:index], part._replace(answer=altered(part.answer)), *parts[index + 1 :])
        found = compared(page, [made.instance._replace(parts=planted)]).mismatches
        label = f"1{chr(ord('a') + index)}" if len(parts) > 1 else "1"
        assert found and all(re.split("[ :]", one)[0] == label for one in found)


# What is misprinted on the sheet: the kind, its level, what is replaced by what; the first place counts.
MISPRINTS = (
    ("forward-pass", 2, r"w2: i2", "w2: i1"),
    ("forward-pass", 2, r"w_\{1\} = (-?)0", r"w_{1} = \g<1>1"),
    ("loss", 2, r"t_\{1\} = 0", "t_{1} = 3"),
    ("output-delta", 1, r"\^\{2\}", "^{4}"),
    ("hidden-gradient", 2, r"w_\{5\} = (-?)0", r"w_{5} = \g<1>2"),
    ("backward-pass", 1, r"b_\{o1\} = (-?)0", r"b_{o1} = \g<1>1"),
    ("update", 1, r"\\eta = 0", r"\\eta = 3"),
    ("two-steps", 1, r"\\eta = ", r"\\eta = 3"),
    ("batch-of-two", 1, "the mean of", "the sum of"),
    ("momentum-step", 2, r"μ = \$0.9", "μ = $0.8"),
    ("adam-step", 2, r"β₁ = \$0.9", "β₁ = $0.8"),
    ("softmax-cross-entropy", 2, r"t_\{1\} = ", "t_{1} = 1"),
    ("xor-by-hand", 3, r"w_\{5\} = ", "w_{5} = 1"),
    ("chain-with-blank", 2, r"w_\{2\} = (-?)0", r"w_{2} = \g<1>1"),
    ("chain-with-blank", 2, r"\\cdot \{\?\}", r"\\cdot 2 \\cdot {?}"),
    ("find-the-mistake", 2, r"(\*\*\(1\)\*\*.*) = \$(-?)0", r"\1 = $\g<2>7"),
    ("find-the-mistake", 2, r"(\*\*\(1\)\*\*.*\$ = \$)w_\{1\}(.*)w_\{2\}", r"\1w_{2}\2w_{1}"),
    ("parameter-count", 2, r"sizes (\d)", r"sizes 1\1"),
    ("parameter-count", 1, "has a bias", "has no bias"),
    ("symbolic-count", 1, r"sizes \w+", "sizes 77"),
    ("count-choice", 1, r"\+ 1\)", "+ 2)"),
    ("updates-per-epoch", 2, r"has \$(\d)", r"has $1\1"),
    ("order-of-multiplication", 2, r": 1×(\d+), \d+", r": 1×\1, 77"),
    ("weight-initialisation", 2, r"gets \$(\d)", r"gets $1\1"),
    ("shapes-table", 2, r"batch of \$(\d)", r"batch of $1\1"),
    ("shapes-table", 2, r"\$W_\{1\}\$ = ", "$W_{2}$ = "),
    ("vectorise", 2, r"batch of \$(\d)", r"batch of $1\1"),
    ("vectorise", 2, r"X\^\{\\top\} \\, ", r"X \\, "),
    ("paths", 3, r"Layer \$2\$ has \$\d", "Layer $2$ has $5"),
    ("paths", 2, r"B\*\* (.*)\n(.*C\*\*) (.*)", r"B** \3\n\2 \1"),
    ("factor-and-memoise", 3, r"of the \$\d\$ weights", "of the $9$ weights"),
    ("factor-and-memoise", 3, r"Layer \$2\$ has \$\d", "Layer $2$ has $5"),
    ("local-derivative", 1, r"f\(x\) = \$", "f(x) = $2 + 3*x + "),
    ("perceptron-run", 2, r"i\^\{@1\}_\{1\} = (-?)\d", "i^{@1}_{1} = 9"),
    ("true-false", 1, "true$", "yes"),
    ("multiple-choice", 2, r"\*\*A\*\* ", "**A** not "),
)


@pytest.mark.parametrize(("kind", "level", "printed", "misprinted"), MISPRINTS)
def test_a_misprint_is_found(kind: str, level: int, printed: str, misprinted: str) -> None:
    made = bt.exercise(kind, seed=5, level=level)
    page = made.page("markdown")
    wrong = re.sub(printed, misprinted, page, count=1, flags=re.M)
    assert wrong != page
    found = compared(wrong, [made.instance])
    assert compared(page, [made.instance]).mismatches == ()
    assert found.mismatches or found.unread


def test_every_kind_is_misprinted_and_read() -> None:
    assert {kind for kind, *_ in MISPRINTS} == set(MODULES) - {"derivation-to-write"}


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("backward-pass", {"network": "mazur", "small": True}),
        ("backward-pass", {"network": "2-3-2:tanh,relu"}),
        ("update", {"activation": "relu", "output": "identity"}),
        ("batch-of-two", {"reduction": "sum"}),
        ("momentum-step", {"form": "velocity"}),
        ("chain-with-blank", {"blanks": "each", "activation": "tanh"}),
        ("parameter-count", {"bias": False}),
        *(("loss", {"loss": loss}) for loss in ("squared_error", "mean_squared_error", "absolute_error")),
        ("loss", {"loss": "binary_cross_entropy"}),
        ("local-derivative", {"activation": "1.7159*tanh(2*x/3)"}),
        ("find-the-mistake", {"activation": "tanh"}),
    ],
)
@pytest.mark.parametrize("code", LANGUAGES)
def test_settings_are_read(kind: str, settings: dict[str, object], code: str) -> None:
    made = bt.exercise(kind, seed=3, level=3, language=code, **settings)
    found = compared(made.page("markdown"), [made.instance], code)
    assert (found.mismatches, found.unread) == ((), ())
    assert found.recomputed + found.by_person == len(made.instance.parts)


def test_what_nobody_reads_says_what_to_add(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(READERS, "count_in_all")  # type: ignore[arg-type]
    made = bt.exercise("parameter-count", seed=1)
    (unread,) = compared(made.page("markdown"), [made.instance]).unread
    assert "count_in_all" in unread and "reading_back/readers.py" in unread


def test_a_network_that_is_not_all_there_is_not_guessed() -> None:
    made = bt.exercise("loss", seed=1, level=2)
    page = re.sub(r", \$w_\{2\} = [^$]+\$", "", made.page("markdown"))
    found = compared(page, [made.instance])
    assert found.recomputed == 0 and len(found.unread) == len(made.instance.parts)


def test_exercises_and_parts_that_are_missing_are_said() -> None:
    made = bt.exercise("loss", seed=1)
    assert compared("nothing", [made.instance]).mismatches == ("the sheet shows 0 exercises, the key has 1",)
    short = made.page("markdown").rpartition("**(")[0]
    assert compared(short, [made.instance]).mismatches == ("1: the sheet asks for 1 answers, the key has 2",)


def test_an_interval_that_is_too_narrow_for_rounding_every_line_is_found() -> None:
    found: list[str] = []
    for seed in range(10):
        made = bt.exercise("softmax-cross-entropy", seed=seed, level=3)
        parts = tuple(part._replace(answer=narrow(part.answer)) for part in made.instance.parts)
        found += compared(made.page("markdown"), [made.instance._replace(parts=parts)]).mismatches
    assert found and all("every line rounded to 4 digits, is not accepted" in one for one in found)


def narrow(answer: Answer) -> Answer:
    """The same number with what is accepted where everything is carried, and no more."""
    assert isinstance(answer, Numeric)
    half = 0.5 * 10.0 ** (floor(log10(abs(answer.value))) + 1 - answer.digits)
    return answer._replace(low=answer.value - half, high=answer.value + half)


@pytest.mark.parametrize(
    ("x", "digits", "expected"),
    [(0.0305849999999999, 4, 0.03059), (0.30584, 4, 0.3058), (-2.5, 1, -3.0), (99.96, 3, 100.0), (0.0, 3, 0.0)],
)
def test_rounding_is_that_of_people(x: float, digits: int, expected: float) -> None:
    assert rounded(x, digits) == expected


PAGES = {kind: bt.exercise(kind, seed=1, level=2) for kind in ("update", "find-the-mistake", "paths", "count-choice")}


@given(
    st.sampled_from(sorted(PAGES)),
    st.lists(
        st.tuples(st.integers(0, 4000), st.integers(0, 40), st.text(alphabet="\\frac{}^_$1*(-)→ w@+|\n", max_size=8))
    ),
)
def test_whatever_is_printed_is_read_or_said(kind: str, changes: list[tuple[int, int, str]]) -> None:
    page = PAGES[kind].page("markdown")
    for place, length, text in changes:
        page = page[:place] + text + page[place + length :]
    found = compared(page, [PAGES[kind].instance])
    assert isinstance(found, Compared)


def test_what_is_read() -> None:
    made = bt.exercise("hidden-gradient", seed=3, level=3, language="de")
    (found,) = exercises(made.page("markdown"), "de")
    assert found.numbers["i1"] == -0.30 and found.numbers["b_h2"] == -0.86
    assert [said.key for said in found.said] == ["network_inputs", "network_hidden", "network_output", "loss_is"]
    assert found.asked[-1].ask == Said("compute_gradient", (r"\frac{\partial E}{\partial w_{1}}",))
    assert (found.asked[-1].label, found.asked[-1].name, found.asked[-1].digits) == ("d", "slope_E_by_w1", 4)


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"w_{15}", "w15"),
        (r"\mathrm{out}_{h2,1}", "out_h2_1"),
        (r"\mathrm{net}^{@2}_{o1}", "net_o1_at2"),
        (r"w^{++}_{5}", "w5PP"),
        (r"\frac{\partial E^{+}}{\partial w^{+}_{5}}", "slope_EP_by_w5P"),
        (r"(\Delta w_{2})^{+}", "DeltaP_w2"),
        (r"\hat{m}^{+}_{w_{1}}", "mhatP_w1"),
        (r"\frac{1}{1 + e^{-\mathrm{net}_{h1}}}", "((1)/(1 + exp(-net_h1)))"),
        (r"\tfrac{1}{2}(t_{1} - \mathrm{out}_{o1})^{2}", "1/2*(t1 - out_o1)^(2)"),
        (r"\max(0; x)", "max(0, x)"),
        (r"\sqrt{\frac{x}{2}}", "sqrt(((x)/(2)))"),
    ],
)
def test_names_and_formulas_as_plain_words(latex: str, expected: str) -> None:
    assert word(latex) == expected


def test_slopes_are_exact() -> None:
    assert slope(lambda x: formula(r"x^{3} + \max(0, x)")({"x": x}), 2.0) == 13.0
    assert slope(lambda x: formula(r"\max(0, x)")({"x": x}), 0.0) == 0.0


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_sentence_is_found_by_its_language(code: str) -> None:
    template = language(code).sentences["epoch_given"]
    text = template.replace("{1}", "$7005$").replace("{2}", "$100$")
    assert sentences(code).whole(text) == Said("epoch_given", ("7005", "100"))
    assert list(sentences(code).all(f"Xyz abc. {text}"))[1].key == "epoch_given"


def test_the_reader_stands_on_its_own() -> None:
    """Nothing that makes a key takes part in reading it back."""
    for path in Path(reading_back.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("backtrace"):
                assert node.module.startswith(
                    (
                        "backtrace.errors",
                        "backtrace.shipped",
                        "backtrace.expression",
                        "backtrace.network.quantity",
                        "backtrace.questions.reading_back",
                        "backtrace.questions.records",
                        "backtrace.questions.words",
                    )
                ), f"{path.name} imports {node.module}"


def test_stress_reads_the_text_of_every_sheet() -> None:
    made = bt.exercise("update", seed=1).instance
    part = made.parts[0]
    wrong = made._replace(
        parts=(part._replace(answer=part.answer._replace(value=part.answer.value + 1e-5)), *made.parts[1:])
    )
    assert reread(SimpleNamespace(exercises=[Exercise(made, 1.0)])).mismatches == ()
    assert len(reread(SimpleNamespace(exercises=[Exercise(wrong, 1.0)])).mismatches) == 1


def test_words_are_left_to_a_person() -> None:
    made = bt.exercise("derivation-to-write", seed=1)
    assert isinstance(made.instance.parts[0].answer, Essay)
    assert compared(made.page("markdown"), [made.instance]) == (0, 1, (), ())
