"""Sheet files: what they say is what is read, and what they may not say is refused where it stands."""

from __future__ import annotations

import pytest

from backtrace.errors import InputError
from backtrace.questions.seed_range import drawn
from backtrace.questions.sheet_file import Marking, new_sheet, read_sheet

ITEM = '[[items]]\nkind = "loss"\n'


def test_the_file_to_begin_with_can_be_used() -> None:
    sheet = read_sheet(new_sheet(), "new.toml", "new")
    assert [item.kind for item in sheet.items] == ["forward-pass", "backward-pass"]
    assert [item.level for item in sheet.items] == [2, 2]
    assert sheet.points == 12
    assert sheet.marking == Marking()
    assert sheet.items[1].settings == {"digits": 4}


def test_what_is_switched_off_in_it_can_be_switched_on() -> None:
    text = new_sheet()
    for off in ("decimal = ", "notation = ", "[[items]]\n# bank = ", "points = "):
        text = text.replace(f"# {off}", off.replace("# ", ""))
    sheet = read_sheet(text, "new.toml", "new")
    assert (sheet.page.decimal, sheet.page.notation, sheet.points) == ("comma", "nielsen", 13)
    assert len(drawn(sheet, 1).exercises) == 3


def test_everything_that_can_be_said() -> None:
    text = (
        'title = "T"\n[page]\ncourse = "C"\nterm = "W"\ninstructions = """a\n  b"""\n'
        'paper = "letter"\nlanguage = "de"\n'
        'decimal = "point"\nnotation = "nielsen"\n[marking]\nright = 1\nrounding = 0.5\n'
        "follow_through = 0.9\nwrong = 0\n"
        'carry = "rounded"\n[[items]]\nkind = "loss"\npoints = 2.5\nlevel = 3\nlearning_rate = 0.5\n'
        '[sheet]\nshuffle = true\nanswer_space = "boxes"\nself_check = true\n'
    )
    sheet = read_sheet(text, "t.toml", "t")
    assert sheet.page[:3] == ("C", "W", "a b")
    assert (sheet.page.paper, sheet.page.language, sheet.page.decimal, sheet.page.notation) == (
        "letter", "de", "point", "nielsen",
    )  # fmt: skip
    assert sheet.marking == Marking(1, 0.5, 0.9, 0, "rounded")
    assert (sheet.items[0].points, sheet.items[0].level, sheet.items[0].settings) == (2.5, 3, {"learning_rate": "0.5"})
    assert (sheet.shuffle, sheet.answer_space, sheet.self_check) == (True, "boxes", True)


def test_words_in_each_language() -> None:
    text = 'title = {en = "T", de = "D"}\n[page]\nlanguage = "de"\ninstructions = {en = "only"}\n' + ITEM
    german = read_sheet(text, "t.toml", "t")
    assert (german.title, german.page.instructions) == ("D", "only")
    assert read_sheet(text.replace('language = "de"', ""), "t.toml", "t").title == "T"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title = {fr = 'T'}\n" + ITEM, "t.toml:1:10: unknown key 'fr' in the sheet: title"),
        ("title = {de = 3}\n" + ITEM, "t.toml:1:10: the sheet: title: de must be a text in quotes, not 3"),
        ("", "t.toml: the sheet: there are no items"),
        ("title = 3\n" + ITEM, "t.toml:1:1: the sheet: title must be a text in quotes, not 3"),
        ("titel = 'x'\n" + ITEM, "t.toml:1:1: unknown key 'titel' in the sheet\n  did you mean 'title'"),
        ("[page]\nlanguage = 'fr'\n" + ITEM, "t.toml:2:1: [page]: language = 'fr' is not known"),
        ("[page]\nlogo = 'no.png'\n" + ITEM, "t.toml:2:1: [page]: there is no file 'no.png'"),
        ("[marking]\nright = 2\n" + ITEM, "t.toml:2:1: [marking]: right must lie between 0 and 1"),
        ("[marking]\ncarry = 'all'\n" + ITEM, "t.toml:2:1: [marking]: carry = 'all' is not known"),
        ("[sheet]\nshuffle = 1\n" + ITEM, "t.toml:2:1: [sheet]: shuffle must be true or false, not 1"),
        ("[[items]]\nkind = 'los'\n", "t.toml:2:1: there is no exercise kind 'los'\n  did you mean 'loss'?"),
        ("[[items]]\nkind = 7\n", "t.toml:2:1: item 1: kind must be a text in quotes, not 7"),
        ("[[items]]\npoints = 1\n", "t.toml:1:1: item 1: there is neither a kind nor a question of a bank"),
        ("[[items]]\nkind = 'loss'\nbank = 'x'\n", "item 1: there is both a kind and a question of a bank"),
        (ITEM + "digit = 4\n", "t.toml:3:1: unknown key 'digit' in item 1\n  did you mean 'digits'?"),
        (ITEM + "digits = 99\n", "t.toml:3:1: item 1: digits = 99 is not known"),
        (ITEM + "level = 4\n", "t.toml:3:1: item 1: level must lie between 1 and 3"),
        (ITEM + "points = -1\n", "t.toml:3:1: item 1: points must lie between 0 and 1000"),
        (ITEM + "[[networks]]\nid = '1x'\nnetwork = '2-1'\n", "t.toml:4:1: network 1: '1x' cannot be an id"),
        (ITEM + "[[networks]]\nid = 'a'\n", "network 1: there is no network"),
        (ITEM + "[[networks]]\nid='a'\nnetwork='2-1'\n[[networks]]\nid='a'\n", "two networks have the id 'a'"),
        ("items = 3\n", "t.toml:1:1: the sheet: items must be a list of tables"),
        ("[[items]\n", "t.toml:1:"),
    ],
)
def test_refusals_say_where(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_sheet(text, "t.toml", "t")
    assert message in str(caught.value)
