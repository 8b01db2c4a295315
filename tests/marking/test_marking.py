"""Marks: planted mistakes come out as planted, what follows is not wrong again, every sort of answer is judged."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from backtrace.check import own_numbers
from backtrace.check.checking import lines_for
from backtrace.check.marking import marking
from backtrace.check.marking.answers import choice, judged, shape, whole
from backtrace.check.marking.instances import Asked, Sheet, sheet_of
from backtrace.check.marking.marking import mark, not_handed_in
from backtrace.check.marking.quantities import Found, Joint, joint_exercises
from backtrace.check.marking.records import Mark
from backtrace.check.marking.words import noted
from backtrace.check.records import Note
from backtrace.check.students.working import Student
from backtrace.expression.tree import add, mul, number, symbol
from backtrace.mistakes.applied import slips
from backtrace.mistakes.records import Slip
from backtrace.network.quantity import Quantity
from backtrace.notation.loading import load_profile
from backtrace.questions.records import Choice, Formula, Numeric, Option, Say, Shape, Whole, Wrong
from backtrace.questions.sheet_file import read_sheet
from backtrace.questions.sheet_making import Job, make, units
from backtrace.questions.sheet_records import as_json
from backtrace.questions.variants import numbered
from backtrace.questions.words import language
from tests.marking.conftest import WORKED, form, right_text

PROFILE = load_profile()


def marks_of(sheet: Sheet, text: str) -> dict[str, Mark]:
    return {one.label: one for one in mark(sheet, text, PROFILE).marks}


def the_network(sheet: Sheet) -> Joint:
    return next(iter(joint_exercises(sheet.parts)))


def planted_in(sheet: Sheet, n: int) -> tuple[Asked, Slip]:
    """A mistake of the catalogue at one of the parts about the network, another one for each number."""
    joint = the_network(sheet)
    part = joint.parts[(5 * n) % len(joint.parts)]
    assert part.key is not None
    assert isinstance(part.answer, Numeric)
    known = {one.mistake for one in part.answer.wrong}
    found = [one for one in slips(joint.network, part.key) if one.mistake.id in known]
    return part, found[(7 * n) % len(found)]


def with_slip(sheet: Sheet, part: Asked, slip: Slip) -> str:
    lines = lines_for(the_network(sheet).network, ())
    assert part.key is not None
    return form(sheet, WORKED, {lines.canonical(part.key): slip})


def test_right_work_has_all_points(sheets: list[Sheet]) -> None:
    for sheet in sheets:
        for student in (Student(4), Student(5), WORKED):
            marked = mark(sheet, form(sheet, student), PROFILE)
            wrong = [one for one in marked.marks if one.verdict not in ("right", "to_read")]
            assert [one for one in wrong if one.verdict != "rounded_early"] == []
            if not wrong:
                assert marked.points == marked.of - marked.to_read
    assert {part.kind for part in sheets[0].parts} >= {"vectorise", "local-derivative", "parameter-count"}


def test_a_class_with_planted_mistakes(sheets: list[Sheet]) -> None:
    followed = 0
    for n, sheet in enumerate(sheets):
        part, slip = planted_in(sheet, n)
        marked = mark(sheet, with_slip(sheet, part, slip), PROFILE)
        assert marked.first_wrong == part.label, slip.mistake.id
        [wrong] = [one for one in marked.marks if one.verdict == "wrong"]
        assert slip.mistake.id in wrong.mistakes
        follows = [one for one in marked.marks if one.verdict == "follow_through"]
        lost = part.points + 0.25 * sum(one.of for one in follows)
        assert marked.points == pytest.approx(marked.of - marked.to_read - lost)
        followed += len(follows)
    assert followed > 20


def test_the_class_needs_follow_through(sheets: list[Sheet], monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers judged one by one: what follows from a mistake is wrong as well, and the test above would notice."""
    part, slip = next(p for p in (planted_in(sheets[0], n) for n in range(30)) if p[0].label == "1a")
    text = with_slip(sheets[0], part, slip)
    assert [m.label for m in mark(sheets[0], text, PROFILE).marks if m.verdict == "wrong"] == ["1a"]
    monkeypatch.setattr(marking, "judged_together", lambda *_: Found({}))
    assert len([m for m in mark(sheets[0], text, PROFILE).marks if m.verdict == "wrong"]) > 5


