"""One column of a platform's own table is filled in; every other byte is as it was."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as some

from backtrace.check.marking.gradebook import filled
from backtrace.errors import InputError

POINTS = {"s1": 7.5, "s2": 0.0, "s3": 10 / 3}

MOODLE = (
    '\ufeff"First name","Last name","ID number",Institution,"Email address",'
    '"Assignment: Homework 3 (Real)","Last download"\r\n'
    'Ada,"Lovelace, Countess",s1,,ada@example.org,"-",1700000000\r\n'
    'Alan,"Tur""ing",s2,,alan@example.org,-,1700000000\r\n'
    '"Grace\nBrewster",Hopper,s3,,grace@example.org,,1700000000\r\n'
    "Emmy,Noether,s4,,emmy@example.org,99,1700000000\r\n"
)
CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Homework 2 (811),Homework 3 (812),Final Score\n"
    ",,,,,Manual Posting,,\n"
    "    Points Possible,,,,,10.00,12.00,(read only)\n"
    '"Lovelace, Ada",9001,s1,ada,A,9.50,,80.1\n'
    '"Turing, Alan",9002,s2,alan,A,,,70\n'
    '"Hopper, Grace",9003,s3,grace,B,10.00,EX,\n'
    '"Student, Test",9999,,test,A,,,'
)
SEMICOLONS = (
    "sep=;\r\nKurs: Netze;;;\r\nMatrikelnummer;Name;Blatt 2;Homework 3\r\n"
    "s1;Ada;9,5;\r\ns2;Alan;0;\r\ns3;Grace;;\r\ns4;Emmy;1,25;\r\n"
)
TABLES = {"moodle": MOODLE, "canvas": CANVAS, "semicolons": SEMICOLONS}
DELIMITER = {"moodle": ",", "canvas": ",", "semicolons": ";"}


def cells(text: str, delimiter: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def outside(text: str, delimiter: str) -> list[list[str]]:
    """The table without the column, by another reader."""
    rows = cells(text, delimiter)
    at = next(n for row in rows for n, cell in enumerate(row) if "Homework 3" in cell)
    return [row[:at] + row[at + 1 :] for row in rows]


@pytest.mark.parametrize("name", TABLES)
def test_one_column_is_filled_and_nothing_else(name: str) -> None:
    text = TABLES[name]
    book = filled(text.encode(), "export.csv", "Homework 3", POINTS)
    new = book.data.decode()
    assert book.given == 3
    assert outside(new, DELIMITER[name]) == outside(text, DELIMITER[name])
    assert new != text
    again = filled(book.data, "export.csv", "Homework 3", POINTS)
    assert again.data == book.data


def test_what_stands_in_the_column() -> None:
    moodle = filled(MOODLE.encode(), "x", "Homework 3", POINTS).data.decode()
    assert moodle == (
        MOODLE.replace('org,"-",', 'org,"7.5",').replace("alan@example.org,-,", "alan@example.org,0,")
    ).replace("grace@example.org,,", "grace@example.org,3.3333,")
    canvas = filled(CANVAS.encode(), "x", "Homework 3", POINTS).data.decode()
    assert canvas == CANVAS.replace("9.50,,", "9.50,7.5,").replace("alan,A,,,", "alan,A,,0,").replace("EX", "3.3333")
    german = filled(SEMICOLONS.encode(), "x", "Homework 3", POINTS).data.decode()
    assert german == SEMICOLONS.replace("9,5;", "9,5;7,5").replace("Alan;0;", "Alan;0;0").replace(
        "Grace;;", "Grace;;3,3333"
    )


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-8"])
def test_marks_and_encodings_are_kept(encoding: str) -> None:
    text = SEMICOLONS.replace("Grace", "Grâce")
    new = filled(text.encode(encoding), "x", "Homework 3", POINTS).data
    expected = text.replace("9,5;", "9,5;7,5").replace("Alan;0;", "Alan;0;0").replace("Grâce;;", "Grâce;;3,3333")
    assert new == expected.encode(encoding)


def test_the_comparison_notices_a_changed_cell() -> None:
    changed = MOODLE.replace("emmy@example.org,99", "emmy@example.com,99")
    assert outside(changed, ",") != outside(MOODLE, ",")


def test_the_id_column_is_the_one_with_our_students() -> None:
    text = "id,username,Homework 3\n1,s1,\n2,s2,\n3,s3,\n"
    assert (
        filled(text.encode(), "x", "homework 3", POINTS).data
        == b"id,username,Homework 3\n1,s1,7.5\n2,s2,0\n3,s3,3.3333\n"
    )
    named = "key,Homework 3\ns1,\ns2,\ns3,\n"
    with pytest.raises(InputError, match="identifies a student"):
        filled(named.encode(), "x", "Homework 3", POINTS)
    assert filled(named.encode(), "x", "Homework 3", POINTS, "key").given == 3


def test_short_rows_and_commas_in_a_table_of_commas() -> None:
    text = 'id,Homework 2,Homework 3\ns1,"9,5",\ns2\ns3,,\n'
    new = filled(text.encode(), "x", "Homework 3", POINTS).data.decode()
    assert new == 'id,Homework 2,Homework 3\ns1,"9,5","7,5"\ns2,,0\ns3,,"3,3333"\n'


@pytest.mark.parametrize(
    ("text", "column", "why", "hint"),
    [
        (CANVAS, "Homework 4", "no column 'Homework 4'", "Homework 3"),
        (CANVAS.replace(",s2,", ",s9,"), "Homework 3", "1 of 3 students are not in the table: s2", "SIS User ID"),
        (CANVAS.replace("9003,s3,", "9003,s2,"), "Homework 3", "'s2' is in the table twice", ""),
        (CANVAS.replace("Homework 2 (811)", "Homework 3 (811)"), "Homework 3", "several columns", ""),
        (CANVAS, "SIS User ID", "the column with the students' ids", "the points go into"),
        ("nothing here", "Homework 3", "no row of the table", ""),
        ("", "Homework 3", "no row of the table", ""),
    ],
)
def test_refusals(text: str, column: str, why: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        filled(text.encode(), "export.csv", column, POINTS)
    assert why in caught.value.what
    assert hint in caught.value.hint


@given(some.text(alphabet='",;\t|\r\nab1', max_size=60))
def test_cells_are_found_in_any_table(noise: str) -> None:
    """What stands above, below and beside the students never changes, whatever it is."""
    text = f'id,Homework 3,note\ns1,,x\ns2,,y\ns3,,z\n"{noise.replace(chr(34), "")}",5,{noise.replace(chr(34), "")}'
    new = filled(text.encode(), "x", "Homework 3", POINTS).data.decode()
    assert new == text.replace("s1,,", "s1,7.5,").replace("s2,,", "s2,0,").replace("s3,,", "s3,3.3333,")
