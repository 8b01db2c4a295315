"""A report in Markdown."""

from __future__ import annotations

from backtrace.check.report.account import MARKS, Account, Block, Worked
from backtrace.render.escapes import markdown_text


def report_markdown(page: Account) -> str:
    """The page, ending in a line feed."""
    lines = [f"# {markdown_text(page.title)}", "", "|  |  |  |  |", "|---:|:---|:---|:---|"]
    for row in page.rows:
        mark = f"{MARKS[row.verdict]} {markdown_text(row.remark)}".strip()
        given = code(f"= {row.given}", True) if row.given else ""
        lines.append(f"| {row.line} | {code(row.name, True)} | {given} | {mark} |")
    for note in page.notes:
        lines += ["", markdown_text(note)]
    for block in page.blocks:
        lines += ["", *block_lines(block)]
    if page.worked:
        lines += ["", *worked_lines(page.worked)]
    return "\n".join([*lines, "", *(f"{markdown_text(sentence)}  " for sentence in page.end[:-1])]) + (
        f"\n{markdown_text(page.end[-1])}\n"
    )


def block_lines(block: Block) -> list[str]:
    """What is said about a line, as a list below it."""
    lines = [f"**{markdown_text(block.head)}** {code(block.work)}", ""]
    lines += [f"- {markdown_text(sentence)}" for sentence in block.said]
    if block.hint:
        lines.append(f"- *{markdown_text(block.hint)}*")
    if block.right:
        lines.append(f"- {markdown_text(block.right_head)} {code(block.right)}")
    return lines


def worked_lines(worked: Worked) -> list[str]:
    """A line worked out, each part on a line of its own."""
    lines = [f"**{markdown_text(worked.head)}** {markdown_text(worked.from_own)}".rstrip(), ""]
    lines += [f"- {code(' = '.join(parts))}" for parts in worked.lines]
    lines += ["", f"{markdown_text(worked.yours_head)} {code(' = '.join(worked.yours))}"]
    for sentence in worked.said:
        lines += ["", markdown_text(sentence)]
    return lines


def code(text: str, cell: bool = False) -> str:
    """Text as it was typed. cell: within a table, where a | would end the cell."""
    fence = "`" * (1 + max((len(run) for run in runs_of_backticks(text)), default=0))
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{space}{text.replace('|', chr(92) + '|') if cell else text}{space}{fence}"


def runs_of_backticks(text: str) -> list[str]:
    """Every run of backticks in a text."""
    return ["`" * len(run) for run in "".join(c if c == "`" else " " for c in text).split()]
