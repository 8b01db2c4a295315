"""Spelling: the three forms of every key, distinct under every profile, read back as the key they came from."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backtrace.errors import InputError
from backtrace.network.quantity import LOSS, RATE, SHARED, Derivative, Key, Quantity
from backtrace.network.records import Network
from backtrace.notation.listing import FIXED, PER_SAMPLE, derivatives, quantities, wholes
from backtrace.notation.loading import load_profile, profile_names
from backtrace.notation.names import Names
from backtrace.notation.spelling import Spelling
from tests.notation.examples import network, networks

W5 = Quantity("weight", 2, 1, 1)
NET = Quantity("net", 1, 1)
MAZUR = network(2, 2, 2)
# profile: (w5, w5 after an update, net of the first hidden unit, its output, dE/dw5) in text and in ASCII
ROWS = {
    "mazur": ("w5 w5⁺ net_h1 out_h1 ∂E/∂w5", "w5 w5+ net_h1 out_h1 dE/dw5"),
    "nielsen": ("w³₁₁ w³₁₁′ z²₁ a²₁ ∂C/∂w³₁₁", "w^3_11 w^3_11' z^2_1 a^2_1 dC/dw^3_11"),
    "goodfellow": ("W⁽²⁾₁₁ W⁽²⁾₁₁⁺ a⁽¹⁾₁ h⁽¹⁾₁ ∂J/∂W⁽²⁾₁₁", "W^(2)_11 W^(2)_11+ a^(1)_1 h^(1)_1 dJ/dW^(2)_11"),
    "bishop": ("w⁽²⁾₁₁ w⁽²⁾₁₁⁺ a⁽¹⁾₁ z⁽¹⁾₁ ∂E/∂w⁽²⁾₁₁", "w^(2)_11 w^(2)_11+ a^(1)_1 z^(1)_1 dE/dw^(2)_11"),
    "rumelhart": ("w₅₃ w₅₃⁺ net₃ o₃ ∂E/∂w₅₃", "w_53 w_53+ net_3 o_3 dE/dw_53"),
    "cs231n": ("W2₁₁ W2₁₁⁺ z1₁ h1₁ dW2₁₁", "W2_11 W2_11+ z1_1 h1_1 dW2_11"),
    "d2l": ("w⁽²⁾₁₁ w⁽²⁾₁₁⁺ z⁽¹⁾₁ h⁽¹⁾₁ ∂L/∂w⁽²⁾₁₁", "w^(2)_11 w^(2)_11+ z^(1)_1 h^(1)_1 dL/dw^(2)_11"),
    "ng": ("w[2]₁₁ w[2]₁₁⁺ z[1]₁ a[1]₁ dw[2]₁₁", "w^[2]_11 w^[2]_11+ z^[1]_1 a^[1]_1 dw^[2]_11"),
    "layer-uy": ("w₂,₁,₁ w₂,₁,₁⁺ u₁,₁ y₁,₁ ∂d/∂w₂,₁,₁", "w_2,1,1 w_2,1,1+ u_1,1 y_1,1 dd/dw_2,1,1"),
    "o-grid": ("w²₁₁ w²₁₁⁺ net₁₁ o₁₁ ∂L/∂w²₁₁", "w^2_11 w^2_11+ net_11 o_11 dL/dw^2_11"),
}


def everything(of: Network) -> Iterator[Key]:
    """Keys of every sort that the network has, each once."""
    last = range(1, of.samples + 1) if of.samples > 1 else (0,)
    for q in quantities(of):
        samples = (0, *last) if q.kind == "loss" and of.samples > 1 else last if q.kind in PER_SAMPLE else (0,)
        for sample in samples:
            yield q._replace(sample=sample)
            if q.kind not in FIXED:
                yield q._replace(sample=sample, updates=1)
                if q.kind not in ("delta", "loss"):
                    yield Derivative(LOSS._replace(updates=2), q._replace(sample=sample, updates=2))
    yield from wholes(of)
    if of.samples == 1:
        yield from derivatives(of)


@pytest.mark.parametrize("name", profile_names())
def test_the_worked_example_under_every_profile(name: str) -> None:
    spelling = Spelling(load_profile(name), MAZUR)
    keys = (W5, W5._replace(updates=1), NET, Quantity("out", 1, 1), Derivative(LOSS, W5))
    assert " ".join(spelling.text(key) for key in keys) == ROWS[name][0]
    assert " ".join(spelling.ascii(key) for key in keys) == ROWS[name][1]


def test_latex() -> None:
    mazur, nielsen = (Spelling(load_profile(name), MAZUR) for name in ("mazur", "nielsen"))
    assert mazur.latex(NET) == r"\mathrm{net}_{h1}"
    assert mazur.latex(NET._replace(sample=2)) == r"\mathrm{net}^{@2}_{h1}"
    assert mazur.latex(Derivative(LOSS, W5)) == r"\frac{\partial E}{\partial w_{5}}"
    assert nielsen.latex(NET) == "z^{2}_{1}"
    assert nielsen.latex(W5._replace(updates=1)) == r"w^{3\,\prime}_{11}"
    assert Spelling(load_profile("goodfellow"), MAZUR).latex(Quantity("out", 2, 1)) == r"\hat{y}_{1}"
    assert Spelling(load_profile("cs231n"), MAZUR).latex(RATE) == r"\mathtt{step\_size}"


def test_index_order_says_which_end_comes_first() -> None:
    weight = Quantity("weight", 1, 3, 4)
    grid = network(4, 3, 2, 1)
    spelt = {name: Spelling(load_profile(name), grid).ascii(weight) for name in profile_names()}
    assert spelt["o-grid"] == "w^1_43"
    assert spelt["nielsen"] == "w^2_34"
    assert spelt["layer-uy"] == "w_1,4,3"
    assert spelt["rumelhart"] == "w_74"


def test_indices_of_two_digits_are_parted_by_commas() -> None:
    wide = network(12, 2, 1)
    assert Spelling(load_profile("nielsen"), wide).ascii(Quantity("weight", 1, 1, 12)) == "w^2_1,12"
    assert Spelling(load_profile("nielsen"), wide).text(Quantity("weight", 1, 1, 12)) == "w²₁,₁₂"


def test_unit_names_stand_in_mazur_names() -> None:
    spelling = Spelling(load_profile("mazur"), network(2, 2, 2, unit_names=("cat", "dog")))
    assert spelling.text(Quantity("net", 2, 2)) == "net_dog"
    assert spelling.latex(Quantity("net", 2, 2)) == r"\mathrm{net}_{\mathrm{dog}}"
    with pytest.raises(InputError, match="two units are called 'h1'"):
        Spelling(load_profile("mazur"), network(2, 2, 2, unit_names=("h1", "dog")))


def test_several_hidden_layers_are_numbered() -> None:
    spelling = Spelling(load_profile("mazur"), network(2, 2, 2, 1))
    assert spelling.text(Quantity("net", 2, 1)) == "net_h2_1"
    assert spelling.latex(Quantity("net", 2, 1)) == r"\mathrm{net}_{h2,1}"


def test_flat_numbers_by_source() -> None:
    spelling = Spelling(load_profile("mazur"), network(2, 3, 1, numbering="by_source"))
    assert [spelling.ascii(Quantity("weight", 1, j, i)) for i in (1, 2) for j in (1, 2, 3)] == [
        "w1",
        "w2",
        "w3",
        "w4",
        "w5",
        "w6",
    ]


def test_d_prefix_is_for_the_whole_loss_only() -> None:
    spelling = Spelling(load_profile("ng"), MAZUR)
    assert spelling.text(Derivative(LOSS, Quantity("weight", 2))) == "dW[2]"
    assert spelling.text(Derivative(Quantity("loss_term", 0, 1), Quantity("out", 2, 1))) == "∂L₁/∂ŷ₁"


def test_the_part_through_a_gate_names_the_gate() -> None:
    part = Derivative(LOSS, W5, Quantity("wire", unit=7))
    spelling = Spelling(load_profile("mazur"), MAZUR)
    assert (spelling.text(part), spelling.ascii(part)) == ("∂E/∂w5[d7]", "dE/dw5[d7]")
    assert Names(MAZUR, load_profile("mazur")).resolve("dE/dw5[d7]") == part


def test_a_tied_weight_is_spelt_as_the_one_it_is_tied_to() -> None:
    tied = network(3, 2, 3, tied_to=1, transposed=True)
    for name in profile_names():
        spelling = Spelling(load_profile(name), tied)
        assert spelling.ascii(Quantity("weight", 2, 3, 1)) == spelling.ascii(Quantity("weight", 1, 1, 3))


def test_shared_bias() -> None:
    shared = network(2, 2, 2, shared_bias=True)
    assert Spelling(load_profile("mazur"), shared).text(Quantity("bias", 2, SHARED)) == "b2"
    assert Spelling(load_profile("bishop"), shared).text(Quantity("bias", 2, SHARED)) == "w⁽²⁾₀"


@settings(max_examples=60)
@given(networks(), st.sampled_from(profile_names()))
def test_no_two_keys_are_spelt_alike(of: Network, name: str) -> None:
    spelling = Spelling(load_profile(name), of)
    keys = list(everything(of))
    for spell in (spelling.text, spelling.ascii, spelling.latex):
        seen: dict[str, Key] = {}
        for key in keys:
            assert seen.setdefault(spell(key), key) == key
    assert all(spelling.ascii(key).isascii() and spelling.latex(key).isascii() for key in keys)


@settings(max_examples=60)
@given(networks(), st.sampled_from(profile_names()), st.data())
def test_what_is_spelt_is_read_back(of: Network, name: str, data: st.DataObject) -> None:
    profile = load_profile(name)
    names = Names(of, profile)
    keys = list(everything(of))
    for key in data.draw(st.lists(st.sampled_from(keys), min_size=1, max_size=30)):
        for spelt in (names.spelling.ascii(key), names.spelling.text(key)):
            assert names.resolve(spelt) == key, spelt
