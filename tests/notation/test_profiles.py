"""Profiles: the shipped ones, a user's own, and everything in a file that is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from backtrace.errors import InputError
from backtrace.network.quantity import Quantity
from backtrace.notation.loading import FOLDER, check_profile, load_profile, profile_names, profile_text
from backtrace.notation.spelling import Spelling
from tests.notation.examples import network

MAZUR = network(2, 2, 2)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "my.toml"


def test_the_list_is_the_folder() -> None:
    assert sorted(profile_names()) == sorted(path.stem for path in Path(FOLDER).glob("*.toml"))


@pytest.mark.parametrize("name", profile_names())
def test_shipped_profiles_are_sound(name: str) -> None:
    profile = load_profile(name)
    assert profile.name == name and profile.title and profile.source
    check_profile(profile, MAZUR)


@pytest.mark.parametrize("name", profile_names())
def test_a_shipped_file_can_be_copied(name: str, file: Path) -> None:
    file.write_text(profile_text(name), encoding="utf-8")
    copied, shipped = load_profile(str(file)), load_profile(name)
    assert copied.patterns == shipped.patterns and copied.aliases == shipped.aliases


def test_conventions() -> None:
    facts = {name: load_profile(name) for name in profile_names()}
    assert {name for name, p in facts.items() if p.delta_sign < 0} == {"rumelhart"}
    assert {name for name, p in facts.items() if not p.net_named} == {"o-grid"}
    assert {name for name, p in facts.items() if p.input_index == 1} == {"nielsen"}
    assert {name for name, p in facts.items() if p.derivative == "d_prefix"} == {"cs231n", "ng"}
    assert {name for name, p in facts.items() if p.orientation == "row"} == {
        "mazur",
        "cs231n",
        "d2l",
        "layer-uy",
        "o-grid",
    }
    assert {name for name, p in facts.items() if p.weight_order == "from_to"} == {"cs231n", "d2l", "layer-uy", "o-grid"}


def test_a_file_says_only_what_differs(file: Path) -> None:
    file.write_text(
        'extends = "nielsen"\nlayer_style = "paren"\ninput_index = 0\n[letters]\nloss = "E"\nnet = "s"\n',
        encoding="utf-16",
    )
    profile = load_profile(str(file))
    check_profile(profile, MAZUR)
    spelling = Spelling(profile, MAZUR)
    assert profile.name == "my"
    assert spelling.text(Quantity("net", 1, 2)) == "s⁽¹⁾₂"
    assert spelling.text(Quantity("loss")) == "E"


@pytest.mark.parametrize(
    ("text", "what", "line"),
    [
        ('extends = "nielsen"\ncolour = 1\n', "unknown key 'colour' in the notation", 2),
        ('extends = "nielson"\n', "extends = 'nielson' is not a shipped notation", 1),
        ('extends = "my.toml"\n', "is not a shipped notation", 1),
        ('extends = "nielsen"\nlayer_style = "round"\n', "layer_style = 'round' is not known", 2),
        ('extends = "nielsen"\ndelta_sign = 0\n', "delta_sign must be 1 or -1", 2),
        ('extends = "nielsen"\ninput_index = 2\n', "input_index must lie between 0 and 1", 2),
        ('extends = "nielsen"\n[letters]\nnets = "z"\n', "unknown key 'nets' in [letters]", 3),
        ('extends = "nielsen"\n[letters]\nnet = "\\\\input{x}"\n', "cannot be a letter of a notation", 3),
        ('extends = "nielsen"\n[letters]\nnet = "{0.__class__}"\n', "cannot be a letter of a notation", 3),
        ('extends = "nielsen"\n[letters]\nnet = "z1"\n', "'z1' cannot be a letter", 3),
        ('extends = "nielsen"\n[letters]\nnet = "ж"\n', "cannot be a letter", 3),
        ('extends = "nielsen"\n[letters]\nnet = ""\n', "cannot be a letter", 3),
        ('extends = "nielsen"\n[sub]\nnet = ["unti"]\n', "unknown index 'unti'", 3),
        ('extends = "nielsen"\n[sub]\nnet = ["link"]\n', "only a weight has a 'link'", 3),
        ('extends = "nielsen"\n[sub]\nloss = ["unit"]\n', "the loss has no 'unit'", 3),
        ('extends = "nielsen"\n[glyphs]\nloss = "gothic"\n', "loss = 'gothic' is not known", 3),
        ('extends = "nielsen"\naliases = 3\n', "aliases must be [[aliases]] tables", 2),
        ('title = "bare"\n', "the notation does not say source", 0),
        ("title = \n", "this is not TOML", 1),
    ],
)
def test_refusals(file: Path, text: str, what: str, line: int) -> None:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        load_profile(str(file))
    assert what in refused.value.what
    assert refused.value.place.file == str(file) and refused.value.place.line == line


def test_hints_offer_the_nearest(file: Path) -> None:
    file.write_text('extends = "nielsen"\norientaton = "row"\n', encoding="utf-8")
    with pytest.raises(InputError) as refused:
        load_profile(str(file))
    assert "did you mean 'orientation'?" in refused.value.hint
    with pytest.raises(InputError, match="there is no notation 'neilsen'") as refused:
        load_profile("neilsen")
    assert "nielsen" in refused.value.hint
    with pytest.raises(InputError, match="there is no such file"):
        load_profile("./missing.toml")


@pytest.mark.parametrize(
    "text",
    [
        '[letters]\nnet = "a"\n',
        'weight_order = "flat"\n[sup]\nweight = []\nbias = []\n[letters]\nbias = "w"\n',
        "[sup]\nnet = []\n",
        '[letters]\nrate = "b"\n[sup]\nbias = []\n[sub]\nbias = []\n',
    ],
)
def test_a_profile_that_spells_two_quantities_alike_is_refused(file: Path, text: str) -> None:
    file.write_text(
        'extends = "nielsen"\n' + text if text[0] == "[" else text.replace("\n", '\nextends = "nielsen"\n', 1),
        encoding="utf-8",
    )
    with pytest.raises(InputError, match="two quantities are both spelt"):
        check_profile(load_profile(str(file)), MAZUR)
