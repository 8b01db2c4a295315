"""From bytes to lines: whatever is text is read, and whatever is not is refused with its place."""

from __future__ import annotations

import codecs

import pytest

from backtrace.check.submission.decoding import lines_of
from backtrace.errors import InputError
from tests.check.reading.doors import read, verdicts

TEXT = "net_h1 = 0.3775\n∂E/∂w5 = 0.08217\n"


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        TEXT,
        "\ufeff" + TEXT,
    ],
)
def test_every_kind_of_text_is_read(data: bytes | str) -> None:
    assert [line.line for line in read(data).lines] == [1, 2]
    assert verdicts(data) == {"right": 2}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("net_h1 = 0.3775\nB\xf6se = 1".encode("latin-1"), "work.txt:2: the file is not UTF-8"),
        (TEXT.encode("utf-16-le"), "U+0000"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le")[:-1], "not UTF-8"),
        (b"w5 = 0.4\n\x00", "work.txt:2:1: the character U+0000"),
        (b"w5 = 0.4\n\x1b[31mw6 = 1", "work.txt:2:1: the character U+001B"),
        (b"w5 = 0.4\rw6 \x07= 1", "work.txt:2:4: the character U+0007"),
        ("w5 = 0.4\ud800", "work.txt:1:9: the character U+D800"),
        ("w5 = 0.4\n" * 2001, "has 2001 lines"),
        (b"#" * 1_000_001, "larger than 1 MB"),
        ("#" * 1_000_001, "larger than 1 MB"),
    ],
)
def test_what_is_no_text_is_refused_whole(data: bytes | str, said: str) -> None:
    with pytest.raises(InputError) as refused:
        read(data)
    assert said in str(refused.value)


@pytest.mark.parametrize("data", [b"", b"\n\n", b"# nothing\n", codecs.BOM_UTF8])
def test_nothing_is_no_mistake(data: bytes) -> None:
    assert read(data).lines == ()


def test_other_ends_of_lines_are_none() -> None:
    """U+2028 and U+0085 end no line: an editor does not show them so."""
    assert len(lines_of("a = 1\u2028b = 2")) == 1
    with pytest.raises(InputError, match=r"U\+0085"):
        lines_of("a = 1\u0085b = 2")
