"""Names: what may be typed, what it means, and every refusal."""

from __future__ import annotations

import pytest

from backtrace.errors import InputError
from backtrace.network.quantity import LOSS, RATE, SHARED, Derivative, Key, Quantity
from backtrace.network.records import Network
from backtrace.notation.listing import listing
from backtrace.notation.loading import load_profile
from backtrace.notation.names import Names, parameter, resolve
from tests.notation.examples import network

MAZUR = network(2, 2, 2)
SHARING = network(2, 2, 2, shared_bias=True)
BATCH = network(2, 2, 2, samples=3)
DEEP = network(4, 3, 2, 1)
W5 = Quantity("weight", 2, 1, 1)
OUT_H1 = Quantity("out", 1, 1)
NET_O1 = Quantity("net", 2, 1)


@pytest.mark.parametrize(
    ("text", "of", "profile", "key"),
    [
        # neutral, under any profile
        ("w1_2_1", MAZUR, "nielsen", Quantity("weight", 1, 2, 1)),
        ("b1_2", MAZUR, "ng", Quantity("bias", 1, 2)),
        ("net1_2", MAZUR, "bishop", Quantity("net", 1, 2)),
        ("out1_2", MAZUR, "mazur", Quantity("out", 1, 2)),
        ("delta1_2", MAZUR, "cs231n", Quantity("delta", 1, 2)),
        ("i1", MAZUR, "d2l", Quantity("input", 0, 1)),
        ("t2", MAZUR, "o-grid", Quantity("target", 0, 2)),
        ("E", MAZUR, "nielsen", LOSS),
        ("E_1", MAZUR, "layer-uy", Quantity("loss_term", 0, 1)),
        ("W2", MAZUR, "mazur", Quantity("weight", 2)),
        ("X", MAZUR, "nielsen", Quantity("input")),
        ("dE/dw1_2_1", MAZUR, "rumelhart", Derivative(LOSS, Quantity("weight", 1, 2, 1))),
        # mazur
        ("w5", MAZUR, "mazur", W5),
        (" w5 ", MAZUR, "mazur", W5),
        ("h1", MAZUR, "mazur", OUT_H1),
        ("out_h1", MAZUR, "mazur", OUT_H1),
        ("o2", MAZUR, "mazur", Quantity("out", 2, 2)),
        ("h2_1", DEEP, "mazur", Quantity("out", 2, 1)),
        ("target_o1", MAZUR, "mazur", Quantity("target", 0, 1)),
        ("E_o1", MAZUR, "mazur", Quantity("loss_term", 0, 1)),
        ("E_total", MAZUR, "mazur", LOSS),
        ("b_h1", MAZUR, "mazur", Quantity("bias", 1, 1)),
        ("b2", SHARING, "mazur", Quantity("bias", 2, SHARED)),
        ("delta_o1", MAZUR, "mazur", Quantity("delta", 2, 1)),
        ("δ_o1", MAZUR, "mazur", Quantity("delta", 2, 1)),
        ("dog", network(2, 2, 2, unit_names=("cat", "dog")), "mazur", Quantity("out", 2, 2)),
        # everywhere
        ("delta_o1", MAZUR, "nielsen", Quantity("delta", 2, 1)),
        ("dE_o1/dout_h1", MAZUR, "mazur", Derivative(Quantity("loss_term", 0, 1), OUT_H1)),
        ("dout_o1/dnet_o1", MAZUR, "mazur", Derivative(Quantity("out", 2, 1), NET_O1)),
        ("∂E/∂w5", MAZUR, "mazur", Derivative(LOSS, W5)),
        ("∂E / ∂w5", MAZUR, "mazur", Derivative(LOSS, W5)),
        ("grad_w5", MAZUR, "mazur", Derivative(LOSS, W5)),
        ("w5+", MAZUR, "mazur", W5._replace(updates=1)),
        ("w5⁺", MAZUR, "mazur", W5._replace(updates=1)),
        ("w5_new", MAZUR, "mazur", W5._replace(updates=1)),
        ("w5'", MAZUR, "mazur", W5._replace(updates=1)),
        ("w5++", MAZUR, "mazur", W5._replace(updates=2)),
        ("E+", MAZUR, "mazur", LOSS._replace(updates=1)),
        ("dE+/dw5+", MAZUR, "mazur", Derivative(LOSS._replace(updates=1), W5._replace(updates=1))),
        ("eta", MAZUR, "ng", RATE),
        ("lr", MAZUR, "mazur", RATE),
        ("learning_rate", MAZUR, "mazur", RATE),
        ("η", MAZUR, "mazur", RATE),
        # samples
        ("net_h1@1", MAZUR, "mazur", Quantity("net", 1, 1)),
        ("net_h1@2", BATCH, "mazur", Quantity("net", 1, 1, 0, 2)),
        ("E@3", BATCH, "mazur", Quantity("loss", sample=3)),
        ("E", BATCH, "mazur", LOSS),
        ("E@2+", BATCH, "mazur", Quantity("loss", sample=2, updates=1)),
        ("dE_o1@2/dout_h1", BATCH, "mazur", Derivative(Quantity("loss_term", 0, 1, 0, 2), OUT_H1._replace(sample=2))),
        ("dE/dnet_h1@2", BATCH, "mazur", Derivative(LOSS, Quantity("net", 1, 1, 0, 2))),
        # other profiles, also with LaTeX braces and indices in the other order
        ("z^2_1", MAZUR, "nielsen", Quantity("net", 1, 1)),
        ("z²₁", MAZUR, "nielsen", Quantity("net", 1, 1)),
        ("z^{2}_{1}", MAZUR, "nielsen", Quantity("net", 1, 1)),
        ("z_1^2", MAZUR, "nielsen", Quantity("net", 1, 1)),
        ("x_1", MAZUR, "nielsen", Quantity("input", 0, 1)),
        ("w^(2)_12", MAZUR, "bishop", Quantity("weight", 2, 1, 2)),
        ("w^(1)_20", MAZUR, "bishop", Quantity("bias", 1, 2)),
        ("w[2]₁₂", MAZUR, "ng", Quantity("weight", 2, 1, 2)),
        ("dW[2]", MAZUR, "ng", Derivative(LOSS, Quantity("weight", 2))),
        ("dW2_11", MAZUR, "cs231n", Derivative(LOSS, W5)),
        ("b1", MAZUR, "cs231n", Quantity("bias", 1)),
        ("α", MAZUR, "ng", RATE),
        ("ŷ₁", MAZUR, "ng", Quantity("out", 2, 1)),
        ("a^[2]_1", MAZUR, "ng", Quantity("out", 2, 1)),
        ("w^1_43", DEEP, "o-grid", Quantity("weight", 1, 3, 4)),
        ("dL/dw^1_11", DEEP, "o-grid", Derivative(LOSS, Quantity("weight", 1, 1, 1))),
        ("dd/dw_1,1,2", MAZUR, "layer-uy", Derivative(LOSS, Quantity("weight", 1, 2, 1))),
        ("o_3", MAZUR, "rumelhart", OUT_H1),
    ],
)
def test_resolve(text: str, of: Network, profile: str, key: Key) -> None:
    assert resolve(text, of, load_profile(profile)) == key


