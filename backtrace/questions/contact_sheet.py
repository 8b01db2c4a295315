"""The contact sheet: the numbers and the answers of many seeds on one page, an exercise at a time."""

from __future__ import annotations

from collections.abc import Sequence, Set

from backtrace.network.quantity import RATE, Key
from backtrace.network.records import Network
from backtrace.questions.answer_form import words
from backtrace.questions.keys import spelt
from backtrace.questions.labels import Labelled, labelled_by_item
from backtrace.questions.records import Instance, Say
from backtrace.questions.seed_range import drawn
from backtrace.questions.sheet_file import SheetFile
from backtrace.questions.words import Language
from backtrace.questions.writing import answer_runs, before
from backtrace.render.document import Block, Document, Group, Heading, Number, Run, Runs, Table

WIDEST = 8  # answers beside each other


def contact_sheet(sheet: SheetFile, seeds: Sequence[int], language: Language) -> Document:
    """A table for each exercise: a row per seed, its numbers, then its answers. Of equal ones the first is named."""
    plain = sheet._replace(shuffle=False)
    variants = [(seed, drawn(plain, seed)) for seed in seeds]
    first: dict[str, int] = {}
    for seed, variant in variants:
        first.setdefault(variant.note, seed)
    blocks: list[Block] = []
    parts = [labelled_by_item(variant.exercises) for _, variant in variants]
    for index in range(len(sheet.items)):
        rows = [(seed, first[variant.note], own[index]) for (seed, variant), own in zip(variants, parts, strict=True)]
        blocks += table_of(rows, variants[0][1].exercises[index].joined, language)
    return Document(f"{sheet.title}: {words(language, 'sheet_contact')}", name_line=False, blocks=tuple(blocks))


def table_of(rows: Sequence[tuple[int, int, list[Labelled]]], joined: bool, language: Language) -> list[Block]:
    """The seeds of one item. joined: its numbers stand in the table of the item before."""
    columns = max((parts for _, _, parts in rows), key=len)
    heading: list[Runs] = [(words(language, "sheet_seed"),)]
    heading += [] if joined else [(words(language, "sheet_numbers"),)]
    alike = [len({parts[n].part.name for _, _, parts in rows if n < len(parts)}) == 1 for n in range(len(columns))]
    heading += [column_title(one) if same else (one.label,) for one, same in zip(columns, alike, strict=True)]
    table: list[tuple[Runs, ...]] = []
    instances = [parts[0].instance for _, _, parts in rows]
    alike_in_all = set.intersection(*[set(sentences(one)) for one in instances])
    for seed, same, parts in rows:
        mark = (str(seed),) if same == seed else (f"{seed} = {same}",)
        cells = [answer_cell(one, same) for one, same in zip(parts, alike, strict=False)]
        cells += [()] * (len(columns) - len(cells))
        table.append((mark, *([] if joined else [numbers_of(parts[0].instance, alike_in_all, language)]), *cells))
    instance, first = columns[0].instance, len(heading) - len(columns)
    # What would not fit on a page goes on in a table below, beside the seeds alone.
    tables = []
    for start in range(first, len(heading), WIDEST):
        beside = first if start == first else 1
        head, *body = [(*row[:beside], *row[start : start + WIDEST]) for row in (tuple(heading), *table)]
        tables.append(Table(head, tuple(body)))
    return [Heading(str(columns[0].exercise), language.say(instance.title)), Group(tuple(tables), instance.network)]


def answer_cell(one: Labelled, named: bool) -> Runs:
    """An answer; with what it is the answer to where the heading of the column does not name it."""
    answer = answer_runs(one.part) or ("–",)
    return answer if named else (*before(one.part), " ", *answer)


def column_title(one: Labelled) -> Runs:
    """The label and what is asked for."""
    asked: tuple[Run, ...] = before(one.part)[:1]
    return (one.label, " ", *asked) if asked else (one.label,)


def numbers_of(instance: Instance, alike_in_all: Set[Say], language: Language) -> Runs:
    """The numbers that were drawn: those of the network, else the sentences that hold them, without those that say the
    same of every seed."""
    if instance.network is not None and instance.network.numeric:
        return of_network(instance.network)
    said = sentences(instance)
    runs: list[Run] = []
    for say in [say for say in said if say not in alike_in_all] or said:
        runs += [*([" "] if runs else []), *language.say(say)]
    return tuple(runs)


def sentences(instance: Instance) -> list[Say]:
    """What is said on the sheet, each sentence once."""
    said = [given.say for given in instance.given if given.say is not None]
    return list(dict.fromkeys([*said, *(part.ask for part in instance.parts)]))


def of_network(network: Network) -> Runs:
    """w1 = 0.2, w2 = …; the learning rate last, where something is updated."""
    from backtrace.engine.scalar import numbers_of as leaves

    values: dict[Key, float] = dict(leaves(network))
    if network.optimizer.learning_rate is not None:
        values[RATE] = network.optimizer.learning_rate
    runs: list[Run] = []
    for key, value in values.items():
        runs += [*([", "] if runs else []), key, " = ", Number(spelt(value))]
    return tuple(runs)