def test_what_was_too_much_to_follow_is_said(sheets: list[Sheet], monkeypatch: pytest.MonkeyPatch) -> None:
    part, slip = next(p for p in (planted_in(sheets[0], n) for n in range(30)) if p[0].label == "1a")
    monkeypatch.setattr(own_numbers, "TO_JUDGE", 0)
    wrong = [one for one in mark(sheets[0], with_slip(sheets[0], part, slip), PROFILE).marks if one.verdict == "wrong"]
    assert len(wrong) > 5 and all(Note("too_much_work") in one.notes for one in wrong)


def test_follow_through_that_leaves_nothing_to_do_earns_nothing(sheets: list[Sheet]) -> None:
    """An output of 1 has no slope left: the deltas behind it are 0 without any work."""
    sheet = sheets[0]
    out = next(p for p in sheet.parts if isinstance(p.key, Quantity) and p.key.kind == "out" and p.key.layer == 2)
    lines = lines_for(the_network(sheet).network, ())
    assert out.key is not None
    found = mark(sheet, form(sheet, WORKED, {lines.canonical(out.key): 1.0}), PROFILE)
    withheld = [one for one in found.marks if Note("trivial_follow_through") in one.notes]
    assert withheld
    assert all(one.verdict == "wrong" and one.points == 0 for one in withheld)


def test_a_blank_answer_is_no_mistake(sheets: list[Sheet]) -> None:
    sheet = sheets[0]
    text = f"form = {sheet.form}\n" + "\n".join(f"{part.label} =" for part in sheet.parts)
    found = mark(sheet, text, PROFILE)
    assert {one.verdict for one in found.marks} == {"blank", "to_read"}
    assert found.points == 0
    assert not any(one.mistakes for one in found.marks)
    assert found.first_wrong == ""
    nobody = not_handed_in(sheet)
    assert not nobody.handed_in
    assert nobody.of == sheet.points


def test_a_skipped_answer_taints_nothing(sheets: list[Sheet]) -> None:
    text = "\n".join(line for line in form(sheets[0]).split("\n") if not line.startswith(("1a ", "1c ")))
    found = marks_of(sheets[0], text)
    assert found["1a"].verdict == "blank"
    assert all(found[label].verdict == "right" for label in ("1b", "1d", "1e", "1f"))


def test_the_last_of_two_answers_counts_and_is_said(sheets: list[Sheet]) -> None:
    sheet = sheets[0]
    right = right_text(next(part for part in sheet.parts if part.label == "1a"))
    found = marks_of(sheet, f"1a = 77.7\n1a = {right}\n1b =\n")
    assert found["1a"].verdict == "right"
    assert found["1a"].notes == (Note("answered_twice", ("77.7",)),)
    assert marks_of(sheet, f"1a = {right}\n1a = {right}\n1a =\n")["1a"].notes == ()
    assert marks_of(sheet, f"1a = {right}\n1a = 77.7\n")["1a"].verdict == "wrong"


def test_a_number_with_too_few_digits_is_not_accepted(sheets: list[Sheet]) -> None:
    """Who writes 1 for 0.593 has not worked it out."""
    for sheet in sheets:
        part = next(p for p in sheet.parts if isinstance(p.key, Quantity) and p.key.kind == "out")
        assert isinstance(part.answer, Numeric)
        value = part.answer.value
        assert marks_of(sheet, f"{part.label} = {value:.0f}")[part.label].points == 0
        fewer = marks_of(sheet, f"{part.label} = {value:.{part.answer.digits - 1}g}")[part.label]
        assert fewer.verdict in ("right", "rounded_early")
        assert fewer.points in (part.points, 0.5 * part.points)


@pytest.mark.parametrize(
    ("code", "one", "two"), [("en", "1 digit written", "2 digits"), ("de", "1 Stelle ", "2 Stellen")]
)
def test_one_digit_is_no_plural(code: str, one: str, two: str) -> None:
    said = [noted(language(code), (Note("fewer_digits", (count, 3)),)) for count in (1, 2)]
    assert said[0].startswith(one) and said[1].startswith(two)


def test_typed_work_is_used_where_no_label_is(sheets: list[Sheet]) -> None:
    sheet = sheets[0]
    answers = {part.label: right_text(part) for part in sheet.parts[:4]}
    work = f"form = {sheet.form}\nnet_h1 = {answers['1a']}\nout_h1 = sigmoid(net_h1) = {answers['1b']}\n"
    found = marks_of(sheet, work)
    assert found["1a"].verdict == found["1b"].verdict == "right"
    assert found["1b"].written == f"sigmoid(net_h1) = {answers['1b']}"
    assert found["1c"].verdict == "blank"
    wrong = mark(sheet, f"net_h1 = 55.5\n1b out_h1 = {answers['1b']}\n", PROFILE)
    assert [one.verdict for one in wrong.marks[:2]] == ["wrong", "right"]


