"""The languages say the same things: the same keys, the same slots."""

from __future__ import annotations

import re

from backtrace.questions.words import LANGUAGES, SLOT, labels, language
from backtrace.render.document import Labels


def slots(sentence: str) -> set[str]:
    return {slot[1] for slot in re.finditer(SLOT, sentence)}


def test_the_same_keys_and_slots() -> None:
    english = language("en").sentences
    for code in LANGUAGES:
        other = language(code).sentences
        assert set(other) == set(english)
        for key, sentence in english.items():
            assert slots(other[key]) == slots(sentence), key
            assert re.sub(SLOT, "", other[key]).count("{") == 0, key


def test_the_words_of_a_page() -> None:
    for code in LANGUAGES:
        found = labels(language(code))
        assert found.language == code
        assert all(found)
    assert labels(language("de")) != Labels("de")