@pytest.mark.parametrize(
    ("text", "of", "profile", "what", "hint"),
    [
        ("w9", MAZUR, "mazur", "there is no quantity 'w9'", "there is w1 to w8"),
        ("nt_h1", MAZUR, "mazur", "there is no quantity 'nt_h1'", "net_h1"),
        ("", MAZUR, "mazur", "is not a name", ""),
        ("x" * 500, MAZUR, "mazur", "is not a name", ""),
        ("w0", MAZUR, "mazur", "there is no quantity", ""),
        ("w05", MAZUR, "mazur", "there is no quantity", ""),
        ("w" + "9" * 60, MAZUR, "mazur", "there is no quantity", ""),
        ("w5" + "+" * 100, MAZUR, "mazur", "there is no quantity", ""),
        ("net3_1", MAZUR, "mazur", "there is no quantity", ""),
        ("X_1", MAZUR, "mazur", "there is no quantity", ""),
        ("\x1b[31mw5", MAZUR, "mazur", "\\x1b", ""),
        ("{0.__class__}", MAZUR, "mazur", "there is no quantity '{0.__class__}'", ""),
        ("b1", MAZUR, "mazur", "'b1' could be any bias of layer 1", "b_h1 (the bias of h1) or b_h2"),
        ("b1", MAZUR, "nielsen", "'b1' could be any bias of layer 1", "b^2_1"),
        ("t1", network(2, 2, 2, unit_names=("t1", "u")), "mazur", "'t1' has two meanings", "the target of t1"),
        ("net_h1", BATCH, "mazur", "'net_h1' has a value for each of the 3 samples", "net_h1@1 … net_h1@3"),
        ("dE/dnet_h1", BATCH, "mazur", "has a value for each of the 3 samples", "net_h1@1"),
        ("net_h1@4", BATCH, "mazur", "there is no sample 4", "1 to 3"),
        ("net_h1@0", BATCH, "mazur", "there is no sample 0", ""),
        ("net_h1@2", MAZUR, "mazur", "there is no sample 2", "one sample"),
        ("w5@2", BATCH, "mazur", "does not belong to one sample", ""),
        ("X@2", BATCH, "mazur", "does not belong to one sample", ""),
        ("i1+", MAZUR, "mazur", "is not changed by an update", ""),
        ("eta+", MAZUR, "mazur", "is not changed by an update", ""),
        ("dw5/dE", MAZUR, "mazur", "w5 does not depend on E", "dE/dw5 is the other way round"),
        ("dE_o2/dw5", MAZUR, "mazur", "E_o2 does not depend on w5", "downstream"),
        ("dnet_o1/dnet_o2", MAZUR, "mazur", "net_o1 does not depend on net_o2", ""),
        ("dnet_h1/dw3", MAZUR, "mazur", "net_h1 does not depend on w3", ""),
        ("dE/deta", MAZUR, "mazur", "E does not depend on eta", ""),
        ("dE/dw5+", MAZUR, "mazur", "before and after an update", "dE+/dw5+"),
        ("dnet_o1@1/dout_h1@2", BATCH, "mazur", "does not depend on", ""),
        ("dE/w5", MAZUR, "mazur", "is not a derivative", "dE/dw5"),
        ("dE/dw5/dw6", MAZUR, "mazur", "is not a derivative", ""),
        ("dE/dfoo", MAZUR, "mazur", "there is no quantity 'foo'", ""),
        ("grad_foo", MAZUR, "mazur", "there is no quantity 'foo'", ""),
        ("w9", MAZUR, "nielsen", "there is no quantity 'w9'", ""),
    ],
)
def test_refusals(text: str, of: Network, profile: str, what: str, hint: str) -> None:
    with pytest.raises(InputError) as refused:
        resolve(text, of, load_profile(profile))
    assert what in refused.value.what
    assert hint in refused.value.hint


