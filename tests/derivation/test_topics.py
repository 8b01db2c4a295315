"""The topics of `backtrace explain`: under every notation, on every page, as the literature has them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import backtrace as bt
from backtrace.cli.main import main
from backtrace.derivation.general.explain import asked_of
from backtrace.derivation.general.instances import DATA, instances
from backtrace.derivation.general.topics import TOPICS, topic_named, written
from backtrace.errors import InputError
from backtrace.expression.tree import symbols
from backtrace.network.activations import ACTIVATIONS
from backtrace.network.losses import LOSSES
from backtrace.notation.lettered import LetteredSpelling
from backtrace.notation.loading import load_profile, profile_names
from backtrace.render.options import PageOptions
from tests.render.test_documents import compiled, in_one
from tests.render.test_slides import fits

PAGES = [(topic, notation) for topic in TOPICS for notation in profile_names()]


@pytest.mark.parametrize(("topic", "notation"), PAGES)
def test_every_topic_under_every_notation(topic: str, notation: str) -> None:
    made = bt.explain(topic, notation=notation)
    text = made.page()
    assert f"{made.explanation.equalities or made.explanation.points} equalities" in " ".join(text.split())
    assert all(len(line) <= 84 for line in text.split("\n"))
    for page in (made.page("latex"), made.page("markdown"), made.page("beamer")):
        assert "[U+" not in page and "None" not in page
        assert page.count(r"\begin{alignat") == page.count(r"\end{alignat")
    ascii = made.page(options=PageOptions(ascii=True))
    assert ascii.isascii() and "\\u" not in ascii


@pytest.mark.parametrize("topic", TOPICS)
def test_no_line_spells_two_things_alike(topic: str) -> None:
    for profile in map(load_profile, profile_names()):
        spelling = LetteredSpelling(profile)
        on = written(topic_named(topic), asked_of(topic_named(topic), profile, None, None, None))
        for claim in on.claims:
            keys = dict.fromkeys(key for side in claim.sides for key in symbols(side))
            for spell in (spelling.text, spelling.ascii, spelling.latex):
                spelt = [spell(key) for key in keys]
                assert len(set(spelt)) == len(spelt), (profile.name, claim.about, spelt)


def lines(topic: str, **choices: str) -> list[str]:
    """The lines of a page that hold an equals sign, without the rules beside them."""
    page = bt.explain(topic, **choices).page(options=PageOptions(width=200))
    return [line.strip().partition("   (")[0].strip() for line in page.split("\n") if " = " in line or " := " in line]


def in_order(wanted: list[str], found: list[str]) -> bool:
    """Whether the wanted lines are among the found ones, in their order."""
    rest = iter(found)
    return all(any(line == other for other in rest) for line in wanted)


def test_the_layer_recursion_has_the_lines_of_its_source_in_their_order() -> None:
    wanted = [
        "∂d/∂w_{ℓ,i,j} = ∂d/∂y_{ℓ,j} · ∂y_{ℓ,j}/∂w_{ℓ,i,j}",
        "∂d/∂y_{ℓ,j} = Σₙ ∂d/∂y_{ℓ+1,n} · ∂y_{ℓ+1,n}/∂y_{ℓ,j}",
        "= Σₙ ∂d/∂y_{ℓ+1,n} · ∂/∂y_{ℓ,j} [f(Σ_q w_{ℓ+1,q,n}·y_{ℓ,q})]",
        "= Σₙ ∂d/∂y_{ℓ+1,n} · f′(u_{ℓ+1,n}) · ∂u_{ℓ+1,n}/∂y_{ℓ,j}",
        "= Σₙ ∂d/∂y_{ℓ+1,n}·y_{ℓ+1,n}·(1 − y_{ℓ+1,n})·w_{ℓ+1,j,n}",
        "w_{ℓ,i,j}⁺ = w_{ℓ,i,j} − μ·Σₘ ∂dᵐ/∂w_{ℓ,i,j}",
    ]
    found = lines("layer-recursion", notation="layer-uy")
    assert in_order(wanted, found)
    start = found.index(wanted[1])
    assert found[start : start + 4] == wanted[1:5]
    general = lines("layer-recursion", notation="layer-uy", activation="any")
    assert "= Σₙ ∂d/∂y_{ℓ+1,n}·f′(u_{ℓ+1,n})·w_{ℓ+1,j,n}" in general


def test_the_delta_rule_is_proved_and_its_misprint_named() -> None:
    found = lines("delta-rule", notation="nielsen")
    wanted = ["= δˡⱼ·aˡ⁻¹ᵢ", "= wˡⱼᵢ − η·δˡⱼ·aˡ⁻¹ᵢ", "= σ′(zˡⱼ)·Σₖ wˡ⁺¹ₖⱼ·δˡ⁺¹ₖ", "= −(yₖ − aᴸₖ)"]
    assert in_order(wanted, found)
    page = " ".join(bt.explain("delta-rule", notation="nielsen").page().split())
    assert "A misprint that is copied: δˡⱼ = ∂C/∂zˡ⁺¹ₖ · ∂C/∂aˡⱼ · ∂aˡⱼ/∂zˡⱼ. It does not hold" in page
    assert "Its middle factor must be ∂zˡ⁺¹ₖ/∂aˡⱼ, and the sum over k is missing." in page


def test_the_opposite_sign_of_delta() -> None:
    found = lines("delta-rule", notation="rumelhart")
    assert in_order(["δⱼ = −∂E/∂netⱼ", "= wⱼᵢ + η·δⱼ·oᵢ", "= tₖ − oₖ"], found)


def test_the_four_equations_by_units_and_as_vectors() -> None:
    found = lines("four-equations", notation="nielsen")
    for line in ("∂C/∂bˡ = δˡ", "= aˡ⁻¹ₖ·δˡⱼ", "= (Σₖ wˡ⁺¹ₖⱼ·δˡ⁺¹ₖ)·σ′(zˡⱼ)"):
        assert any(other.startswith(line) for other in found), line
    page = bt.explain("four-equations", notation="nielsen").page(options=PageOptions(width=120))
    squeezed = [" ".join(line.split()) for line in page.split("\n")]
    assert "δᴸ = ∇_{aᴸ} C ⊙ σ′(zᴸ) (n_L×1) ⊙ (n_L×1) → n_L×1 (BP1)" in squeezed
    assert "δˡ = ((wˡ⁺¹)ᵀ·δˡ⁺¹) ⊙ σ′(zˡ) (nₗ×nₗ₊₁)·(nₗ₊₁×1) ⊙ (nₗ×1) → nₗ×1 (BP2)" in squeezed
    assert "∂C/∂bˡ = (1/N)·δˡ·𝟏 (nₗ×N)·(N×1) → nₗ×1 (BP3)" in squeezed
    assert "∂C/∂wˡ = (1/N)·δˡ·(aˡ⁻¹)ᵀ (nₗ×N)·(N×nₗ₋₁) → nₗ×nₗ₋₁ (BP4)" in squeezed


@pytest.mark.parametrize(
    ("notation", "line"),
    [
        ("mazur", "∂E/∂W₂ = (1/N)·Out₁ᵀ·Δ₂ (50×N)·(N×10) → 50×10 (BP4)"),
        ("ng", "dW[2] = (1/m)·dZ[2]·A[1]ᵀ (10×m)·(m×50) → 10×50 (BP4)"),
    ],
)
def test_the_sizes_of_a_network_are_put_in(notation: str, line: str) -> None:
    page = bt.explain("four-equations", "784-50-10", notation=notation).page(options=PageOptions(width=120))
    assert line in [" ".join(found.split()) for found in page.split("\n")]


def test_sums_and_outputs_as_in_the_source() -> None:
    found = lines("sums-and-outputs", notation="bishop")
    wanted = [
        "∂E/∂w⁽ˡ⁾ₙₘ = ∂E/∂a⁽ˡ⁾ₙ · ∂a⁽ˡ⁾ₙ/∂w⁽ˡ⁾ₙₘ",
        "∂E/∂z⁽ˡ⁾ₙ = Σₚ ∂E/∂a⁽ˡ⁺¹⁾ₚ · ∂a⁽ˡ⁺¹⁾ₚ/∂z⁽ˡ⁾ₙ",
        "∂E/∂a⁽ˡ⁾ₙ = ∂E/∂z⁽ˡ⁾ₙ · ∂z⁽ˡ⁾ₙ/∂a⁽ˡ⁾ₙ",
    ]
    assert in_order(wanted, found)
    assert "books swap letters" in bt.explain("sums-and-outputs").page()


def test_backpropagation_is_not_descent() -> None:
    page = " ".join(bt.explain("training-step").page().split())
    assert "it establishes the gradient" in page and "backpropagation is not gradient descent" in page


ELEMENTWISE = [name for name, activation in ACTIVATIONS.items() if activation.elementwise]


@settings(max_examples=20)
@given(
    topic=st.sampled_from([name for name, topic in TOPICS.items() if topic.loss]),
    notation=st.sampled_from(profile_names()),
    activation=st.sampled_from([*ELEMENTWISE, "x/(1 + abs(x))", "any"]),
    loss=st.sampled_from([*LOSSES, "any"]),
)
def test_any_activation_with_any_loss(topic: str, notation: str, activation: str, loss: str) -> None:
    choices = {"notation": notation, "activation": activation, "loss": loss}
    between = activation in ("sigmoid", "any")  # outputs between 0 and 1, which a logarithm needs
    if activation in ("step", "sign") or (loss != "any" and LOSSES[loss].whole):
        with pytest.raises(InputError, match=r"has no derivative|takes all outputs of a sample together"):
            bt.explain(topic, **choices)
    elif loss != "any" and LOSSES[loss].undefined and not between and not has_values(activation, loss):
        with pytest.raises(InputError, match="has no value for outputs of"):
            bt.explain(topic, **choices)
    else:
        assert bt.explain(topic, **choices).explanation.equalities > 50


def has_values(activation: str, loss: str) -> bool:
    """Whether the loss has a value for the outputs of the networks that are tried."""
    asked = asked_of(topic_named("delta-rule"), load_profile(), activation, loss, None)
    try:
        return bool(instances(asked, DATA["one"]) and instances(asked, DATA["sum"]) and instances(asked, DATA["mean"]))
    except InputError:
        return False


@pytest.mark.parametrize(
    ("topic", "choices", "words"),
    [
        ("delta-rul", {}, "did you mean 'delta-rule'"),
        ("delta-rule", {"activation": "sigmoidd"}, "did you mean 'sigmoid'"),
        ("delta-rule", {"activation": "softmax"}, "the topic delta-rule shows softmax"),
        ("delta-rule", {"loss": "hing"}, "did you mean 'hinge'"),
        ("delta-rule", {"network": "mazur"}, "the topic delta-rule does not depend on the network"),
        ("sums-and-outputs", {"loss": "hinge"}, "leave out the loss"),
        ("delta-rule", {"activation": "tanh", "loss": "cross_entropy"}, "choose an activation with outputs between"),
        ("four-equations", {"network": "2-2:softmax"}, "2-2:softmax has a softmax layer"),
        ("delta-rule", {"notation": "nilsen"}, "did you mean 'nielsen'"),
    ],
)
def test_what_cannot_be_explained_is_refused(topic: str, choices: dict[str, str], words: str) -> None:
    with pytest.raises(InputError) as refusal:
        bt.explain(topic, **choices)
    assert words in str(refusal.value)


TYPESET = [
    ("delta-rule", "goodfellow", None),
    ("layer-recursion", "layer-uy", None),
    ("four-equations", "mazur", None),
    ("four-equations", "nielsen", "3-4-2"),
    ("training-step", "cs231n", None),
    ("sums-and-outputs", "o-grid", None),
]


def test_typeset_pages_compile_and_fit(pdflatex: str, tmp_path: Path) -> None:
    made = [bt.explain(topic, network, notation=notation) for topic, notation, network in TYPESET]
    pages, slides = ([one.page(format, PageOptions(standalone=True)) for one in made] for format in ("latex", "beamer"))
    assert "Overfull" not in compiled(pdflatex, in_one(pages), tmp_path)
    fits(in_one(slides), pdflatex, tmp_path)


def test_data_does_not_depend_on_the_notation() -> None:
    found = bt.explain("delta-rule", notation="rumelhart").to_dict()
    assert found == bt.explain("delta-rule").to_dict()
    assert list(found) == ["version", "topic", "title", "checked", "steps"]
    assert {"chain rule", "definition"} <= {step["rule"] for step in found["steps"]}
    assert len({step["id"] for step in found["steps"]}) == len(found["steps"])


def test_the_same_bytes_every_time() -> None:
    first, second = (bt.explain("four-equations", "2-3-1") for _ in range(2))
    assert first.page("json") == second.page("json") and str(first) == str(second)


def test_the_command(capsys) -> None:
    assert main(["explain"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(TOPICS)
    assert main(["explain", "delta-rule", "--notation", "nielsen"]) == 0
    assert capsys.readouterr().out == bt.explain("delta-rule", notation="nielsen").page()
    assert main(["explain", "delta-rule", "-f", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["topic"] == "delta-rule"
    assert main(["explain", "delta-rule", "--standalone"]) == 2
    assert "--standalone has no meaning for the format terminal" in capsys.readouterr().err
    assert main(["explain", "deltarule"]) == 2
    assert "did you mean 'delta-rule'" in capsys.readouterr().err


def test_a_notebook_shows_it() -> None:
    made = bt.explain("delta-rule")
    assert "alignedat" in made._repr_markdown_() and "alignat" in made._repr_latex_()
    assert [row.name for row in bt.topics()] == list(TOPICS)