def test_formulas_and_sums_in_place_of_numbers(sheets: list[Sheet]) -> None:
    sheet = sheets[0]
    right = right_text(sheet.parts[0])
    assert marks_of(sheet, f"1a net_h1 = w1*i1 + w2*i2 + b_h1 = {right}")["1a"].verdict == "right"
    assert marks_of(sheet, "1a net_h1 = w1*i1 + ")["1a"].verdict == "unreadable"
    assert marks_of(sheet, f"1a net_h1 = {right} - 1 + 1")["1a"].verdict == "right"


def test_commas_and_points_may_be_mixed_between_answers(sheets: list[Sheet]) -> None:
    sheet = sheets[0]
    first, second = (right_text(part) for part in sheet.parts[:2])
    found = marks_of(sheet, f"1a = {first.replace('.', ',')}\n1b = {second}\n")
    assert found["1a"].verdict == found["1b"].verdict == "right"
    german = f"1a net_h1 = 0,5*2 - 1 + {first.replace('.', ',')} = {first.replace('.', ',')}\n"
    assert marks_of(sheet, german)["1a"].verdict == "right"


def a_sheet(*kinds: str) -> Sheet:
    """A copy of a sheet that asks these kinds about one network."""
    items = "".join(f'[[items]]\nkind = "{kind}"\nnetwork = "n"\n' for kind in kinds)
    text = f'title = "H"\n[[networks]]\nid = "n"\nnetwork = "2-2-1:sigmoid"\nlevel = 2\n{items}'
    [unit] = units(numbered(1))
    [record] = make(Job(read_sheet(text, "h.toml", "h"), "m"), unit).records
    return sheet_of(as_json(record), "h.json")


def test_a_loss_without_its_half_is_a_convention_where_several_answers_agree() -> None:
    """The sheet states its loss: one answer alone shows no convention."""
    sheet = a_sheet("loss")
    loss = sheet.parts[-1]
    assert isinstance(loss.answer, Numeric)
    whole_square = Student(6).shown(2 * loss.answer.value)
    alone = marks_of(sheet, form(sheet).replace(right_text(loss), whole_square))[loss.label]
    assert (alone.verdict, alone.mistakes) == ("wrong", ("loss.no_half",))
    sheet = a_sheet("loss", "backward-pass")
    throughout = mark(sheet, form(sheet, WORKED._replace(loss="squared_error")), PROFILE)
    assert "wrong" not in {one.verdict for one in throughout.marks}
    assert [note.id for note in throughout.notes] == ["other_loss"]


def test_a_number_asked_for_twice_is_not_wrong_twice() -> None:
    sheet = a_sheet("backward-pass", "update")
    keys = [part.key for part in sheet.parts]
    twice = next(part for part in sheet.parts if part.key is not None and keys.count(part.key) > 1)
    labels = [part.label for part in sheet.parts if part.key == twice.key]
    slip = next(s for s in slips(the_network(sheet).network, twice.key) if s.mistake.id == "weight_gradient.no_signal")  # type: ignore[arg-type]
    found = marks_of(sheet, with_slip(sheet, twice, slip))
    assert [found[label].verdict for label in labels] == ["wrong", "follow_through"]


LONG = ["(" * 400_000, "1" + " " * 400_000 + "a", "9" * 400_000, "x = " * 100_000, "-" * 400_000, "1," * 200_000]


@pytest.mark.parametrize("text", LONG, ids=range(len(LONG)))
def test_very_long_answers_are_none(text: str, sheets: list[Sheet]) -> None:
    answers = "\n".join(f"{part.label} = {text}" for part in sheets[0].parts[:1])
    others = "\n".join(f"{part.label} = {text[:2500]}" for part in sheets[0].parts[-9:])
    found = mark(sheets[0], f"form{chr(9) * 100_000}\n{answers}\n{others}")
    assert found.points == 0
    assert {one.verdict for one in found.marks} <= {"unreadable", "blank", "to_read", "wrong"}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=some.lists(some.tuples(some.integers(0, 2000), some.integers(0, 9), some.text(max_size=9)), max_size=5))
