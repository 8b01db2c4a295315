"""`backtrace sheet`: the same bytes however they are made, nobody else's numbers changed, whole sheets or none."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from backtrace.cli import sheet_folder
from backtrace.cli.main import main
from backtrace.network import finding
from backtrace.questions.data import answer_of, value_of
from backtrace.questions.records import Choice, Numeric
from tests.sheets.conftest import CLASS, Make, files

ROSTER = ("--roster", "class.csv", "--seed", "m")


def records(folder: Path) -> list[dict]:
    return [json.loads(p.read_text(encoding="utf-8")) for p in sorted((folder / "teacher/instances").glob("*.json"))]


def test_the_same_bytes_whatever_makes_them(make: Make, tmp_path: Path) -> None:
    assert make(*ROSTER, "-o", "one", "-f", "markdown,html") == 0
    assert make(*ROSTER, "-o", "two", "-f", "markdown,html", "--workers", "2") == 0
    words = [sys.executable, "-m", "backtrace", "sheet", "week.toml", *ROSTER, "-o", "three", "-f", "markdown,html"]
    paths = os.pathsep.join([str(Path(__file__).parents[2]), *sys.path])
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": paths}
    subprocess.run(words, check=True, env=environment, capture_output=True)
    one = files(tmp_path / "one")
    assert len(one) == 4 * (2 * 4 + 1 + 1 + 1) + 6
    assert one == files(tmp_path / "two") == files(tmp_path / "three")


def test_a_new_student_changes_nobody_elses(make: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert make(*ROSTER, "-o", "out") == 0
    before = files(tmp_path / "out")
    rows = CLASS.splitlines()
    (tmp_path / "class.csv").write_text("\n".join([*rows[:2], "s9;Ida Rhodes", *rows[2:]]), encoding="utf-8")
    capsys.readouterr()
    assert make("--roster", "class.csv", "-o", "out") == 0
    assert capsys.readouterr().out == "1 sheet made in out/students, 4 were there already; keys in out/teacher\n"
    after = files(tmp_path / "out")
    changed = {name for name in before if after[name] != before[name]}
    assert changed == {"teacher/key.csv", "teacher/overview.csv", "teacher/overview.md"}
    assert after["teacher/overview.csv"].count(b"\n") == 6
    assert after["teacher/key.csv"].startswith(before["teacher/key.csv"][:400])
    # From the beginning with the same master seed everybody has the same numbers, too.
    assert make(*ROSTER, "-o", "anew") == 0
    assert {r["student"]["id"]: r["note"] for r in records(tmp_path / "anew")} == {
        r["student"]["id"]: r["note"] for r in records(tmp_path / "out")
    }
    assert make("--roster", "class.csv", "-o", "out") == 0
    assert "nothing to add: all 5" in capsys.readouterr().out


def test_one_student_alone_is_the_same(make: Make, tmp_path: Path) -> None:
    assert make(*ROSTER, "-o", "one", "--only", "s3") == 0
    assert make(*ROSTER, "-o", "all") == 0
    [alone] = records(tmp_path / "one")
    assert alone == next(r for r in records(tmp_path / "all") if r["student"]["id"] == "s3")
    assert make(*ROSTER, "-o", "one") == 0
    assert files(tmp_path / "one") == files(tmp_path / "all")


def test_a_run_that_was_stopped_goes_on(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert make(*ROSTER, "-o", "whole") == 0
    written = sheet_folder.write_file
    left = 12

    def stops(path: str, text: str, force: bool = False) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise KeyboardInterrupt
        written(path, text, force)

    monkeypatch.setattr(sheet_folder, "write_file", stops)
    assert make(*ROSTER, "-o", "out") == 130
    monkeypatch.setattr(sheet_folder, "write_file", written)
    whole, partly = files(tmp_path / "whole"), files(tmp_path / "out")
    assert len(partly) < len(whole)
    assert all(whole[name] == text for name, text in partly.items())
    (tmp_path / "out/students/.backtrace-1.part").write_text("half", encoding="utf-8")
    assert make(*ROSTER, "-o", "out") == 0
    assert files(tmp_path / "out") == whole


def test_a_sheet_file_that_cannot_be_used_begins_nothing(make: Make, tmp_path: Path) -> None:
    right = (tmp_path / "week.toml").read_text(encoding="utf-8")
    (tmp_path / "week.toml").write_text(right.replace("backprop-is-not-descent", "backprop"), encoding="utf-8")
    assert make(*ROSTER, "-o", "out") == 2
    assert not (tmp_path / "out").exists()
    (tmp_path / "week.toml").write_text(right, encoding="utf-8")
    assert make(*ROSTER, "-o", "out") == 0


def test_a_logo_lies_beside_the_latex_that_names_it(make: Make, tmp_path: Path) -> None:
    text = (tmp_path / "week.toml").read_text(encoding="utf-8")
    (tmp_path / "week.toml").write_text(text.replace("[page]\n", '[page]\nlogo = "our pictures/logo.png"\n'))
    (tmp_path / "our pictures").mkdir()
    (tmp_path / "our pictures/logo.png").write_bytes(b"\x89PNG")
    assert make(*ROSTER, "-o", "out", "-f", "latex") == 0
    assert (tmp_path / "out/students/logo.png").read_bytes() == b"\x89PNG"
    pages = [p.read_text(encoding="utf-8") for p in (tmp_path / "out/students").glob("*.tex")]
    assert len(pages) == 4
    assert all("{logo.png}" in page for page in pages)


def test_keys_agree_with_what_was_drawn(make: Make, tmp_path: Path) -> None:
    assert make(*ROSTER, "-o", "out") == 0
    with (tmp_path / "out/teacher/key.csv").open(encoding="utf-8") as file:
        rows = {(row["form"], row["part"]): row for row in csv.DictReader(file)}
    found = records(tmp_path / "out")
    assert len({record["form"] for record in found}) == 4
    for record in found:
        network = tmp_path / "net.toml"
        network.write_text(record["exercises"][0]["network"], encoding="utf-8")
        for exercise in record["exercises"]:
            for part in exercise["parts"]:
                answer = answer_of(part["answer"])
                row = rows.pop((record["form"], part["label"]))
                if isinstance(answer, Choice):
                    assert row["answer"] == answer.letters
                    continue
                assert isinstance(answer, Numeric)
                value, low, high = (float(row[name]) for name in ("answer", "low", "high"))
                assert low <= value <= high
                assert abs(value - answer.value) < 1e-12
                assert value + float(row["tolerance"]) >= high - 1e-15
                trace = json.loads(_trace(network))
                if row["asked"] == "E":
                    assert abs(trace["loss"] - value) < 1e-12
    assert rows == {}


def _trace(network: Path) -> str:
    from backtrace import api

    return json.dumps(api.load(str(network)).trace().to_dict())


def test_the_numbers_for_checking_are_those_of_the_sheet(make: Make, tmp_path: Path) -> None:
    assert make(*ROSTER, "-o", "out") == 0
    for record in records(tmp_path / "out"):
        (tmp_path / "net.toml").write_text(record["exercises"][0]["network"], encoding="utf-8")
        drawn = finding.load(str(tmp_path / "net.toml"))
        given = tmp_path / f"out/students/given-{record['form']}.txt"
        from backtrace import api

        loaded = api.load("2-1:sigmoid", given=str(given)).network
        assert (loaded.inputs, loaded.targets) == (drawn.inputs, drawn.targets)
        assert [layer[2:4] for layer in loaded.layers] == [layer[2:4] for layer in drawn.layers]
        assert loaded.optimizer.learning_rate == drawn.optimizer.learning_rate


def test_students_get_no_key(make: Make, tmp_path: Path) -> None:
    assert make(*ROSTER, "-o", "out") == 0
    for record in records(tmp_path / "out"):
        form = record["form"]
        own = {name for name in record["files"] if name.startswith("students/")}
        assert own == {f"students/{record['stem']}.md", f"students/answers-{form}.txt", f"students/given-{form}.txt"}
        text = "".join((tmp_path / "out" / name).read_text(encoding="utf-8") for name in own)
        assert f"form = {form}" in text
        assert "m\n" not in (tmp_path / "out/teacher/run.json").read_text(encoding="utf-8").split("master")[0]
        blank = [line for line in text.splitlines() if line[:1].isdigit() and line.endswith("=")]
        assert len(blank) == len(record["key"])
        assert all(row["answer"] not in text for row in record["key"] if len(row["answer"]) > 5)


def test_data_give_back_what_was_drawn(make: Make, tmp_path: Path) -> None:
    from backtrace.questions.labels import labelled
    from backtrace.questions.sheet_file import load_sheet
    from backtrace.questions.variants import draw_variant

    assert make(*ROSTER, "-o", "out", "--only", "s1") == 0
    [record] = records(tmp_path / "out")
    drawn = labelled(draw_variant(load_sheet("week.toml"), "m", "student s1").exercises)
    parts = [part for exercise in record["exercises"] for part in exercise["parts"]]
    assert [answer_of(part["answer"]) for part in parts] == [one.part.answer for one in drawn]
    assert [value_of(part["ask"]) for part in parts] == [one.part.ask for one in drawn]
    assert [value_of(part["name"]) for part in parts] == [one.part.name for one in drawn]


HOSTILE = (
    "\\input{../secret}", "\\csname input\\endcsname", "\\write18{touch x}", "\\loop\\iftrue\\repeat",
    "\\end{document}", "Ann %", "<script>alert(1)</script>", 'x" onmouseover="y', "</script>", "{{ 7*7 }}",
    "{% include 'x' %}", "${7*7}", "%s%n", "=HYPERLINK(1)", "+1", "-1+1", "@SUM(1)", "../../x", "/abs/x", "..",
    "a/b", "C:\\x", "~root", "-rf", "CON", "nul.txt", "x" * 300, "javascript:alert(1)", "]]>", "-- x", "# 1a = 5",
)  # fmt: skip


def test_hostile_names_are_names(make: Make, tmp_path: Path) -> None:
    with (tmp_path / "class.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("id", "name"), *[(f"{text} {n}", text) for n, text in enumerate(HOSTILE)]])
    assert make(*ROSTER, "-o", "out", "-f", "markdown,latex,html,json") == 0
    found = sorted(records(tmp_path / "out"), key=lambda record: record["number"])
    assert [record["student"]["name"] for record in found] == list(HOSTILE)
    for path in (tmp_path / "out").rglob("*"):
        assert path.resolve().is_relative_to(tmp_path / "out")
        assert set(path.name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.")
        assert len(path.stem) <= 70
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        if path.suffix == ".html":
            assert "<script" not in text
            assert 'x" onmouseover' not in text
        elif path.suffix == ".tex":
            assert not any(f"\\{word}" in text for word in ("input{../", "csname", "write18", "loop", "iftrue"))
            assert text.count("\\end{document}") == 1
    with (tmp_path / "out/teacher/overview.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            assert not any(cell[:1] in tuple("=+-@") for cell in row)
    assert (
        "49" not in (tmp_path / "out/students").glob("*7-7*.md").__next__().read_text(encoding="utf-8").split("Form")[0]
    )


def test_forms_are_dealt_evenly_and_neighbours_differ(make: Make, tmp_path: Path) -> None:
    (tmp_path / "class.csv").write_text("id\n" + "".join(f"s{n}\n" for n in range(12)), encoding="utf-8")
    assert make(*ROSTER, "-o", "out", "--forms", "3") == 0
    dealt = [record["form"] for record in sorted(records(tmp_path / "out"), key=lambda r: r["number"])]
    assert sorted(dealt.count(form) for form in set(dealt)) == [4, 4, 4]
    assert all(len(set(dealt[n : n + 3])) == 3 for n in range(0, 12, 3))
    assert len(list((tmp_path / "out/students").glob("answers-*.txt"))) == 3
    with (tmp_path / "out/teacher/key.csv").open(encoding="utf-8") as file:
        assert len({row["form"] for row in csv.DictReader(file)}) == 3


def test_copies_and_several_in_a_file(make: Make, tmp_path: Path) -> None:
    assert make("--copies", "3", "--seed", "m", "-o", "one") == 0
    assert make("--copies", "3", "--seed", "m", "-o", "all", "--per-file", "all", "-f", "latex") == 0
    notes = [record["note"] for record in records(tmp_path / "one")]
    assert len(set(notes)) == 3
    assert notes == [record["note"] for record in records(tmp_path / "all")]
    [page] = (tmp_path / "all/students").glob("*.tex")
    text = page.read_text(encoding="utf-8")
    assert page.name == "sheets-001.tex"
    assert all(record["form"] in text for record in records(tmp_path / "all"))
    assert make("--copies", "4", "-o", "all") == 0
    assert (tmp_path / "all/students/sheets-002.tex").exists()


def test_nothing_is_written_over(make: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other/notes.txt").write_text("mine", encoding="utf-8")
    assert make(*ROSTER, "-o", "other") == 2
    assert "exists already and is no folder of sheets" in capsys.readouterr().err
    assert make(*ROSTER, "-o", "week.toml") == 2
    assert make(*ROSTER, "-o", "out") == 0
    before = files(tmp_path / "out")
    for words in (("--seed", "other"), ("-f", "html"), ("--per-file", "all"), ("--forms", "2")):
        assert make("--roster", "class.csv", "-o", "out", *words) == 2
        assert "were made with" in capsys.readouterr().err
    with (tmp_path / "week.toml").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert make("--roster", "class.csv", "-o", "out") == 2
    assert "it has changed" in capsys.readouterr().err
    assert files(tmp_path / "out") == before
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked/students").symlink_to(tmp_path / "other")
    assert make(*ROSTER, "-o", "linked") == 2
    assert "symbolic link" in capsys.readouterr().err
    assert make(*ROSTER, "-o", "out", "--force", "-f", "html") == 0
    assert not list((tmp_path / "out/students").glob("*.md"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("-o", "out", "--forms", "2"), "--forms are dealt over a roster"),
        (("-o", "out", "--roster", "class.csv", "--copies", "2"), "--copies and --roster exclude each other"),
        (("-o", "out", "--roster", "class.csv", "--only", "s8"), "the roster has no student 's8'"),
        (("-o", "out", "--only", "s1"), "--only is for students"),
        (("-o", "out", "--roster", "no.csv"), "no.csv: the roster cannot be read"),
        (("-o", "out", "-f", "docx"), "--format: there is no 'docx'"),
        ((), "where do the sheets go?"),
    ],
)
def test_refusals(make: Make, words: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert make(*words) == 2
    assert message in capsys.readouterr().err
    assert not Path("out").exists()


def test_a_place_in_the_sheet_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "w.toml"
    path.write_text('[[networks]]\nid = "a"\nnetwork = "nothing.toml"\n[[items]]\nkind = "loss"\nnetwork = "a"\n')
    assert main(["sheet", str(path), "-o", str(tmp_path / "out")]) == 2
    assert "nothing.toml: there is no such file" in capsys.readouterr().err


def test_a_file_to_begin_with(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sheet", "--new"]) == 0
    assert capsys.readouterr().out.startswith("# A sheet file")
    assert main(["sheet", "memoisation", "--new"]) == 0
    assert 'title = {en = "Memoisation"' in capsys.readouterr().out


def test_names_that_latex_cannot_spell_are_told(make: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "class.csv").write_text("id;name\n1;Zoë\n2;名前\n", encoding="utf-8")
    assert make(*ROSTER, "-o", "tex", "-f", "latex") == 0
    said = capsys.readouterr().out
    assert "pdflatex lacks letters of these names and prints their codes instead: 名前; HTML has them" in said
    assert "[U+540D]" in next((tmp_path / "tex/students").glob("0002*.tex")).read_text(encoding="utf-8")
    assert make(*ROSTER, "-o", "html", "-f", "html") == 0
    assert "pdflatex" not in capsys.readouterr().out
    assert "名前" in next((tmp_path / "html/students").glob("0002*.html")).read_text(encoding="utf-8")
