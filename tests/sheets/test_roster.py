"""Rosters as platforms export them, and what cannot be one."""

from __future__ import annotations

import pytest

from backtrace.errors import InputError
from backtrace.questions.roster import read_roster, slug

CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section\n"
    "    Points Possible,,,,\n"
    '"Lovelace, Ada",17,s1,ada,1\n"Turing, Alan",18,s2,alan,1\n'
)
MOODLE = 'First name,Surname,"ID number",Institution,"Email address"\nAda,Lovelace,,,a@x.org\nAlan,Turing,,,b@x.org\n'
TITLED = "Course;Networks;\nDate;2026;\n\nName;Vorname;Matrikel-Nr.;Matrikelnummer\nTuring;Alan;;12\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id;name\n1;Ada\n2;Alan\n", [("1", "Ada"), ("2", "Alan")]),
        ("id,name\r\n1,Ada\r\n2,Alan\r\n", [("1", "Ada"), ("2", "Alan")]),
        ("name\tid\nAda Lovelace\t1\n", [("1", "Ada Lovelace")]),
        ("id|first name|last name\n1|Ada|Lovelace\n", [("1", "Ada Lovelace")]),
        ("Vorname;Nachname;Matrikelnummer\nAda;Lovelace;01\n", [("01", "Ada Lovelace")]),
        ("sep=;\nid;name\n1;Lovelace, Ada\n", [("1", "Lovelace, Ada")]),
        ("id\n1\n2\n", [("1", ""), ("2", "")]),
        ('id,name\n1,"Ada\n Lovelace"\n', [("1", "Ada Lovelace")]),
        ("id;name\n1;\u202eAda\x1b[31m\n", [("1", "Ada[31m")]),
        (CANVAS, [("17", "Lovelace, Ada"), ("18", "Turing, Alan")]),
        (MOODLE, [("a@x.org", "Ada Lovelace"), ("b@x.org", "Alan Turing")]),
        (TITLED, [("12", "Alan Turing")]),
        ("Vorname;Nachname;ID-Nummer;E-Mail-Adresse\nAda;Lovelace;01;a@x.org\n", [("01", "Ada Lovelace")]),
        ("id;Name;First name;Last name\n1;Lovelace, Ada;Ada;Lovelace\n", [("1", "Lovelace, Ada")]),
    ],
)
def test_what_a_platform_exports(text: str, expected: list[tuple[str, str]]) -> None:
    for data in (text.encode(), b"\xef\xbb\xbf" + text.encode(), text.encode("utf-16")):
        students = read_roster(data, "class.csv")
        assert [(one.id, one.name) for one in students] == expected
        assert [one.number for one in students] == list(range(1, len(expected) + 1))


def test_columns_can_be_named() -> None:
    text = "Kennung,Ruf,Stamm\nx1,Ada,Lovelace\n"
    [one] = read_roster(text.encode(), "c.csv", "Kennung", ("Ruf", "Stamm"))
    assert (one.id, one.name) == ("x1", "Ada Lovelace")
    [one] = read_roster(b"x1,Ada\n", "c.csv", "1", ("2",))
    assert (one.id, one.name) == ("x1", "Ada")
    assert [one.id for one in read_roster(CANVAS.encode(), "c.csv", "SIS User ID")] == ["s1", "s2"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "c.csv: the roster is empty"),
        (b"id;name\n", "c.csv: the roster has a heading but no students"),
        (b"id;name\n1;Ada\n2;Alan\n1;Ada\n", "c.csv:4: the id '1' is there twice\n  it stands in line 2"),
        (b"id;name\n1;Ada\n;Alan\n", "c.csv:3: a student has no id: Alan"),
        (b"a;b\n1;Ada\n", "c.csv:1: no row of the roster is a heading that is known"),
        (b"name;group\nAda;1\n", "c.csv:1: no column of the roster identifies a student"),
        (b"id;name\n1;A\0da\n", "c.csv:2: there is a NUL in the file"),
        (b'id;name\n1;"Ada\n2;Alan\n', "c.csv:2: the table cannot be read"),
        (b"id;name\n1;\xff\n", "c.csv:2: the file is not UTF-8"),
        (b"id;name\n1;" + b"x" * 600, "c.csv:2: a cell is longer than 500 characters"),
        (b"x" * 10_000_001, "larger than 10 MB"),
    ],
)
def test_what_cannot_be_a_roster(data: bytes, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_roster(data, "c.csv")
    assert message in str(caught.value)


def test_a_column_that_is_not_there() -> None:
    with pytest.raises(InputError, match="--id-column: the roster has no column 'nmae'") as caught:
        read_roster(b"id;name\n1;Ada\n", "c.csv", "nmae")
    assert "did you mean 'name'?" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("../../x", "x"), ("/abs/x", "abs-x"), ("..", ""), ("C:\\x", "c-x"), ("-rf", "rf"), ("CON", "con"),
        ("nul.txt ", "nul-txt"), ("Ä. Weiß", "a-weiss"), ("x" * 300, "x" * 60), ("日本", ""), ("a\0b", "a-b"),
    ],
)  # fmt: skip
def test_a_slug_is_safe_on_every_system(text: str, expected: str) -> None:
    assert slug(text) == expected