def test_any_changed_form_is_marked(sheets: list[Sheet], cuts: list[tuple[int, int, str]]) -> None:
    text = form(sheets[0]) + "net_h1 = w1*i1 = 0.5\nexercise 3\nstep 2\nx = 2*3 = 6\n"
    for at, gone, new in cuts:
        text = text[:at] + new + text[at + gone :]
    found = mark(sheets[0], text)
    assert len(found.marks) == len(sheets[0].parts)
    assert all(one.points is None or 0 <= one.points <= one.of for one in found.marks)


def wrong_numeric() -> Numeric:
    return Numeric(0.59327, 4, 0.59322, 0.59332, (Wrong("count.units", 0.6441),))


@pytest.mark.parametrize(
    ("text", "answer", "verdict", "mistakes"),
    [
        ("0.5933", wrong_numeric(), "right", ()),
        ("0.593", wrong_numeric(), "rounded_early", ()),
        ("0,5933", wrong_numeric(), "right", ()),
        ("5.933·10^-1", wrong_numeric(), "right", ()),
        ("0.5934", wrong_numeric(), "rounding_slip", ()),
        ("0.6441", wrong_numeric(), "wrong", ("count.units",)),
        ("1", wrong_numeric(), "wrong", ()),
        ("about 0.6", wrong_numeric(), "unreadable", ()),
        ("nan", wrong_numeric(), "unreadable", ()),
        ("9**9**9", wrong_numeric(), "unreadable", ()),
        ("1234", Whole(1234, (Wrong("count.no_biases", 1200),)), "right", ()),
        ("1,234", Whole(1234), "right", ()),
        ("1.234", Whole(1234), "right", ()),
        ("3*4 + 4 = 16", Whole(16), "right", ()),
        ("1200", Whole(1234, (Wrong("count.no_biases", 1200),)), "wrong", ("count.no_biases",)),
        ("12.5", Whole(12), "unreadable", ()),
        ("50x20", Shape((50, 20)), "right", ()),
        ("50 × 20", Shape((50, 20)), "right", ()),
        ("(50, 20)", Shape((50, 20)), "right", ()),
        ("20x50", Shape((50, 20), (Wrong("shape.transposed", "20x50"),)), "wrong", ("shape.transposed",)),
        ("(5,)", Shape((5,)), "right", ()),
        ("fifty", Shape((50, 20)), "unreadable", ()),
    ],
)
def test_answers_without_a_network(text: str, answer: object, verdict: str, mistakes: tuple[str, ...]) -> None:
    found = judged(text, answer)  # type: ignore[arg-type]
    assert (found.verdict, found.mistakes) == (verdict, mistakes)


def options(*right: bool, several: bool = False) -> Choice:
    return Choice(tuple(Option(Say(""), one, "" if one else f"why{n}") for n, one in enumerate(right)), several)


@pytest.mark.parametrize(
    ("text", "answer", "verdict", "share"),
    [
        ("B", options(False, True, False), "right", 0),
        ("b", options(False, True, False), "right", 0),
        ("(B)", options(False, True, False), "right", 0),
        ("A", options(False, True, False), "wrong", 0),
        ("A B", options(False, True, False), "wrong", 0),
        ("D", options(False, True, False), "unreadable", 0),
        ("42", options(False, True, False), "unreadable", 0),
        ("d, b", options(False, True, False, True, several=True), "right", 0),
        ("BD", options(False, True, False, True, several=True), "right", 0),
        ("B and D", options(False, True, False, True, several=True), "right", 0),
        ("B", options(False, True, False, True, several=True), "partly", 0.5),
        ("A B", options(False, True, False, True, several=True), "wrong", 0),
        ("A B C D", options(False, True, False, True, several=True), "wrong", 0),
    ],
)
def test_letters(text: str, answer: Choice, verdict: str, share: float) -> None:
    found = choice(text, answer)
    assert (found.verdict, found.share) == (verdict, share)


def test_formulas_are_equal_at_points_of_both_signs() -> None:
    x = symbol(Quantity("named", name="x"))
    answer = Formula(add(x, mul(number(2), x)), (("slope.left_out", x),))
    assert judged("3*x", answer).verdict == "right"
    assert judged("x + x + x", answer).verdict == "right"
    assert judged("abs(3*x)", answer).verdict == "wrong"
    assert judged("x", answer).mistakes == ("slope.left_out",)
    assert judged("3*y", answer).verdict == "unreadable"
    assert judged("__import__('os')", answer).verdict == "unreadable"


def test_nothing_else_is_a_number_or_a_shape() -> None:
    assert whole("1e400") is None
    assert whole("12 34") is None
    assert shape("50x") is None
    assert shape("9" * 5000) is None
