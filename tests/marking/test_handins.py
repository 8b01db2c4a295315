"""What comes back is hostile: archives are read in memory, links are not followed, one bad file spoils no other."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from backtrace.check.marking.handins import HandIn, Refused, hand_ins
from backtrace.check.marking.instances import Marking, Sheet
from backtrace.check.marking.matching import matched, recency
from backtrace.check.marking.written import form_in, text_of, written
from backtrace.errors import InputError


def packed(path: Path, members: list[tuple[str | zipfile.ZipInfo, bytes]], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return path


def link(name: str, to: bytes) -> tuple[zipfile.ZipInfo, bytes]:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info, to


def read(path: Path) -> tuple[list[str], list[Refused]]:
    found = list(hand_ins(str(path)))
    good = [one.name for one in found if isinstance(one, HandIn)]
    return good, [one for one in found if isinstance(one, Refused)]


HOSTILE: list[tuple[str, tuple[str | zipfile.ZipInfo, bytes], str]] = [
    ("up", ("../x.txt", b"form = A"), "leads out"),
    ("up within", ("a/../../x.txt", b"form = A"), "leads out"),
    ("up with backslashes", ("a\\..\\x.txt", b"form = A"), "leads out"),
    ("absolute", ("/etc/x.txt", b"form = A"), "leads out"),
    ("of a drive", ("C:/x.txt", b"form = A"), "leads out"),
    ("of somebody's home", ("~root/x.txt", b"form = A"), "leads out"),
    ("link", link("link.txt", b"/etc/passwd"), "link"),
    ("bomb", ("bomb.txt", b"0" * 50_000_000), "larger than 1 MB"),
    ("quiet bomb", ("bomb.txt", b"0" * 900_000), "far more"),
    ("archive within", ("inner.zip", b"PK\x03\x04"), "archive within an archive"),
    ("archive in disguise", ("inner.txt", b"PK\x03\x04rest"), "archive within"),
    ("NUL", ("nul.txt", b"form = A\n1a = \x001"), "U+0000"),
    ("escape", ("escape.txt", b"form = A\n1a = \x1b[31m1"), "U+001B"),
    ("not UTF-8", ("latin.txt", "1a = ½ größer".encode("latin-1")), "not UTF-8"),
    ("too many lines", ("long.txt", b"1a = 1\n" * 2001), "2000 lines"),
]


@pytest.mark.parametrize(("member", "why"), [row[1:] for row in HOSTILE], ids=[row[0] for row in HOSTILE])
def test_a_hostile_member_is_refused_and_the_others_are_read(
    member: tuple[str | zipfile.ZipInfo, bytes], why: str, tmp_path: Path
) -> None:
    good, bad = read(packed(tmp_path / "all.zip", [("a.txt", b"form = A"), member, ("z.txt", b"form = Z")]))
    assert good == ["a.txt", "z.txt"]
    [one] = bad
    assert why in one.why
    assert not one.other
    assert os.listdir(tmp_path) == ["all.zip"]


def test_an_encrypted_member(tmp_path: Path) -> None:
    path = packed(tmp_path / "all.zip", [("a.txt", b"form = A"), ("b.txt", b"form = B")], zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x01\x02")
    data[at + 8] |= 1
    path.write_bytes(data)
    good, [bad] = read(path)
    assert good == ["a.txt"]
    assert "encrypted" in bad.why


def test_members_that_lie_about_themselves(tmp_path: Path) -> None:
    """A wrong sum, a wrong size, an unknown way of packing: reported, never raised."""
    for offset, new in ((16, b"\x01\x02\x03\x04"), (24, b"\x05\x00\x00\x00"), (10, b"\x63\x00")):
        path = packed(tmp_path / "all.zip", [("a.txt", b"form = A" * 9), ("b.txt", b"form = B" * 9)])
        data = bytearray(path.read_bytes())
        at = data.rindex(b"PK\x01\x02")
        data[at + offset : at + offset + len(new)] = new
        path.write_bytes(data)
        good, bad = read(path)
        assert "a.txt" in good
        assert len(good) + len(bad) == 2


def test_archives_that_are_none(tmp_path: Path) -> None:
    many = packed(tmp_path / "many.zip", [("a.txt", b"1")])
    data = bytearray(many.read_bytes())
    data[-12:-10] = (20_001).to_bytes(2, "little")
    many.write_bytes(data)
    cut = tmp_path / "cut.zip"
    cut.write_bytes(packed(tmp_path / "good.zip", [("a.txt", b"1")]).read_bytes()[:30])
    for path in (many, cut, tmp_path / "nothing.zip"):
        with pytest.raises(InputError):
            list(hand_ins(str(path)))


@given(noise=some.binary(max_size=400), at=some.integers(0, 300))
def test_an_archive_with_any_bytes_changed_never_breaks(
    noise: bytes, at: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    page = io.BytesIO()
    with zipfile.ZipFile(page, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", "form = A\n1a = 0.5\n" * 5)
        archive.writestr("b/c.txt", "form = B\n")
    data = bytearray(page.getvalue())
    data[at : at + len(noise)] = noise
    path = tmp_path_factory.getbasetemp() / "changed.zip"
    path.write_bytes(b"PK\x03\x04" + bytes(data[4:]))
    try:
        for one in hand_ins(str(path)):
            assert isinstance(one, HandIn | Refused)
    except InputError:
        pass


def test_folders(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("form = S", encoding="utf-8")
    sub = tmp_path / "sub"
    (sub / "b").mkdir(parents=True)
    (sub / "b" / "a.txt").write_text("form = A", encoding="utf-8")
    (sub / "b" / "scan.pdf").write_bytes(b"%PDF")
    (sub / "__MACOSX").mkdir()
    (sub / "__MACOSX" / "a.txt").write_text("x", encoding="utf-8")
    (sub / "link.txt").symlink_to(tmp_path / "secret.txt")
    (sub / "folder").symlink_to(tmp_path)
    (sub / "utf16.txt").write_bytes("form = U".encode("utf-16"))
    good, bad = read(sub)
    assert good == ["b/a.txt", "utf16.txt"]
    assert {one.name: one.other for one in bad} == {"link.txt": False, "folder": False, "b/scan.pdf": True}


def sheet(form: str, id: str, name: str = "") -> Sheet:
    return Sheet(form, 1, f"{id}-{form}", id, name, "", Marking(), ())


CLASS = [
    sheet("AAAA2222", "s1", "Ada Lovelace"),
    sheet("BBBB3333", "s2", "Alan Turing"),
    sheet("DDDD5555", "7", "Emmy Noether"),
    sheet("CCCC4444", "max.mustermann@example.org", "Max Mustermann"),
]


@pytest.mark.parametrize(
    ("name", "text", "owner"),
    [
        ("x.txt", "form = AAAA2222\n1a = 1", "s1"),
        ("x.txt", "# form: bbbb3333", "s2"),
        ("answers-AAAA2222.txt", "1a = 1", "s1"),
        ("s2/work.txt", "1a = 1", "s2"),
        ("hw_s2_final.txt", "1a = 1", "s2"),
        ("max.mustermann@example.org.txt", "", "max.mustermann@example.org"),
        ("Ada Lovelace_4711_assignsubmission_file_/work.txt", "1a = 1", "s1"),
        ("Ada Lovelace_7_assignsubmission_file_/work.txt", "1a = 1", "s1"),
        ("s2/answers.txt", "form = AAAA2222", "s1"),
        ("s12/work.txt", "1a = 1", None),
        ("s1/s2.txt", "1a = 1", None),
        ("x.txt", "form = ZZZZ9999", None),
    ],
)
def test_whose_it_is(name: str, text: str, owner: str | None) -> None:
    found = matched(CLASS, [HandIn(name, text)])
    assert list(found.chosen) == ([f"{owner}-{next(s.form for s in CLASS if s.id == owner)}"] if owner else [])
    assert bool(found.lost) == (owner is None)


def test_a_form_of_somebody_else_is_said() -> None:
    found = matched(CLASS, [HandIn("s2/answers.txt", "form = AAAA2222")])
    assert found.strange == (
        ("s2/answers.txt", "form AAAA2222 is that of s1 Ada Lovelace, the name says s2 Alan Turing"),
    )
    assert "did they mean AAAA2222?" in matched(CLASS, [HandIn("x", "form = AAAA2223")]).lost[0][1]


def test_one_form_of_several_students() -> None:
    dealt = [sheet("AAAA2222", "s1"), sheet("AAAA2222", "s2")]
    files = [HandIn("s1.txt", "form = AAAA2222"), HandIn("s2.txt", "form = AAAA2222"), HandIn("x", "form = AAAA2222")]
    found = matched(dealt, files)
    assert found.chosen == {"s1-AAAA2222": files[0], "s2-AAAA2222": files[1]}
    assert [name for name, _ in found.lost] == ["x"]


def test_the_latest_counts() -> None:
    text = "form = AAAA2222"
    for earlier, later in [
        (HandIn("a.txt", text), HandIn("a (2).txt", text)),
        (HandIn("a-2.txt", text), HandIn("a-10.txt", text)),
        (HandIn("a_v3.txt", text), HandIn("a_v4.txt", text)),
        (HandIn("2026-11-05 a.txt", text), HandIn("2026-11-17 a.txt", text)),
        (HandIn("2026-11-05-09-30-00 b.txt", text), HandIn("2026-11-05-10-00-00 a.txt", text)),
        (HandIn("b.txt", text, (2026, 11, 5, 9, 0, 0)), HandIn("a.txt", text, (2026, 11, 5, 9, 0, 2))),
        (HandIn("a.txt", text), HandIn("b.txt", text)),
        (HandIn("s1-9.txt", "work"), HandIn("s1.txt", text)),
    ]:
        for files in ([earlier, later], [later, earlier]):
            found = matched(CLASS, files)
            assert found.chosen["s1-AAAA2222"] == later
            assert found.double == ((later.name, (earlier.name,)),)
        assert recency(earlier) < recency(later)


def test_a_file_that_cannot_be_read_is_its_owners() -> None:
    found = matched(CLASS, [Refused("answers-AAAA2222.txt", "no"), HandIn("s2.txt", ""), Refused("s2/x.txt", "no")])
    assert set(found.faults) == {"s1-AAAA2222"}


@given(some.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        plain = text_of(text.encode("utf-8", "surrogatepass"), "x")
    except InputError:
        return
    form_in(plain)
    found = written(plain, ["1a", "2", "10b"])
    assert set(found.answers) <= {"1a", "2", "10b"}


def test_forms_as_people_fill_them_in() -> None:
    lines = ["Form: abcd2345", "(1a) x = 1 # mine", "1b: 2", "1c) 3", " 2. = B D", "1A = 4", "= 5", "1d =", "3 = "]
    text = "\n".join([*lines, "3 net = 7", "exercise 2", "w = 1"])
    found = written(text, ["1a", "1b", "1c", "1d", "2", "3"])
    assert form_in(text) == "ABCD2345"
    assert {label: entry.text for label, entry in found.answers.items()} == {
        "1a": "4 = 5",
        "1b": "2",
        "1c": "3",
        "2": "B D",
        "3": "7",
    }
    assert found.work == ((2, 12, "w = 1"),)


WAYS = ["1a net_h1 = 0,5", "1a;0,5", "1a | 0,5", "1a\t0,5", "1a: 0,5", "1a ≈ 0,5", "1a == 0,5", "1a,0,5"]


@pytest.mark.parametrize("line", WAYS)
def test_the_ways_to_write_an_answer(line: str) -> None:
    assert written(line, ["1a"]).answers["1a"].text == "0,5"


def test_a_form_in_a_table() -> None:
    assert form_in("part;answer\nform;ABCD2345\n1a;0,5\n") == "ABCD2345"
    assert form_in("form,ABCD2345\n") == "ABCD2345"
    assert form_in("the form = of this\ninform = ABCD2345") == ""
