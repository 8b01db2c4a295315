"""The question bank: what is in it, what is refused with which place, and how a question becomes an exercise."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from backtrace.errors import InputError
from backtrace.questions.bank import bank, bank_files, instance, question, read_bank, read_file, topics
from backtrace.questions.kinds import kind
from backtrace.questions.records import Choice, Say
from backtrace.questions.words import LANGUAGES, language

GOOD = """\
[[questions]]
id = "epoch"
en = "What is an epoch?"
[[questions.options]]
id = "all"
right = true
en = "all samples once"
[[questions.options]]
id = "one"
en = "one update"
why = {en = "with one batch both are the same"}
"""
REFUSED = {
    "no questions": ('title = "x"', "x.toml", "no questions"),
    "unknown key": (GOOD.replace('en = "What', 'fr = "Quoi"\nen = "What'), "x.toml:3:1", "unknown key 'fr'"),
    "no id": (GOOD.replace('id = "epoch"\n', ""), "x.toml:1", "there is no id"),
    "hostile id": (GOOD.replace('"epoch"', '"../x"'), "x.toml:2:1", "'../x' cannot be an id"),
    "no text": (GOOD.replace('en = "What is an epoch?"\n', ""), "x.toml:1", "there is no text"),
    "none right": (GOOD.replace("right = true\n", ""), "x.toml:4", "no option is right"),
    "all right": (
        GOOD.replace('en = "one update"\nwhy', 'right = true\nen = "one"\n#'),
        "x.toml",
        "every option is right",
    ),
    "why of the right": (GOOD.replace("right = true", 'right = true\nwhy = {en = "x"}'), "x.toml:7:1", "only a wrong"),
    "same text": (GOOD.replace("one update", "all samples once"), "x.toml:10:1", "says the same as option 'all'"),
    "same option": (GOOD.replace('id = "one"', 'id = "all"'), "x.toml:9:1", "two options have the id 'all'"),
    "twice": (GOOD + GOOD, "x.toml:13:1", "two questions have the id 'epoch'"),
    "no TOML": ("[[questions", "x.toml:1", "this is not TOML"),
    "type": (GOOD.replace('id = "epoch"', 'id = "epoch"\ntype = "essay"'), "x.toml:3:1", "type = 'essay' is not known"),
    "true-false with options": (
        GOOD.replace('id = "epoch"', 'id = "e"\ntype = "true-false"'),
        "x.toml:5",
        "has no options",
    ),
    "true-false without": ('[[questions]]\nid = "e"\ntype = "true-false"\nen = "x"', "x.toml:1", "whether it is true"),
    "control character": (GOOD.replace("one update", "one\\u0007"), "x.toml:10:1", "cannot be printed"),
    "too long": (GOOD.replace("one update", "o" * 501), "x.toml:10:1", "longer than 500"),
    "several": (
        GOOD.replace('id = "one"', 'id = "one"\nright = true')
        .replace("why", "#")
        .replace('en = "What', 'several = false\nen = "What')
        + '[[questions.options]]\nid = "c"\nen = "c"\n',
        "x.toml:3:1",
        "2 options are right",
    ),
}


def test_there_are_enough_questions_and_each_has_both_languages_and_reasons():
    found = bank()
    assert len(found) >= 50 and len(bank_files()) == 3
    for one in found.values():
        texts = [one.texts, *(option.texts for option in one.options)]
        assert one.topic and one.idea, one.id
        for option in one.options:
            assert option.right == (option.why is None), f"{one.id}: {option.id} needs a why, or is right"
            texts += [option.why] if option.why else []
        assert all([code for code, _ in text.texts] == list(LANGUAGES) for text in texts), one.id


def test_the_topics_that_courses_ask_about_are_there():
    wanted = {
        "parameters",
        "batches",
        "regularisation",
        "first weights",
        "perceptron",
        "logistic regression",
        "XOR",
        "optimizers",
        "vanishing gradients",
        "memoisation",
        "backpropagation",
        "classification",
        "other networks",
        "training, validation, test",
        "chain rule",
    }
    assert wanted <= set(topics())
    assert not question("backprop-is-not-descent").several
    assert [o.id for o in question("trainable").options if o.right] == ["weights", "biases"]


def test_ids_are_unique_over_all_files():
    every = [one.id for path in bank_files() for one in read_file(path).values()]
    assert len(every) == len(set(every)) == len(bank())


def test_statements_are_true_and_false():
    right = Counter(one.options[0].right for one in bank().values() if one.type == "true-false")
    assert right[True] >= 4 and right[False] >= 4


@pytest.mark.parametrize("name", REFUSED)
def test_a_bank_that_cannot_be_used_is_refused_with_its_place(name):
    text, place, words = REFUSED[name]
    with pytest.raises(InputError) as refused:
        read_bank(text, "x.toml")
    assert words in str(refused.value) and str(refused.value).startswith(place), str(refused.value)


def test_an_unknown_question_is_refused_with_the_nearest():
    with pytest.raises(InputError, match="backprop-is-not-decent") as refused:
        question("backprop-is-not-decent")
    assert "backprop-is-not-descent" in refused.value.hint


def test_a_bank_of_ones_own(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(GOOD.replace("one update", "<b>{1} \\\\input{x}</b> $1"), encoding="utf-8")
    one = question("epoch", str(path))
    made = instance(one, Random(1))
    answer = made.parts[0].answer
    assert isinstance(answer, Choice)
    shown = [language("de").say(option.text) for option in answer.options]
    # A language that is missing is filled from the other, and nothing in a text is special.
    assert ("<b>{1} \\input{x}</b> $1",) in shown
    assert (
        kind("multiple-choice").make(Random(1), 1, {"bank_file": str(path)}).note.startswith("multiple-choice epoch: ")
    )
    with pytest.raises(InputError, match="no true-false question"):
        kind("true-false").make(Random(1), 1, {"bank_file": str(path)})


def test_the_right_option_stands_anywhere():
    places = Counter()
    for seed in range(600):
        answer = instance(question("one-epoch"), Random(seed)).parts[0].answer
        places[answer.letters] += 1
    assert set(places) == set("ABCD") and min(places.values()) > 110


def test_the_key_names_the_letters_of_the_order_drawn():
    one = question("old-weights")
    part = instance(one, Random(3)).parts[0]
    assert part.answer.letters == "B" and part.solution[0] == Say("bank_right", ("B",))
    wrong = [option.why for option in part.answer.options if not option.right]
    assert wrong == ["old-weights.true"]


def test_true_as_often_as_false():
    found = Counter(kind("true-false").make(Random(seed), 1, {}).parts[0].answer.letters for seed in range(400))
    assert 160 < found["A"] < 240
