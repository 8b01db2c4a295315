"""`backtrace mark` and `backtrace key`: a class from its hand-ins to marks, pages and points."""

from __future__ import annotations

import csv
import io
import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backtrace.check.checking import lines_for
from backtrace.check.marking import class_marking
from backtrace.check.marking.feedback import feedback, options
from backtrace.check.marking.following import Followed, key_page
from backtrace.check.marking.instances import Sheet, instance_files, read_instance
from backtrace.check.marking.marking import mark, not_handed_in
from backtrace.check.marking.quantities import joint_exercises
from backtrace.check.marking.settings import Settings
from backtrace.check.marking.summary import summary
from backtrace.cli.main import main
from backtrace.mistakes.catalogue import CATALOGUE
from backtrace.notation.loading import profile_text
from backtrace.questions.records import Choice, Numeric
from backtrace.render.document import Group, Table
from backtrace.render.documents import DOCUMENT_FORMATS, write
from tests.marking.conftest import WORKED, form, right_text
from tests.marking.test_marking import planted_in, with_slip

Run = Callable[..., int]


@pytest.fixture(scope="session")
def submissions(sheets: list[Sheet], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of twelve, ten have handed in; one of them twice, one a file that is none, one in a student's own typing."""
    place = tmp_path_factory.mktemp("submissions")
    for n, sheet in enumerate(sheets[:10]):
        inside = place / f"Person {n + 1}_47{n:02d}_assignsubmission_file_"
        inside.mkdir()
        part, slip = planted_in(sheet, n)
        text = with_slip(sheet, part, slip) if n % 3 else form(sheet)
        (inside / f"answers-{sheet.form}.txt").write_text(text, encoding="utf-8")
    (place / "Person 2_4701_assignsubmission_file_" / "answers (2).txt").write_text(form(sheets[1]), encoding="utf-8")
    (place / "Person 9_4708_assignsubmission_file_" / f"answers-{sheets[8].form}.txt").write_bytes(b"1a = \xff")
    (place / "nobody.txt").write_text("hello", encoding="utf-8")
    (place / "Person 3_4702_assignsubmission_file_" / "scan.pdf").write_bytes(b"%PDF")
    return place


@pytest.fixture
def run(folder: Path, submissions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """run("--totals", "t.csv"): the exit status of `backtrace mark` in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *words: main(["mark", str(folder), str(submissions), *words])


def rows(path: str) -> list[dict[str, str]]:
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_marks_of_a_class(run: Run, sheets: list[Sheet], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("-o", "marks.csv", "--totals", "totals.csv") == 2
    marks, totals = rows("marks.csv"), rows("totals.csv")
    assert len(marks) == sum(len(sheet.parts) for sheet in sheets)
    assert [row["handed_in"] for row in totals] == ["yes"] * 8 + ["unreadable", "yes", "no", "no"]
    assert totals[10]["points"] == ""
    for row in (totals[0], totals[3]):
        assert float(row["points"]) == float(row["of"]) - float(row["to_read"])
    for n in (4, 5, 7):
        part, slip = planted_in(sheets[n], n)
        assert totals[n]["first_wrong"] == part.label
        [wrong] = [row for row in marks if row["form"] == sheets[n].form and row["verdict"] == "wrong"]
        assert slip.mistake.id in wrong["mistakes"].split()
        mine = [float(row["points"] or 0) for row in marks if row["form"] == sheets[n].form]
        assert sum(mine) == pytest.approx(float(totals[n]["points"]))
    negative = [row["written"] for row in marks if row["written"].startswith("-")]
    assert negative
    assert not any(row["written"].startswith("'") for row in marks)
    out, err = capsys.readouterr()
    assert "9 of 12 handed in" in out
    assert "Not handed in: s1011 Person 11, s1012 Person 12 (2)" in out
    assert "belongs to nobody: nobody.txt (1)" in out
    assert f"Handed in again, so not counted: Person 2_4701_assignsubmission_file_/answers-{sheets[1].form}.txt" in (
        " ".join(out.split())
    )
    for said in ("not UTF-8", "nobody.txt: it names no form", "scan.pdf", "answers (2).txt, not Person 2"):
        assert said in err


def test_the_same_bytes_whatever_makes_them(run: Run, tmp_path: Path) -> None:
    def everything(name: str, formats: str, *words: str) -> dict[str, bytes]:
        os.mkdir(name)
        tables = ("-o", f"{name}/m.csv", "--totals", f"{name}/t.csv", "--summary", f"{name}/s.html")
        assert run(*tables, "--feedback", f"{name}/fb", "-f", formats, *words) == 2
        return {
            str(p.relative_to(tmp_path / name)): p.read_bytes() for p in (tmp_path / name).rglob("*") if p.is_file()
        }

    one = everything("one", "html,text")
    assert len(one) == 3 + 2 * 9
    assert one == everything("two", "html,text", "--workers", "2")
    told = everything("three", "text", "--reveal")
    assert [name for name in told if told[name] != one[name]]


def test_an_archive_is_the_same_as_its_folder(
    run: Run, folder: Path, submissions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with zipfile.ZipFile("all.zip", "w") as archive:
        for path in sorted(submissions.rglob("*"), reverse=True):
            if path.is_file():
                archive.write(path, path.relative_to(submissions).as_posix())
        archive.writestr("../evil.txt", "form = A")
    assert run("-o", "folder.csv") == 2
    assert main(["mark", str(folder), "all.zip", "-o", "zip.csv"]) == 2
    assert Path("zip.csv").read_bytes() == Path("folder.csv").read_bytes()
    assert "../evil.txt: its name leads out of the archive" in capsys.readouterr().err
    assert not (tmp_path.parent / "evil.txt").exists()


def test_one_hostile_of_many(folder: Path, sheets: list[Sheet], tmp_path: Path) -> None:
    for n, sheet in enumerate(sheets):
        (tmp_path / f"{n}.txt").write_text(form(sheet), encoding="utf-8")
    assert main(["mark", str(folder), str(tmp_path), "-o", str(tmp_path / "good.csv")]) == 0
    (tmp_path / "bad.txt").write_bytes(b"form = \x00")
    (tmp_path / "3.txt").write_text(
        f"form = {sheets[3].form}\n1a = {'(' * 5000}\n1b = 9**9**9\n2 = =1+1\n", encoding="utf-8"
    )
    marks = tmp_path / "marks.csv"
    assert main(["mark", str(folder), str(tmp_path), "-o", str(marks)]) == 2
    before, after = rows(str(tmp_path / "good.csv")), rows(str(marks))
    changed = {a["student"] for a, b in zip(before, after, strict=True) if a != b}
    assert changed == {sheets[3].id}


@pytest.mark.parametrize("words", [[], ["--workers", "2"]], ids=" ".join)
def test_a_fault_of_ours_is_that_students_alone(
    words: list[str], run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    right, page = class_marking.mark, class_marking.feedback

    def fails(sheet: Sheet, *rest: Any) -> Any:
        if sheet.id == "s1004":
            raise ZeroDivisionError("so it goes")
        return right(sheet, *rest)

    def fails_on_the_page(sheet: Sheet, *rest: Any) -> Any:
        return page(sheet, *rest) if sheet.id != "s1006" else {}["gone"]

    monkeypatch.setattr(class_marking, "mark", fails)
    monkeypatch.setattr(class_marking, "feedback", fails_on_the_page)
    assert run("--totals", "t.csv", "--feedback", "fb", "-f", "text", *words) == 70
    found = {row["student"]: row for row in rows("t.csv")}
    assert re.fullmatch(
        r"our own fault: ZeroDivisionError: so it goes \(test_commands.py:[0-9]+ in fails\)", found["s1004"]["note"]
    )
    assert "KeyError: 'gone'" in found["s1006"]["note"]
    assert [found[id]["handed_in"] for id in ("s1003", "s1004", "s1005", "s1006")] == ["yes", "unreadable"] * 2
    assert len(os.listdir("fb")) == 7
    said = capsys.readouterr().err
    assert "s1004 Person 4: our own fault: ZeroDivisionError" in said
    assert "2 of 12 could not be marked" in said
    assert "Please report it" in said


def test_a_template_that_cannot_be_used_is_nobodys_fault_but_its_own(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkdir("mine")
    Path("mine/sheet.html.j2").write_text("<< nothing.of_that >>", encoding="utf-8")
    assert run("--feedback", "fb", "--templates", "mine") == 2
    assert "nothing" in capsys.readouterr().err
    assert os.listdir("fb") == []


def test_cells_are_no_formulas(folder: Path, sheets: list[Sheet], tmp_path: Path) -> None:
    text = f"form = {sheets[0].form}\n1a = @SUM(1)\n1b = +1-1\n1c = -1+cmd|' /C calc'!A0\n1d = -0.25\n"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    marks = str(tmp_path / "marks.csv")
    assert main(["mark", str(folder), str(tmp_path / "a.txt"), "-o", marks]) == 0
    written = [row["written"] for row in rows(marks)[:4]]
    assert written == ["'@SUM(1)", "'+1-1", "'-1+cmd|' /C calc'!A0", "-0.25"]


def test_feedback_gives_nothing_away(run: Run, sheets: list[Sheet]) -> None:
    assert run("--feedback", "fb", "-f", "text") == 2
    assert run("--feedback", "told", "-f", "text", "--reveal") == 2
    pages = sorted(os.listdir("fb"))
    assert len(pages) == 9
    hints = 0
    for n in (4, 5, 7):
        part, slip = planted_in(sheets[n], n)
        assert isinstance(part.answer, Numeric)
        page, told = ((Path(d) / f"{sheets[n].stem}.txt").read_text(encoding="utf-8") for d in ("fb", "told"))
        right = re.sub("^-", "−", right_text(part, part.answer.digits))
        assert right not in page
        assert right in told
        assert sheets[n].form in page
        hints += CATALOGUE[slip.mistake.id].hints[0].split()[0] in page
    assert hints


def test_a_wrong_option_is_not_to_be_worked_out_once_more(sheets: list[Sheet]) -> None:
    sheet = sheets[0]
    part = next(part for part in sheet.parts if part.kind == "multiple-choice")
    assert isinstance(part.answer, Choice)
    wrong = next(n for n, option in enumerate(part.answer.options) if not option.right)
    text = re.sub(rf"^{part.label} +=.*$", f"{part.label} = {chr(ord('A') + wrong)}", form(sheet), flags=re.MULTILINE)
    marked = mark(sheet, text)
    for reveal in (False, True):
        page = " ".join(write(feedback(sheet, marked, Settings(), reveal), "text", options(Settings())).split())
        assert "hold every option against it" in page
        assert "Work it out once more" not in page
        assert ("What tempts about it: " in page) == reveal


def test_a_table_of_many_parts_is_divided(sheets: list[Sheet]) -> None:
    one = sheets[0].parts[0]
    long = sheets[0]._replace(parts=tuple(one._replace(label=f"1{n}") for n in range(60)))
    marked = not_handed_in(long)._replace(handed_in=True)
    followed = [Followed(part) for part in long.parts]
    for page in (
        feedback(long, marked, Settings()),
        key_page(long, followed, [], Settings()),
        summary([marked], Settings()),
    ):
        blocks = [block for one in page.blocks for block in (one.blocks if isinstance(one, Group) else [one])]
        lengths = [len(block.rows) for block in blocks if isinstance(block, Table)]
        assert sum(lengths) == 60
        assert max(lengths) < 30


def test_a_gradebook(run: Run, folder: Path, submissions: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [f'"Person {n}",s1{n:03d},,x\r\n' for n in range(1, 13)]
    export = "Name,ID number,Homework 3,Last\r\n" + "".join(lines)
    Path("export.csv").write_bytes(export.encode())
    assert run("--gradebook", "export.csv", "--column", "Homework 3", "--totals", "t.csv") == 2
    new = Path("export-marked.csv").read_bytes().decode()
    points = {row["student"]: row["points"] for row in rows("t.csv")}
    expected = export
    for id, number in points.items():
        expected = expected.replace(f"{id},,", f"{id},{float(number):g},") if number else expected
    assert new == expected
    assert Path("export.csv").read_bytes() == export.encode()
    assert run("--gradebook", "export.csv", "--column", "Homework 3") == 2
    assert "exists already" in capsys.readouterr().err
    words = ("--gradebook", "export.csv", "--column", "Home work 4", "--force")
    assert run(*words, "-o", "m.csv", "--feedback", "fb") == 2
    assert not Path("m.csv").exists()
    assert not Path("fb").exists()
    assert run("--column", "x") == run("--gradebook", "export.csv") == 2


def test_the_summary_in_every_format(sheets: list[Sheet]) -> None:
    here = [mark(sheet, form(sheet)) for sheet in sheets[:2]]
    found = [*here, not_handed_in(sheets[2]), not_handed_in(sheets[3], "not UTF-8", "x.txt")]
    for language in ("en", "de"):
        settings = Settings(language=language)
        page = summary(found, settings)
        made = {name: write(page, name, options(settings)) for name in DOCUMENT_FORMATS}
        assert all("s1003" in text and "s1004" in text for text in made.values())
        assert made["html"].count("<svg") == 1
        assert "forward-pass" not in made["html"]
        assert {"en": "Forward pass", "de": "Vorwärtsdurchlauf"}[language] in made["html"]
        # Half of the class has no mark: that is hatched, and no bar is empty.
        assert made["html"].count('fill="url(#unknown)"') == len(sheets[0].parts) + 1
    assert "s1003" in write(summary(found[2:], Settings()), "text", options(Settings()))


def test_where_all_is_right_no_part_is_the_hardest(sheets: list[Sheet]) -> None:
    right, wrong = mark(sheets[0], form(sheets[0])), not_handed_in(sheets[1])._replace(handed_in=True)
    pages = [write(summary(marked, Settings()), "text", options(Settings())) for marked in ([right], [right, wrong])]
    assert ["Hardest: part" in page for page in pages] == [False, True]


def test_a_long_list_of_mistakes_is_cut(sheets: list[Sheet]) -> None:
    one = mark(sheets[0], form(sheets[0]))
    many = list(CATALOGUE)[:25]
    marked = [one._replace(marks=(one.marks[0]._replace(verdict="wrong", mistakes=(id,)),)) for id in many]
    page = write(summary(marked, Settings()), "text", options(Settings()))
    assert sum(f" {id}:" in page for id in many) == 20
    assert "5 more mistakes were made" in page


def key(folder: Path, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    assert main(["key", *words, "--from", str(folder)]) == 0
    return capsys.readouterr().out


def test_the_key_as_it_follows(folder: Path, sheets: list[Sheet], capsys: pytest.CaptureFixture[str]) -> None:
    """What it says follows is what marking lets pass as following, and what a student gets who works on from it."""
    sheet = sheets[2]
    joint = next(iter(joint_exercises(sheet.parts)))
    part = next(p for p in joint.parts if p.name == "out1_1")
    out = key(folder, capsys, sheet.form, "--with", "out_h1=0.5393")
    assert out == key(folder, capsys, sheet.form.lower(), "--with", f"{part.label}=0.5393")
    assert out == key(folder, capsys, sheet.form, "--with", "1:out1_1=0.5393")
    lines = lines_for(joint.network, ())
    assert part.key is not None
    student = form(sheet, WORKED, {lines.canonical(part.key): 0.5393})
    written = dict(re.findall(r"(?m)^(1[a-z]) .*= (\S+)$", student))
    changed = re.findall(r"(?m)^ +(1[a-z]) .*changed$", out)
    assert len(changed) > 10
    for label in changed:
        row = re.search(rf"(?m)^ +{label} +\S+ +(\S+) +(\S+) +changed$", out)
        assert row is not None
        assert float(row[2].replace("−", "-")) == pytest.approx(float(written[label]), rel=2e-3)
    assert "changed" not in key(folder, capsys, sheet.form)


def test_slips_that_are_none(folder: Path, sheets: list[Sheet], capsys: pytest.CaptureFixture[str]) -> None:
    form_id = sheets[0].form
    near = ("B" if form_id[0] == "A" else "A") + form_id[1:]
    for words, why in [
        ((near,), f"did you mean {form_id}"),
        ((form_id, "--with", "out_h9=0.5"), "out_h"),
        ((form_id, "--with", "out_h1=0.5", "--with", "1:out1_1=0.6"), "given twice"),
        ((form_id, "--with", "out_h1"), "write it"),
        ((form_id, "--with", "out_h1=half"), "write it"),
        ((form_id, "--with", "9:out_h1=0.5"), "exercise 9"),
        ((form_id, "--with", f"{sheets[0].parts[-1].label}=0.5"), "nothing follows"),
    ]:
        assert main(["key", *words, "--from", str(folder)]) == 2
        assert why in capsys.readouterr().err
    assert main(["key", form_id, "--from", "nowhere"]) == 2


def test_pages_in_ascii(folder: Path, sheets: list[Sheet], capsys: pytest.CaptureFixture[str]) -> None:
    assert key(folder, capsys, sheets[0].form, "--with", "out_h1=0.5", "--ascii").isascii()
    page = io.StringIO(key(folder, capsys, sheets[0].form, "-f", "html"))
    assert "<math" in page.read()


def test_an_authors_own_notation_stays_with_the_sheets(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own, out = tmp_path / "mine.toml", str(tmp_path / "out")
    own.write_text(profile_text("mazur").replace('\nout = "out"', '\nout = "act"', 1), encoding="utf-8")
    text = 'title = "H"\n[page]\nnotation = "mine.toml"\n[[items]]\nkind = "forward-pass"\n'
    (tmp_path / "s.toml").write_text(text, encoding="utf-8")
    assert main(["sheet", str(tmp_path / "s.toml"), "-o", out, "--seed", "a"]) == 0
    own.unlink()
    [path] = instance_files(out)
    assert main(["key", read_instance(path).form, "--from", out, "--with", "net_o1=0.5"]) == 0
    assert "act_o1" in capsys.readouterr().out
