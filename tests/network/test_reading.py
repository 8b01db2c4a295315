"""Network files: what is read, and the words and the place of every refusal."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from backtrace.errors import InputError
from backtrace.expression.tree import Given
from backtrace.network.finding import complete, load
from backtrace.network.made import how_made
from backtrace.network.quantity import SHARED, Quantity
from backtrace.network.reading import read_network
from backtrace.network.source import SIZE_CAP, Document, file_text

BASE = """\
title = "one hidden layer"
[data]
inputs = [[0.05, 0.10]]
targets = [[0.01, 0.99]]
[[layers]]
units = 2
weights = [[0.15, 0.20],
           [0.25, 0.30]]
bias = [0.35, 0.35]
[[layers]]
units = 2
weights = [[0.40, 0.45], [0.50, 0.55]]
bias = 0.60
[loss]
type = "half_squared_error"
[optimizer]
learning_rate = 0.5
"""


def read(text):
    return complete(read_network(text, "net.toml", "net"))


def changed(old, new):
    assert old in BASE
    return BASE.replace(old, new, 1)


def test_a_file_is_read_with_its_numbers_as_typed():
    network = read(BASE)
    assert network.numeric
    assert (network.title, network.input_size, network.samples) == ("one hidden layer", 2, 1)
    assert network.inputs[0][1].text == "0.10"
    assert network.layers[1].weights[0][0].text == "0.40"
    assert [b.text for b in network.layers[1].bias] == ["0.60", "0.60"]
    assert network.layers[0].activation.name == "sigmoid"
    assert network.optimizer.learning_rate == 0.5
    assert network.reduction == "mean"


def test_a_flat_list_is_one_sample():
    flat = changed("[[0.05, 0.10]]", "[0.05, 1]").replace("[[0.01, 0.99]]", "[0, 1]")
    network = read(flat)
    assert network.inputs == ((0.05, 1.0),)
    assert network.targets == ((0.0, 1.0),)
    assert network.targets[0][0].text == "0"


def test_a_bias_may_be_left_out_false_one_number_shared_or_made():
    assert read(changed("bias = 0.60\n", "")).layers[1].bias == (0.0, 0.0)
    none = read(changed("bias = 0.60", "bias = false")).layers[1]
    assert (none.has_bias, none.bias) == (False, None)
    for bias in ("0.60", "[0.60]", "[0.60, 0.60]"):
        shared = read(changed("bias = 0.60", f"bias = {bias}\nshared_bias = true"))
        assert shared.layers[1].bias == (0.6,)
        assert shared.parameters()[-1] == Quantity("bias", 2, SHARED)
    made = read(changed("bias = 0.60", 'bias = {init = "constant", value = 0.1}')).layers[1].bias
    assert [b.text for b in made] == ["0.1", "0.1"]


def test_the_order_of_weights_can_be_from_to():
    network = read(changed("bias = 0.60", 'bias = 0.60\nweights_order = "from_to"'))
    assert network.layers[1].weights == ((0.40, 0.50), (0.45, 0.55))


def test_weights_can_be_tied_to_an_earlier_layer():
    for name in ("layer 1", "hidden"):
        text = BASE.replace("[[0.40, 0.45], [0.50, 0.55]]", f'{{tied_to = "{name}", transposed = true}}', 1)
        text = text.replace("bias = [0.35, 0.35]", 'bias = [0.35, 0.35]\nname = "hidden"')
        network = read(text)
        assert network.layers[1].weights == ((0.15, 0.25), (0.20, 0.30))
        assert network.weight(2, 1, 2) == Quantity("weight", 1, 2, 1)


def test_weights_can_be_made_with_a_seed():
    text = changed("[[0.40, 0.45], [0.50, 0.55]]", '{init = "normal", seed = 7}')
    layer = read(text).layers[1]
    assert layer.weights == read(text).layers[1].weights
    assert layer.made_by == "weights: normal, mean 0, standard deviation 1/√fan-in, seed 7"
    unseeded = text.replace(", seed = 7", "")
    assert read_network(unseeded, "", "", 3).layers[1].weights != read_network(unseeded, "", "", 4).layers[1].weights


def test_what_made_the_numbers_is_said_with_its_settings():
    for init, said in (
        ('init = "uniform", low = -0.50, high = 0.5, seed = 7', "weights: uniform, low -0.50, high 0.5, seed 7"),
        ('init = "he", seed = 2', "weights: he, normal, mean 0, standard deviation √(2/fan-in), seed 2"),
        ('init = "xavier", seed = 2', "weights: xavier, uniform within ±√(6/(fan-in + fan-out)), seed 2"),
    ):
        network = read(changed("[[0.40, 0.45], [0.50, 0.55]]", f"{{{init}}}"))
        assert network.layers[1].made_by == said
        assert how_made(network) == f"layer 2: {said}"
        again = network._replace(layers=(network.layers[1],) * 4, made_by="2 samples made with seed 1")
        assert how_made(again) == f"2 samples made with seed 1; layers 1 to 4: {said}"


def test_a_file_without_numbers_is_for_symbols():
    network = read('[data]\ninput_shape = [2]\n[[layers]]\nunits = 2\n[[layers]]\nunits = 1\nactivation = "2*x"\n')
    assert not network.numeric
    assert network.layers[0].bias is None
    assert network.layers[0].has_bias
    assert network.layers[1].activation.text == "2*x"


def test_names_and_numbering():
    network = read(
        'numbering = "by_source"\n'
        + changed("units = 2", 'units = 2\nunit_names = ["a", "b"]').replace(
            "targets", 'input_names = ["p", "q"]\ntargets'
        )
    )
    assert network.layers[0].unit_names == ("a", "b")
    assert network.input_names == ("p", "q")
    assert network.numbering == "by_source"


W2 = "[[0.40, 0.45], [0.50, 0.55]]"
REFUSALS = [
    ("title =", "titel =", 1, "unknown key 'titel' in the network", "did you mean 'title'?"),
    ("inputs =", "input =", 3, "unknown key 'input' in [data]", "'inputs'"),
    ("units = 2", "unit = 2", 6, "unknown key 'unit' in layer 1", "'units'"),
    ("learning_rate", "learningrate", 17, "unknown key 'learningrate' in [optimizer]", "'learning_rate'"),
    ("[loss]", "[lost]", 14, "unknown key 'lost' in the network", "'loss'"),
    ("units = 2\n", "", 5, "units is missing", "units = 2"),
    ("units = 2", "units = 2.5", 6, "units must be a whole number, not 2.5", ""),
    ("units = 2", "units = 0", 6, "units must lie between 1 and 10000", ""),
    ("units = 2", 'units = 2\ntype = "conv"', 7, "there is no layer type 'conv'", "dense"),
    (
        W2,
        "[[0.40, 0.45], [0.50, 0.55], [1, 2]]",
        12,
        "layer 2 has 3 rows of weights, but units = 2",
        "expected 2 rows of 2 weights each",
    ),
    (
        "           [0.25, 0.30]]",
        "           [0.25, 0.30, 0.4]]",
        8,
        "layer 1: row 2 of the weights has 3 numbers, not 2",
        "2 rows",
    ),
    (W2, "[0.4, 0.45]", 12, "row 1 of the weights must be a list of numbers, not 0.4", ""),
    (W2, "[]", 12, "layer 2 has 0 rows of weights", ""),
    (W2, '[["a", 1], [1, 2]]', 12, "layer 2: number 1 of row 1 of the weights must be a number, not the text 'a'", ""),
    (W2, "[[true, 1], [1, 2]]", 12, "must be a number, not true", ""),
    ("0.25, 0.30]", "0.25, nan]", 8, "'nan' is not a finite number", "finite"),
    ("0.25, 0.30]", "0.25, -inf]", 8, "'-inf' is not a finite number", "finite"),
    ("0.25, 0.30]", "0.25, 1e999]", 8, "'1e999' is not a finite number", ""),
    ("0.25, 0.30]", "0.25, 0." + "1" * 40 + "]", 8, "more than 30 digits", ""),
    ("0.25, 0.30]", "0.25, " + "1" * 400 + "]", 8, "more than 30 digits", ""),
    ("0.10", "inf", 3, "'inf' is not a finite number", ""),
    ("0.60", "nan", 13, "'nan' is not a finite number", ""),
    ("learning_rate = 0.5", "learning_rate = nan", 17, "'nan' is not a finite number", ""),
    ("learning_rate = 0.5", "learning_rate = -0.5", 17, "learning_rate is negative", ""),
    ("learning_rate = 0.5", 'order = "outputfirst"', 17, "order = 'outputfirst' is not known", "'output_first'"),
    ("learning_rate = 0.5", 'update_biases = "no"', 17, "update_biases must be true or false, not the text 'no'", ""),
    ("learning_rate = 0.5", 'type = "adm"', 17, "type = 'adm' is not known", "'adam'"),
    ("[[0.05, 0.10]]", "[]", 3, "inputs is empty", "at least one sample"),
    ("[[0.05, 0.10]]", "[[]]", 3, "inputs is empty", ""),
    ("[[0.01, 0.99]]", "[]", 4, "targets is empty", ""),
    ("[[0.05, 0.10]]", "[[1, 2], [3]]", 3, "sample 2 has 1 inputs, but sample 1 has 2", "same number"),
    ("[[0.05, 0.10]]", "[[1, 2], [3, 4]]", 4, "2 rows of inputs, but 1 row of targets", "a flat list is one sample"),
    ("[[0.01, 0.99]]", "[[0.01]]", 4, "1 target per sample, but the last layer has 2 units", ""),
    ("inputs = [[0.05, 0.10]]\n", "", 3, "there are targets but no inputs", ""),
    ("targets = [[0.01, 0.99]]\n", "", 3, "there are inputs but no targets", ""),
    ("inputs = [[0.05, 0.10]]\ntargets = [[0.01, 0.99]]\n", "", 2, "inputs is missing", "input_shape"),
    ("inputs =", "input_shape = [3]\ninputs =", 3, "input_shape says 3 inputs, but a row of inputs has 2", ""),
    ("inputs = [[0.05, 0.10]]\ntargets = [[0.01, 0.99]]\n", "input_shape = [28, 28]\n", 3, "one whole number", "[784]"),
    ("half_squared_error", "half_square_error", 15, "there is no loss 'half_square_error'", "'half_squared_error'"),
    (
        '"half_squared_error"',
        '"cross_entropy"\nreduction = "average"',
        16,
        "reduction = 'average' is not known",
        "mean",
    ),
    ("bias = 0.60", "bias = [0.6]", 13, "layer 2: 1 bias, but units = 2", "one per unit"),
    ("bias = 0.60", "bias = true", 13, "bias must be a number, a list of numbers, or false, not true", ""),
    ("bias = 0.60", "bias = [0.6, 0.7]\nshared_bias = true", 13, "a shared bias is one number", ""),
    ("bias = 0.60", "bias = false\nshared_bias = true", 14, "a layer without a bias cannot share it", ""),
    ("bias = 0.60", 'activation = "sigmoyd"', 13, "there is no activation 'sigmoyd'", "'sigmoid'"),
    ("bias = 0.60", 'activation = "x +"', 13, "in the formula 'x +'", ""),
    ("bias = 0.60", 'weights_order = "to"', 13, "weights_order = 'to' is not known", "to_from"),
    (W2, '{tied_to = "layer 2"}', 12, "tied_to = 'layer 2' is no layer before this one", "layer 1"),
    (W2, '{tied_to = "layer 1", transpose = true}', 12, "unknown key 'transpose' in layer 2: weights", "'transposed'"),
    (W2, '{init = "xaver"}', 12, "init = 'xaver' is not known", "'xavier'"),
    (W2, '{init = "uniform", low = 0.1}', 12, '"uniform" needs high', "low = -0.5, high = 0.5"),
    (W2, '{init = "uniform", low = 0.1, high = 0.1}', 12, "high = 0.1 is not above low = 0.1", ""),
    (W2, '{init = "he", low = 0.1}', 12, '"he" takes no low', ""),
    (W2, "{seed = 3}", 12, "init is missing", "normal"),
    (W2, '{init = "constant"}', 12, '"constant" needs value', ""),
    (W2, '{init = "constant", value = 1, seed = 2}', 12, '"constant" takes no seed', ""),
    (f"weights = {W2}\n", "", 0, "layer 2 has no weights, but layer 1 has", "init"),
    ("units = 2", 'units = 2\nunit_names = ["h1"]', 7, "1 unit_names, but units = 2", ""),
    ("units = 2", 'units = 2\nunit_names = ["h1", "h1"]', 7, "two of the unit_names are alike", ""),
    ("units = 2", 'units = 2\nunit_names = ["h1", "$x$"]', 7, "'$x$' cannot be a name", ""),
    ('title = "one', 'title = "\\u001b[31m one', 1, "cannot be printed: '\\x1b[31m", ""),
    ("inputs =", "inputs", 3, "this is not TOML", ""),
    ('"one hidden layer"', '"one', 1, "this is not TOML", ""),
    ("[loss]", "[data]", 14, "this is not TOML", ""),
    ("0.25, 0.30]", "0.25, " + "1" * 5000 + "]", 0, "a number or a nesting in it is too large", ""),
    ("0.25, 0.30]", "0.25, " + "[" * 5000 + "]", 8, "nested too deeply", ""),
    ("[loss]", "[" + "a." * 50_000 + "a]", 14, "nested too deeply", ""),
]


@pytest.mark.parametrize(("old", "new", "line", "words", "hint"), REFUSALS, ids=[r[3][:40] or "sum" for r in REFUSALS])
def test_refusals_say_what_where_and_what_to_do(old, new, line, words, hint):
    with pytest.raises(InputError) as caught:
        read(changed(old, new))
    assert words in caught.value.what
    assert hint in caught.value.hint
    assert caught.value.place.line == line
    assert caught.value.exit_status == 2


def test_a_transposed_matrix_is_recognised():
    text = changed("[[0.05, 0.10]]", "[[1, 2, 3]]")
    text = text.replace("[[0.15, 0.20],\n           [0.25, 0.30]]", "[[1, 2], [3, 4], [5, 6]]")
    with pytest.raises(InputError, match='weights_order = "from_to"'):
        read(text)


def test_tied_weights_must_fit():
    text = changed("[[0.05, 0.10]]", "[[1, 2, 3]]")
    text = text.replace("[[0.15, 0.20],\n           [0.25, 0.30]]", "[[1, 2, 3], [3, 4, 5]]").replace(
        W2, '{tied_to = "layer 1"}'
    )
    with pytest.raises(InputError, match="the weights of layer 1 are 2×3"):
        read(text)


@pytest.mark.parametrize(
    ("loss", "targets", "words"),
    [
        ("cross_entropy", "[[0.3, 0.3]]", "the targets of sample 1 sum to 0.6"),
        ("binary_cross_entropy", "[[0.3, 1.3]]", "sample 1 has the target 1.3"),
    ],
)
def test_targets_outside_the_losss_domain(loss, targets, words):
    with pytest.raises(InputError, match=words) as caught:
        read(changed("half_squared_error", loss).replace("[[0.01, 0.99]]", targets))
    assert caught.value.place.line == 4


def test_softmax_before_binary_cross_entropy():
    text = changed("half_squared_error", "binary_cross_entropy").replace("bias = 0.60", 'activation = "softmax"')
    with pytest.raises(InputError, match="softmax cannot stand before binary_cross_entropy") as caught:
        read(text)
    assert caught.value.place.line == 15


def test_no_layers():
    with pytest.raises(InputError, match="there are no layers"):
        read("[data]\ninput_shape = [2]\n")


@pytest.mark.parametrize(
    "data",
    [
        BASE.encode(),
        codecs.BOM_UTF8 + BASE.encode(),
        BASE.encode("utf-16"),
        BASE.replace("\n", "\r\n").encode(),
        codecs.BOM_UTF16_BE + BASE.encode("utf-16-be"),
    ],
)
def test_encodings_that_are_read(tmp_path, data):
    path = tmp_path / "net.toml"
    path.write_bytes(data)
    assert load(str(path)).layers == read(BASE).layers
    assert load(str(path)).name == "net"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("title = 'é'".encode("latin-1"), "not UTF-8, nor UTF-16 with a mark"),
        (codecs.BOM_UTF16_LE + b"a", "not UTF-8, nor UTF-16 with a mark"),
        (BASE.encode("utf-16-le"), "not TOML"),
        (b"#" * (SIZE_CAP + 1), "larger than 1 MB"),
        (b'title = """\n' + b'\\"""' * 100_000, "not TOML"),
    ],
)
def test_files_that_are_refused(tmp_path, data, words):
    path = tmp_path / "net.toml"
    path.write_bytes(data)
    with pytest.raises(InputError, match=words) as caught:
        load(str(path))
    assert caught.value.place.file == str(path)


def test_files_that_cannot_be_opened(tmp_path):
    for path, words in (
        (tmp_path / "none.toml", "no such file"),
        (tmp_path, "a folder"),
        (Path("a\0b.toml"), "cannot be read"),
    ):
        with pytest.raises(InputError, match=words):
            file_text(path)


def test_places_of_keys():
    document = Document(
        'a.b = 1\n"c d" = [\n  1, # [\n  {x = """\n[""", y = [2,\n3]}]\n'
        "[t.u]\nk = '#'\n[[t.v]]\nm = 1\n[[t.v]]\n[t.v.w]\nn = 2\n",
        "f",
    )
    expected = {
        ("a", "b"): (1, 1),
        ("c d",): (2, 1),
        ("c d", 1): (4, 3),
        ("c d", 1, "y"): (5, 7),
        ("c d", 1, "y", 1): (6, 1),
        ("t", "u", "k"): (8, 1),
        ("t", "v", 0, "m"): (10, 1),
        ("t", "v", 1): (11, 1),
        ("t", "v", 1, "w", "n"): (13, 1),
        ("t", "u", "k", "deeper"): (8, 1),
    }
    found = {path: document.place(*path)[1:] for path in expected}
    assert found == expected


def test_a_typed_number_is_cleaned_of_plus_and_minus_nought():
    network = read(changed("0.05, 0.10", "+0.5, -0.0"))
    assert [x.text for x in network.inputs[0]] == ["0.5", "0.0"]
    assert isinstance(network.inputs[0][0], Given)
