"""What cannot be counted is refused with its arithmetic and its place; what can only be counted is not derived."""

from __future__ import annotations

from pathlib import Path

import pytest

import backtrace as bt
from backtrace.cli.main import main

HEAD = "[data]\ninput_shape = {shape}\n[[layers]]\n"

CASES = {
    "not whole": (
        "[1, 32, 32]",
        'type = "conv2d"\nout_channels = 6\nkernel_size = 5\nstride = 4\n',
        ":7:1: layer 1: height: (32 − 5 + 2·0)/4 + 1 is not whole: floor would give 7\n"
        "  the last 3 of 32 would not be reached",
    ),
    "too large a kernel": (
        "[1, 4, 4]",
        'type = "max_pool2d"\nkernel_size = 5\n',
        ":5:1: layer 1: height: in (4 − 5 + 2·0)/5 + 1 the bracket is −1: the kernel is larger than its input",
    ),
    "too dilated a kernel": (
        "[1, 8]",
        'type = "conv1d"\nout_channels = 2\nkernel_size = 3\ndilation = 4\n',
        ":6:1: layer 1: length: kernel 4·(3 − 1) + 1 = 9; in (8 − 9 + 2·0)/1 + 1 the bracket is −1",
    ),
    "channels that disagree": (
        "[3, 8, 8]",
        'type = "conv2d"\nin_channels = 1\nout_channels = 2\nkernel_size = 3\n',
        ":5:1: layer 1: in_channels = 1, but its input, 3×8×8, has 3 channels\n  in_channels = 3, or leave it out",
    ),
    "groups": (
        "[3, 8, 8]",
        'type = "conv2d"\ngroups = 2\nout_channels = 2\nkernel_size = 3\n',
        ":5:1: layer 1: in_channels = 3 is not divisible by groups = 2: 3/2 is not whole",
    ),
    "dense behind an image": ("[1, 4, 4]", "units = 2\n", "layer 1: dense takes [features] or a sequence"),
    "heads": (
        "[5, 10]",
        'type = "multi_head_attention"\nnum_heads = 3\n',
        "embed_dim = 10 is not divisible by num_heads = 3: 10/3 is not whole",
    ),
    "an image for a sequence": ("[1, 4, 4]", 'type = "lstm"\nhidden_size = 2\n', "lstm takes a sequence [length, fea"),
    "a key missing": ("[1, 4, 4]", 'type = "conv2d"\nkernel_size = 2\n', ":3:1: layer 1: out_channels is missing"),
    "a key unknown": (
        "[1, 4, 4]",
        'type = "conv2d"\nkernel = 2\n',
        ":5:1: unknown key 'kernel' in layer 1 (conv2d)\n  did you mean 'kernel_size'?",
    ),
    "a type unknown": ("[1, 4, 4]", 'type = "conv3d"\n', ":4:1: layer 1: there is no layer type 'conv3d'\n  did you"),
    "padding at half": (
        "[1, 4, 4]",
        'type = "max_pool2d"\nkernel_size = 2\npadding = 2\n',
        ":6:1: layer 1: padding = 2 is more than half of kernel_size = 2",
    ),
    "nothing left": (
        "[1, 1, 1]",
        'type = "conv_transpose2d"\nout_channels = 1\nkernel_size = 1\npadding = 1\n',
        "height: (1 − 1)·1 − 2·1 + 1·(1 − 1) + 0 + 1 = −1: nothing is left",
    ),
    "two shapes added": (
        "[4, 4]",
        'type = "flatten"\n[[layers]]\ntype = "add"\nfrom = ["input", "layer 1"]\n',
        ":7:1: layer 2: 4×4 and 16 cannot be added",
    ),
    "one input added": (
        "[4, 4]",
        'type = "add"\n',
        "takes 2 inputs or more, and the layer before it is one\n  say whi",
    ),
    "a layer that is not before": (
        "[4, 4]",
        'type = "add"\nfrom = ["input", "layer 1"]\n',
        ":5:1: layer 1: from = 'layer 1' is no layer before this one",
    ),
    "numbers": ("[4, 4]", "units = 2\nweights = [[1, 2]]\n", ":5:1: layer 1: numbers are not read here"),
    "tied to another shape": (
        "[4, 4]",
        'units = 3\n[[layers]]\nunits = 4\nweights = {tied_to = "layer 1"}\n',
        ":7:12: layer 2: weights: the weights of layer 1 are 4×3\n  this layer needs 3×4; say transposed = true",
    ),
    "connections": (
        "[2, 4, 4]",
        'type = "conv2d"\nout_channels = 2\nkernel_size = 2\nconnections = [[1], [3]]\n',
        ":7:1: layer 1: list 2 must name different channels of the input, from 1 to 2",
    ),
    "a size beyond reason": (
        "[1, 4, 4]",
        'type = "conv2d"\nout_channels = 99999999999\nkernel_size = 2\n',
        ":5:1: layer 1: out_channels must lie between 1 and 1000000000",
    ),
    "no shape": ("[]", 'type = "flatten"\n', ":2:1: [data]: input_shape must be a list of whole numbers"),
    "a truth for a number": (
        "[1, 4, 4]",
        'type = "max_pool2d"\nkernel_size = true\n',
        "must be a whole number, not true",
    ),
    "a probability": (
        "[4, 4]",
        'type = "dropout"\np = 1.5\n',
        ":5:1: layer 1: p must be a number from 0 to 1, not 1.5",
    ),
    "biases of a GRU": ("[4, 4]", 'type = "gru"\nhidden_size = 2\nbias_vectors = 3\n', "bias_vectors must be 1 or 2"),
    "a word of padding": (
        "[1, 4, 4]",
        'type = "conv2d"\nout_channels = 1\nkernel_size = 3\npadding = "sam"\n',
        ":7:1: layer 1: padding = 'sam' is not known\n  did you mean 'same'?",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_refusals(case: str, tmp_path: Path) -> None:
    shape, layers, said = CASES[case]
    file = tmp_path / "net.toml"
    file.write_text(HEAD.format(shape=shape) + layers, encoding="utf-8")
    with pytest.raises(bt.InputError) as refused:
        bt.count(str(file))
    assert said in str(refused.value)


def test_floor_is_taken_where_it_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "net.toml"
    file.write_text(HEAD.format(shape="[1, 33, 32]") + CASES["not whole"][1] + 'rounding = "floor"\n', encoding="utf-8")
    found = bt.count(str(file))
    assert found.to_dict()["layers"][0]["output_shape"] == [None, 6, 8, 7]
    assert "⌊(32 − 5 + 2·0)/4 + 1⌋ = 7" in found.page()


@pytest.mark.parametrize("command", ["derive", "trace", "names", "cost"])
@pytest.mark.parametrize("network", ["lenet5", "vgg16"])
def test_what_can_only_be_counted_is_not_derived(
    command: str, network: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, network]) == 2
    said = capsys.readouterr().err
    assert "layer 1 is of type conv2d, which cannot be derived yet, only counted\n  backtrace count shows" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("K-L --set w1=3", "'K-L' has no numbers and no settings to change\n  leave out --set"),
        ("lenet5 --set w1=3", "--set w1=3: unknown setting 'w1'\n  where layers are only counted there is"),
        ("lenet5 --set layer1.kernel_size=[", "--set layer1.kernel_size=[: this is not TOML"),
        ("lenet5 --set layer99.units=3", "--set layer99.units=3: there is no layer 99\n  the layers are 1 to 8"),
        ("lenet5 --set layer1.stride=5", "--set layer1.stride=5: layer 1: height: (32 − 5 + 2·0)/5 + 1 is not whole"),
        ("mazur --samples 0", "'--samples'"),
        ("mazur --orientation diagonal", "--orientation: there is no 'diagonal'\n  there is: row, column"),
        ("mazur --standalone", "--standalone is for LaTeX\n  add -f latex"),
        ("mazur -f latex --paper letter", "--paper is for whole LaTeX documents"),
        ("mazzur", "there is no network 'mazzur'\n  did you mean 'mazur'?"),
        ("2-2-2:tahn", "there is no activation 'tahn'\n  did you mean 'tanh'?"),
        ("2-2-2:relu,relu,relu", "3 activations for 2 layers"),
        ("0-2", "a layer has between 1 and 1000000000 units"),
        ("KL-M", "there is no network 'KL-M'"),
    ],
)
def test_command_lines(words: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["count", *words.split()]) == 2
    assert said in capsys.readouterr().err


def test_names_from_outside_are_data(tmp_path: Path) -> None:
    file = tmp_path / "net.toml"
    name = "=A1|<b>$x_\\\\{"
    file.write_text(HEAD.format(shape="[1, 4, 4]") + f'name = "{name}"\ntype = "flatten"\n', encoding="utf-8")
    found = bt.count(str(file))
    assert "'=A1|<b>$x_\\{,flatten" in found.page("csv")
    assert "&lt;b&gt;\\$x\\_\\\\\\{" in found.page("markdown") and r"\$x\_\textbackslash{}\{" in found.page("latex")
