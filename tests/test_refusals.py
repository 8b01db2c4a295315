"""What the program refuses, through its front door: exit status 2, nothing on standard output, the words and the place.

One row for each kind of refusal; the rooms' own tests go into depth.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from backtrace.cli.main import main

NETWORK = """\
title = "one hidden layer"
[data]
inputs = [[0.05, 0.10]]
targets = [[0.01, 0.99]]
[[layers]]
units = 2
activation = "tanh"
weights = [[0.15, 0.20],
           [0.25, 0.30]]
[[layers]]
units = 2
activation = "sigmoid"
weights = [[0.40, 0.45], [0.50, 0.55]]
[loss]
type = "half_squared_error"
[optimizer]
learning_rate = 0.5
"""

LOSS = '"half_squared_error"'
BCE = (LOSS, '"binary_cross_entropy"')
CROSS = (LOSS, '"cross_entropy"')

# What is changed in the file above (each pair once), and what is said behind the name of the file.
FILES = {
    "unknown key": (
        [('activation = "tanh"', 'activatoin = "tanh"')],
        ":7:1: unknown key 'activatoin' in layer 1\n  did you mean 'activation'?",
    ),
    "unknown table": (
        [("[optimizer]", "[optimiser]")],
        ":16:1: unknown key 'optimiser' in the network\n  did you mean 'optimizer'?",
    ),
    "a setting of another optimizer": (
        [("learning_rate = 0.5", "learning_rate = 0.5\nbeta1 = 0.9")],
        ":18:1: sgd has no setting 'beta1'\n  adam and adamw have it",
    ),
    "a senseless setting": (
        [("learning_rate = 0.5", 'learning_rate = 0.5\ntype = "adam"\nbeta1 = 1.2')],
        ":19:1: beta1 = 1.2 is not below 1\n  0.9 is usual",
    ),
    "a rate without a value": (
        [("learning_rate = 0.5", 'learning_rate = "0.5/t"')],
        ":17: the learning rate 0.5/t at t = 0: 0.5/0 is not defined",
    ),
    "unknown activation": (
        [('"tanh"', '"tahn"')],
        ":7:1: there is no activation 'tahn'\n  did you mean 'tanh'?",
    ),
    "unknown loss": (
        [(LOSS, '"squared_eror"')],
        ":15:1: there is no loss 'squared_eror'\n  did you mean 'squared_error'",
    ),
    "rows of weights": (
        [("[[0.40, 0.45], [0.50, 0.55]]", "[[0.40, 0.45]]")],
        ":13:1: layer 2 has 1 row of weights, but units = 2\n  expected 2 rows of 2 weights each",
    ),
    "weights in a row": (
        [("[0.25, 0.30]]", "[0.25, 0.30, 0.35]]")],
        ":9:12: layer 1: row 2 of the weights has 3 numbers, not 2\n  expected 2 rows of 2 weights each",
    ),
    "biases": (
        [("[loss]", "bias = [1, 2, 3]\n[loss]")],
        ":14:1: layer 2: 3 biases, but units = 2\n  give one per unit, or a single number, or false for none",
    ),
    "units missing": (
        [("units = 2\n", "")],
        ":5:1: layer 1: units is missing\n  say how many units the layer has: units = 2",
    ),
    "NaN": ([("0.20]", "nan]")], ":8:19: 'nan' is not a finite number\n  every number must be finite"),
    "infinity": ([("0.99", "-inf")], ":4:19: '-inf' is not a finite number"),
    "beyond a float": ([("0.99", "1e999")], ":4:19: '1e999' is not a finite number"),
    "no data": (
        [("inputs = [[0.05, 0.10]]\ntargets = [[0.01, 0.99]]\n", "")],
        ":2:1: [data]: inputs is missing\n  give inputs and targets, or input_shape = [2]",
    ),
    "empty data": (
        [("[[0.05, 0.10]]", "[]")],
        ":3:1: [data]: inputs is empty\n  at least one sample with at least one number is needed",
    ),
    "samples without targets": (
        [("[[0.05, 0.10]]", "[[0.05, 0.10], [1, 2]]")],
        ":4:1: [data]: 2 rows of inputs, but 1 row of targets\n  ",
    ),
    "target outside [0, 1]": (
        [("0.99", "1.5"), BCE],
        ":4:12: binary_cross_entropy: sample 1 has the target 1.5\n  each target must lie between 0 and 1",
    ),
    "targets that do not sum to 1": (
        [("0.99", "0.98"), CROSS],
        ":4:12: cross_entropy: the targets of sample 1 sum to 0.99\n  the targets of a sample must be 0 or more and",
    ),
    "softmax before binary_cross_entropy": (
        [('"sigmoid"', '"softmax"'), BCE],
        ":15:1: softmax cannot stand before binary_cross_entropy\n  use cross_entropy behind softmax, or sigmoid",
    ),
    "a hostile formula": (
        [('"tanh"', "\"__import__('os').system('id')\"")],
        ":7:1: in the formula '__import__('os').system('id')', at its character 1: the character '_' (U+005F)",
    ),
    "a formula that is too long": (
        [('"tanh"', '"' + "+".join(["x"] * 300) + '"')],
        ":7:1: in the formula 'x+x+x",
    ),
    "a formula that is too deep": (
        [('"tanh"', '"' + "(" * 50 + "x" + ")" * 50 + '"')],
        ":7:1: in the formula '((((((",
    ),
    "a power that is too large": (
        [('"tanh"', '"x^9^9"')],
        ":7:1: in the formula 'x^9^9', at its character 2: an exponent may be at most 16",
    ),
    "an unknown name in a formula": (
        [('"tanh"', '"2*y"')],
        ":7:1: in the formula '2*y', at its character 3: unknown name 'y'\n  there is: x",
    ),
    "epochs missing": (
        [("[optimizer]", "[training]\nmini_batch = 1\n[optimizer]")],
        ":16:1: [training]: epochs is missing\n  say how many epochs there are at most: epochs = 100",
    ),
    "a mini-batch larger than the data": (
        [("[optimizer]", "[training]\nepochs = 5\nmini_batch = 2\n[optimizer]")],
        ":18:1: [training]: a mini-batch of 2 cannot be taken from 1 sample\n  --batch N makes N samples",
    ),
    "not TOML": ([("units = 2", "units = = 2")], ":6:9: this is not TOML: invalid value"),
}

# The same, where the numbers decide: what is said behind "error: " names the quantity.
UNDEFINED = {
    "a formula undefined where it is evaluated": (
        [('"tanh"', '"ln(x - 1)"')],
        "out1_1: ln(-0.9725) is not defined\n  ln needs a number above 0",
    ),
    "a slope undefined where it is evaluated": (
        [('"tanh"', '"sqrt(abs(x))"'), ("0.15, 0.20", "0, 0")],
        "the slope of out1_1: 0/0 is not defined\n  nothing can be divided by 0",
    ),
    "ln 0": (
        [('"sigmoid"', '"relu"'), ("[0.40, 0.45]", "[-4, -4.5]"), ("0.01, 0.99", "0.5, 0.5"), CROSS],
        "E_1: ln of 0.0 is not defined: the loss has no value where an output is 0.0\n  nothing is clipped; smaller",
    ),
    "too large for a float": (
        [("0.05", "1e308"), ("0.15", "10")],
        "net1_1 is too large for a number\n  smaller inputs, weights or steps keep it finite",
    ),
}

# Command lines; in the folder lie net.toml as it is above, and page.md.
LINES = {
    "drive mazur": "there is no command 'drive'\n  did you mean 'derive'?",
    "derive mazur --vieww chain": "no such option '--vieww'. Did you mean '--view'?\n  how it is used: backtrace",
    "derive mazur w5 -f markdwon": "--format: there is no 'markdwon'\n  did you mean 'markdown'?",
    "derive mazur w5 -f pdf": "--format: there is no 'pdf'\n  there is: terminal, markdown, latex, beamer, html,",
    "derive mazur w5 --view chian": "--view: there is no 'chian'\n  did you mean 'chain'?",
    "derive mazur w5 --detail calculs": "--detail: there is no 'calculs'\n  did you mean 'calculus'?",
    "derive mazur w5 --notation nielson": "there is no notation 'nielson'\n  did you mean 'nielsen'?",
    "derive mazzur": "there is no network 'mazzur'\n  did you mean 'mazur'?",
    "names nosuch": "there is no network 'nosuch'\n  there is: alexnet, alexnet-2012, grid, lenet5, lenet5-1998,",
    "derive lenet5": "lenet5.toml:8:1: layer 1 is of type conv2d, which cannot be derived yet, only counted",
    "count lenet5 --set layer1.stride=4": (
        "--set layer1.stride=4: layer 1: height: (32 − 5 + 2·0)/4 + 1 is not whole: floor would give 7\n  the last 3 of"
    ),
    "count mazur --samples 0": "invalid value for '--samples': 0 is not in the range",
    "count 0-3": "0-3: a layer has between 1 and 1000000000 units",
    "notations ngg": "there is no notation 'ngg'\n  did you mean 'ng'?",
    "derive no/such.toml": "no/such.toml: there is no such file",
    "derive m-n-k": "'m-n-k' has letters for sizes: they are for counting only\n  write numbers, as in 2-3-1",
    "derive 2-2-2:tahn": "2-2-2:tahn: there is no activation 'tahn'\n  did you mean 'tanh'?",
    "derive mazur w99": "there is no quantity 'w99' in this network\n  there is w1 to w8",
    "derive mazur out_h7": "there is no quantity 'out_h7' in this network\n  did you mean 'out_h2'",
    "derive mazur b1": "'b1' could be any bias of layer 1, which has one per unit\n  it could be b_h1 (the bias of",
    "derive mazur out_h1@2": "'out_h1@2': there is no sample 2\n  there is one sample",
    "derive mazur dw5/dE": "'dw5/dE': w5 does not depend on E\n  dE/dw5 is the other way round",
    "derive mazur dE/dw5+": "'dE/dw5+' takes its two quantities from before and after an update\n  write dE+/dw5+",
    "derive mazur dE/dt1 --view paths": "t1 is given and stays, so there is nothing to derive\n  ask for a weight,",
    "derive mazur dE/dt1 --view gates": "t1 is given and stays, so there is nothing to derive\n  ask for a weight,",
    "derive mazur w1 --view paths --reuse": "the paths view forms every product anew, so that nothing in it is used"
    " again\n  --reuse goes with",
    "derive mazur w1 --paper letter": "--paper is for whole LaTeX documents and HTML pages\n  add -f latex",
    "derive mazur w1 --templates nowhere": "the format terminal is made without templates\n  there is: markdown,",
    "derive mazur w1 -f html --templates nowhere": "nowhere: there is no such folder of templates\n  --templates",
    "derive mazur w1 -f latex --standalone --paper lettre": "--paper: there is no 'lettre'\n  did you mean 'letter'?",
    "derive mazur w1 --closed-form --reuse": "in the closed form nothing is used again\n  leave out",
    "derive mazur W1": "W1 is a whole layer's, which this view writes number by number\n  --view matrix shows it; or",
    "derive mazur w5++": "a derivation shows one update\n  --step 2 shows the second one; backtrace trace",
    "derive 10-10-10": "the whole derivation has more than 220 lines\n  name what you want (backtrace names 10-10-10",
    "derive 10-10-10-10-10-10-10-1 w1 --view paths --paths all": (
        "there are 100000 routes from that quantity to the loss, more than one wants to print\n  ask for fewer:"
    ),
    "derive 10-10-10 w1 --closed-form": "the closed form would have 12423 numbers, names and signs\n  at most 2000 are",
    "trace 2-2-2": "2-2-2 has no numbers to run with\n  --batch 1 --seed 1 makes numbers up",
    "trace mazur --steps 0": "invalid value for '--steps': 0 is not in the range 1<=x<=1000000\n  how it is used:",
    "trace mazur --mini-batch 1": "nobody says how many epochs to train\n  --epochs 100 trains for at most 100",
    "trace logistic --mini-batch 7": (
        "a mini-batch of 7 cannot be taken from 6 samples\n  a mini-batch has between 1 and 6 samples"
    ),
    "trace mazur --epochs 2 --mini-batch 2": "a mini-batch of 2 cannot be taken from 1 sample\n  --batch N makes N",
    "trace mazur --epochs 3 --steps 2": "--steps counts updates on all samples\n  --epochs E --mini-batch B counts in",
    "trace mazur --epochs 0": "invalid value for '--epochs': 0 is not in the range",
    "trace mazur --epochs 3 --stop-change -1": "--stop-change is negative\n  --stop-change 1e-6 stops when no",
    "trace mazur --epochs 3 --stop-change little": "'little' is not a number\n  write it like",
    "trace mazur --epochs 3 --patience 0": "invalid value for '--patience': 0 is not in the range",
    "trace logistic --stop-without-mistakes": "with the loss binary_cross_entropy no sample is right or wrong, so",
    "trace mazur --side-by-side --epochs 3": "with one sample there is only one way to train\n  --batch N makes N",
    "trace logistic --side-by-side --show-updates": "--side-by-side shows epochs\n  leave out --show-updates",
    "trace 2-2-1 --batch 4 --epochs 3": "no learning rate is given, so nothing is learned\n  add --set learning_rate",
    "trace 2-2-1 --epochs 3": "2-2-1 has no numbers to run with\n  --batch 1 --seed 1 makes numbers up",
    "trace mazur --set layer1.activation=step --steps 2": "layer 1: step has no derivative to learn by: it is flat on",
    "trace mazur --set layer2.activation=sign --epochs 2": "layer 2: sign has no derivative to learn by: it is flat",
    "derive mazur w1 --set layer1.activation=step": "layer 1: step has no derivative to learn by: it is flat on both",
    "derive 2-2-1:step,identity": "layer 1: step has no derivative to learn by: it is flat on both sides of 0",
    "cost mazur --set layer1.activation=step": "layer 1: step has no derivative to learn by: it is flat on both",
    "derive perceptron w1 --sample 5": "there is no sample 5\n  there are 1 to 4",
    "derive perceptron w1 --sample first": "--sample: 'first' does not name samples\n  whole numbers from 1, as in 1,3",
    "trace mazur --set loss=perceptron_error": (
        "--set loss=perceptron_error: perceptron_error: sample 1 has the target 0.01\n  each target must be -1 or 1"
    ),
    "derive mazur --set w5": "--set w5: 'w5' is not of the form name = value\n  for example --set w5=0.7",
    "derive mazur --set w5=nan": "--set w5=nan: 'nan' is not a number\n  write it like 0.7, -3 or 8.2e-2",
    "derive mazur --set order=output_frist": (
        "--set order=output_frist: order = 'output_frist' is not known\n  did you mean 'output_first'?"
    ),
    "derive mazur --set layer9.activation=relu": "--set layer9.activation=relu: there is no layer 9\n  the layers are",
    "derive net.toml --set E=1": "--set E=1: 'E' is computed and cannot be set\n  given are weights, biases, inputs,",
    "derive mazur --given given.txt": "given.txt:2: there is no quantity 'w99' in this network\n  there is w1 to w8",
    "derive mazur w5 -o page.pdf": "cannot tell the format from the name 'page.pdf'\n  say it with --format",
    "derive mazur w5 -o page.md": "'page.md' exists already\n  --force overwrites it",
    "derive mazur w5 -o no/page.md": "cannot write 'no/page.md': no such file or directory",
    "derive latin.toml": "latin.toml:1: the file is not UTF-8, nor UTF-16 with a mark\n  save it as UTF-8 in your",
    "derive large.toml": "large.toml: the file is larger than 1 MB\n  is it the right one?",
    "explain deltarule": "there is no topic 'deltarule'\n  did you mean 'delta-rule'?",
    "explain delta-rule --activation softmax": "softmax is a function of a whole layer, so it has no slope",
    "explain delta-rule mazur": "the topic delta-rule does not depend on the network\n  leave out the network",
    "explain derivative --activation softmax": "softmax is a function of a whole layer, so it has no slope",
    "explain vanishing-gradient 2-2-2:softmax,sigmoid": "layer 1 is a softmax, which has a Jacobian in place of",
    "explain initialisation 2-2-2:softmax,sigmoid": "a softmax layer has no slopes to look at\n  choose an activation",
    "explain sums-and-outputs --loss huber": "the topic sums-and-outputs does not depend on the loss\n  leave out",
    "derive mazur w5 --blank value": "--blank: there is no 'value'\n  did you mean 'values'?",
    "derive mazur w5 --answers": "--answers lists what belongs in gaps, and there are none\n  add --blank values",
    "derive mazur w5 --blank all -f script": "a script computes every number, so that it cannot leave gaps\n  choose",
    "derive mazur E --blank factors": "there is nothing to leave blank: --blank factors finds no gap on this page",
    "derive mazur E --blank values --show symbols": (
        "there is nothing to leave blank: --blank values finds no gap on this page\n  the page shows symbols only;"
    ),
    "derive 2-2-2 -f script": "a script needs a network with numbers\n  give the network numbers, or choose another",
}

BESIDE = {
    "net.toml": NETWORK.encode(),
    "page.md": b"kept",
    "given.txt": b"w5 = 0.7\nw99 = 1  # there is none\n",
    "latin.toml": NETWORK.replace("one", "\xe9ine").encode("latin-1"),
    "large.toml": b"#" * 1_000_001,
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with the files that the rows name."""
    monkeypatch.chdir(tmp_path)
    for name, content in BESIDE.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What is said of a command line that must be refused, behind "error: "."""
    assert main(words) == 2
    shown = capsys.readouterr()
    assert len(shown.out) == 0
    assert shown.err.startswith("error: ")
    assert len(shown.err) < 400
    return shown.err.removeprefix("error: ")


def changed(changes: list[tuple[str, str]]) -> str:
    text = NETWORK
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


@pytest.mark.parametrize("row", FILES)
def test_a_network_file(row: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    changes, told = FILES[row]
    (folder / "net.toml").write_text(changed(changes), encoding="utf-8")
    for command in ("derive", "trace", "names"):
        assert refused([command, "net.toml"], capsys).startswith(f"net.toml{told}")


@pytest.mark.parametrize("row", UNDEFINED)
def test_numbers_that_have_no_value(row: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    changes, told = UNDEFINED[row]
    (folder / "net.toml").write_text(changed(changes), encoding="utf-8")
    for command in ("derive", "trace"):
        assert refused([command, "net.toml"], capsys).startswith(told)


@pytest.mark.parametrize("line", LINES)
def test_a_command_line(line: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(line.split(), capsys).startswith(LINES[line])
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == BESIDE


def test_the_file_that_the_rows_change_is_fine(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Otherwise each row could be refused for another reason."""
    for command in ("derive", "trace", "names"):
        assert main([command, "net.toml"]) == 0
    assert capsys.readouterr().out