def test_two_meanings_are_refused_with_both() -> None:
    of = network(2, 2, 2, unit_names=("w5", "u"))
    with pytest.raises(InputError, match="'w5' has two meanings") as refused:
        resolve("w5", of, load_profile("mazur"))
    assert "w2_1_1 (the weight into w5 from h1)" in refused.value.hint and "out2_1" in refused.value.hint


def test_softmax_mixes_its_layer() -> None:
    mixed = network(2, 2, 2, softmax=True)
    assert resolve("dout_o1/dnet_o2", mixed, load_profile("mazur"))
    with pytest.raises(InputError):
        resolve("dout_o1/dnet_o2", MAZUR, load_profile("mazur"))


def test_a_tied_weight_has_the_names_of_both_its_uses() -> None:
    tied = network(3, 2, 3, tied_to=1, transposed=True)
    names = Names(tied, load_profile("mazur"))
    assert names.resolve("w2_3_1") == names.resolve("w1_1_3") == Quantity("weight", 1, 1, 3)
    assert names.resolve("dnet_o3/dw1_1_3")
    assert names.resolve("dnet_h1/dw1_1_3")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("w5", W5),
        ("i2", Quantity("input", 0, 2)),
        ("target_o1", Quantity("target", 0, 1)),
        ("eta", RATE),
        ("b_o1", Quantity("bias", 2, 1)),
    ],
)
def test_given_numbers(text: str, key: Quantity) -> None:
    assert parameter(text, MAZUR) == key


@pytest.mark.parametrize("text", ["net_h1", "E", "dE/dw5", "w5+", "W1", "delta_o1"])
def test_computed_ones_are_not_given(text: str) -> None:
    with pytest.raises(InputError, match="is computed and cannot be set"):
        parameter(text, MAZUR)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("w5*out_h1", "w5"),
        ("out_h1@1*w5", "out_h1@1"),
        ("dE/dw5*2", "dE/dw5"),
        ("w5+b_h1", "w5"),
        ("w5+ - 1", "w5+"),
        ("w5+", "w5+"),
        ("h1(1-h1)", "h1"),
        ("∂E/∂w5 = 2", "∂E/∂w5"),
        ("w5x", ""),
        ("2*w5", ""),
        ("w5/2", "w5"),
        ("foo", ""),
        ("i1+i2", "i1"),
    ],
)
def test_longest_name_in_a_formula(text: str, name: str) -> None:
    assert text[: Names(MAZUR, load_profile("mazur")).longest(text, 0)] == name


def test_longest_name_with_brackets() -> None:
    names = Names(MAZUR, load_profile("bishop"))
    assert names.longest("w^(2)_12(1-t)", 0) == 8
    assert names.longest("w⁽²⁾₁₂·z", 0) == 6


def test_listing_has_a_row_for_every_quantity() -> None:
    rows = {row.neutral: row for row in listing(MAZUR, load_profile("mazur"))}
    assert len(rows) == 2 + 2 + 12 + 3 * 4 + 2 + 2
    assert rows["w2_1_1"] == ("w2_1_1", "w5", "w5", "the weight into o1 from h1")
    assert rows["E"].meaning == "the loss"
    batch = {row.neutral: row for row in listing(BATCH, load_profile("mazur"))}
    assert batch["net1_1@1"].ascii == "net_h1@1"
    assert batch["E"].meaning == "the loss, mean over the samples"


def test_names_of_a_large_network_need_no_table() -> None:
    large = network(784, 128, 10)
    names = Names(large, load_profile("mazur"))
    assert names.resolve("w100352") == Quantity("weight", 1, 128, 784)
    assert names.resolve("w100353") == Quantity("weight", 2, 1, 1)
    assert Names(large, load_profile("nielsen")).resolve("w^2_128,784") == Quantity("weight", 1, 128, 784)
    with pytest.raises(InputError):
        names.resolve("w101633")


@pytest.mark.parametrize("profile", ["nielsen", "bishop", "rumelhart", "cs231n", "o-grid"])
def test_a_flat_weight_can_be_asked_for_under_every_notation(profile):
    assert resolve("w5", MAZUR, load_profile(profile)) == W5
    assert resolve("dE/dw5", MAZUR, load_profile(profile)).by == W5
