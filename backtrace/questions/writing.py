"""From exercises to a document: the sheet, the answers, or the full solution, in a language and a notation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backtrace.derivation.steps import Remark, Section, Step, Table, Value
from backtrace.errors import InputError
from backtrace.expression.kept import Kept, Same
from backtrace.expression.tree import Expr, symbol
from backtrace.network.quantity import LOSS, RATE, Derivative, Key, Quantity, neutral
from backtrace.network.records import Network
from backtrace.notation.profile import Profile
from backtrace.questions.answer_texts import digits_text, interval_texts, value_text
from backtrace.questions.labels import letter
from backtrace.questions.records import (
    Choice,
    Derived,
    Essay,
    Explained,
    Formula,
    Given,
    Instance,
    Numeric,
    Part,
    Say,
    Shape,
    Whole,
)
from backtrace.questions.words import Language
from backtrace.render.document import (
    Block,
    Box,
    Choices,
    Diagram,
    Document,
    Group,
    Heading,
    Lines,
    Maths,
    Number,
    Paragraph,
    Run,
    Runs,
    Strong,
    Subheading,
    WorkedLines,
)

SHOW = ("sheet", "answers", "solution")
GAP = Remark("")


def exercise_document(
    instances: Sequence[Instance],
    language: Language,
    profile: Profile,
    show: str = "sheet",
    points: Sequence[Sequence[float]] = (),
    title: str = "",
) -> Document:
    """The exercises one after the other. show: "sheet" asks, "answers" gives the answers below what was asked,
    "solution" shows how they come out as well. points: of the parts of each exercise."""
    if show not in SHOW:
        raise InputError(f"a sheet cannot show '{show}'", hint="there is: " + ", ".join(SHOW))
    blocks: list[Block] = []
    for number, instance in enumerate(instances, 1):
        worth = points[number - 1] if points else [0.0] * len(instance.parts)
        blocks.append(
            Group(tuple(_exercise(instance, number, worth, language, profile, show)), instance.network, show == "sheet")
        )
    return Document(title, name_line=False, blocks=tuple(blocks))


def _exercise(
    instance: Instance, number: int, points: Sequence[float], language: Language, profile: Profile, show: str
) -> list[Block]:
    blocks: list[Block] = [Heading(str(number), language.say(instance.title), sum(points))]
    blocks += given_blocks(instance.given, language)
    several = len(instance.parts) > 1
    for index, part in enumerate(instance.parts):
        label = f"({letter(index)})" if several else ""
        share = points[index] if several else 0.0
        blocks += given_blocks(part.given, language)
        blocks.append(Paragraph((*language.say(part.ask), *asked_digits(part, language)), label, share))
        if isinstance(part.answer, Choice):
            options = tuple(language.say(option.text) for option in part.answer.options)
            blocks.append(Choices(options, part.answer.several))
        elif show == "sheet":
            blocks.append(Box(before(part), part.answer.lines if isinstance(part.answer, Essay) else 1))
        blocks += answer_blocks(part, language) if show != "sheet" else []
    if show == "solution":
        worked = solution_blocks(instance.parts, language, profile)
        blocks += [Subheading(language.say(Say("solution"))), *worked] if worked else []
    return blocks


def asked_digits(part: Part, language: Language) -> Runs:
    """How many digits are wanted, for a number."""
    if not isinstance(part.answer, Numeric):
        return ()
    if part.answer.digits == 1:
        return (" ", *language.say(Say("asked_digits", (1,))))
    return (" ", *_filled(language, "asked_digits", Number(digits_text(part.answer))))


def before(part: Part) -> Runs:
    """What stands before the answer: "∂E/∂w5 =" """
    if part.name is None:
        return ()
    return (Maths(part.name) if isinstance(part.name, Expr) else part.name, " =")


def given_blocks(given: Sequence[Given], language: Language) -> list[Block]:
    """What stands above the parts; sentences in a row are one paragraph."""
    blocks: list[Block] = []
    sentences: list[Run] = []
    for one in (*given, None):
        if one is not None and one.say is not None:
            sentences += [*([" "] if sentences else []), *language.say(one.say)]
            continue
        if one is not None and one.lines:
            blocks += [*([Paragraph(tuple(sentences))] if sentences else [])]
            blocks += [Paragraph(language.say(line), f"({n})") for n, line in enumerate(one.lines, 1)]
            sentences = []
            continue
        if sentences:
            blocks.append(Paragraph(tuple(sentences)))
            sentences = []
        if one is not None and one.title is not None:
            blocks.append(Subheading(language.say(one.title)))
        elif one is not None and one.diagram is not None:
            blocks.append(Diagram(one.diagram))
        elif one is not None:
            blocks.append(numbers_of(one.numbers) if one.numbers is not None else Lines(one.sections))
    return blocks


def numbers_of(network: Network) -> Lines | WorkedLines:
    """All numbers of a network, those of a layer together, then the learning rate; without targets, none are shown."""
    from backtrace.derivation.skeletons import numbers_given, stated

    found = stated(network, "numbers", lambda: (_numbers_section(numbers_given(network)),))
    if found is not None:
        return WorkedLines(found)
    values = numbers_given(network)
    return Lines((_numbers_section(values),), values)


def _numbers_section(values: Mapping[Key, Value]) -> Section:
    """A line for each layer, its numbers beside each other."""
    rows: dict[tuple[str, int, int], list[Step | Remark]] = {}
    for key, value in values.items():
        assert isinstance(key, Quantity)
        kind = "input" if key.kind == "target" else key.kind
        name = "eta" if key == RATE else neutral(key)
        rows.setdefault((kind, key.layer, key.sample), []).append(
            Step(f"{name}:given", "result", symbol(key), (), value)
        )
    items: list[Step | Remark] = []
    for found in rows.values():
        items += [*([GAP] if items else []), *found]
    return Section("given", (), tuple(items))


def solution_blocks(parts: Sequence[Part], language: Language, profile: Profile) -> list[Block]:
    """How the answers come out. What several parts derive from one network stands in one derivation, which writes
    everything once."""
    blocks: list[Block] = []
    merged: dict[tuple[int, str, int], Derived] = {}
    for index, part in enumerate(parts):
        label = f"({letter(index)})" if len(parts) > 1 else ""
        for piece in part.solution:
            if isinstance(piece, Say):
                blocks.append(Paragraph(language.say(piece), label))
                label = ""
            elif isinstance(piece, Explained):
                blocks += explained_lines(piece, profile)
            elif isinstance(piece, Derived):
                place = (id(piece.network), piece.view, piece.step)
                known = merged.get(
                    place, piece._replace(quantities=(LOSS,) if piece.step == 1 and piece.network.numeric else ())
                )
                quantities = dict.fromkeys((*known.quantities, *piece.quantities))
                merged[place] = known._replace(quantities=tuple(quantities))
            else:
                blocks.append(Lines((piece,)))
    return [*blocks, *(derived_lines(_shortened(one), profile) for one in merged.values())]


_explained: Kept[list[Block]] = Kept()


def explained_lines(asked: Explained, profile: Profile) -> list[Block]:
    """The lines of a topic of `backtrace explain`, formula by formula; they are the same for everybody."""
    key = (asked.topic, Same(profile))
    return _explained[key] if key in _explained else _explained.keep(key, lines_of_topic(asked, profile))


def lines_of_topic(asked: Explained, profile: Profile) -> list[Block]:
    """The same, worked out and checked anew."""
    from backtrace.derivation.general.explain import asked_of, explain
    from backtrace.derivation.general.topics import topic_named

    topic = topic_named(asked.topic)
    blocks: list[Block] = []
    for section in explain(topic, asked_of(topic, profile, None, None, None)).derivation.sections:
        last: Expr | None = None
        for item in section.items:
            if not isinstance(item, Step) or not item.forms or item.value is not None:  # an example in numbers
                continue
            runs: list[Run] = [] if item.left == last else [Maths(item.left, True)]
            for form in item.forms:
                runs += [f" {item.relation} " if runs else f"{item.relation} ", Maths(form, True)]
            blocks.append(Paragraph(tuple(runs)))
            last = item.left
    return blocks


def _shortened(asked: Derived) -> Derived:
    """Without the gradient of a parameter whose update is derived as well, which begins with it."""
    updated = asked.network.optimizer.has_rate
    kept = dict.fromkeys(
        key.by if updated and isinstance(key, Derivative) and key.of == LOSS and key.by in asked.quantities else key
        for key in asked.quantities
    )
    return asked._replace(quantities=tuple(kept))


def derived_lines(asked: Derived, profile: Profile) -> Lines | WorkedLines:
    """The derivation that a part asks for."""
    from backtrace.derivation.derive import derive
    from backtrace.derivation.skeletons import worked
    from backtrace.derivation.workspace import Choices as Chosen

    choices = Chosen(asked.view, step=asked.step)
    found = worked(asked.network, asked.quantities, profile, choices, _on_a_sheet, asked.loss)
    if found is not None:
        return WorkedLines(found)
    derivation = derive(asked.network, asked.quantities, profile, choices)
    return Lines(tuple(_on_a_sheet(section, asked.loss) for section in derivation.sections), derivation.values)


def _on_a_sheet(section: Section, loss: bool) -> Section:
    """Without the remark that nothing is updated, where no exercise asks for that, and without loss without the lines
    of the loss; what is known from a section is known from above, for sections have no numbers on a sheet."""
    kept: list[Step | Remark | Table] = []
    for item in section.items:
        if isinstance(item, Remark) and item.words == "through_known":
            kept.append(Remark("through_known_above", item.args[:-1]))
        elif item != Remark("no_rate") and (loss or not isinstance(item, Step) or item.kind != "loss"):
            kept.append(item)
    return section._replace(items=tuple(kept))


def answer_blocks(part: Part, language: Language) -> list[Block]:
    """The answer in one line, and what is accepted beside it."""
    runs = answer_runs(part)
    if not runs:
        return []
    name: Runs = (*before(part), " ") if part.name is not None else ()
    extra: Runs = ()
    if isinstance(part.answer, Numeric):
        low, high = map(Number, interval_texts(part.answer))
        extra = (" ", *_filled(language, "accepted", low, high))
    return [Paragraph((Strong(_words(language, "answer")), ": ", *name, *runs, *extra))]


def _words(language: Language, key: str) -> str:
    return "".join(str(run) for run in language.say(Say(key)))


def _filled(language: Language, key: str, *args: Run) -> Runs:
    """A sentence whose numbers are set as numbers of the page."""
    runs = language.say(Say(key, tuple(f"\0{n}" for n in range(len(args)))))
    return tuple(args[int(run[1:])] if isinstance(run, str) and run.startswith("\0") else run for run in runs)


def answer_runs(part: Part) -> Runs:
    """The answer as it stands on a key."""
    answer = part.answer
    if isinstance(answer, Numeric):
        return (Number(value_text(answer)),)
    if isinstance(answer, Whole):
        return (Number(str(answer.value)),)
    if isinstance(answer, Shape):
        return ("×".join(map(str, answer.dims)),)
    if isinstance(answer, Formula):
        return (Maths(answer.expr),)
    if isinstance(answer, Choice):
        return (answer.letters,)
    return ()
