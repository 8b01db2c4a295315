"""From a report to a page of the format asked for."""

from __future__ import annotations

from backtrace.check.records import Line, Report
from backtrace.check.report.account import Account, Asked
from backtrace.check.report.data import report_csv, report_data
from backtrace.check.report.right_lines import RightLines
from backtrace.check.report.shown import shown
from backtrace.check.report.telling import account
from backtrace.check.submission.decimals import with_commas
from backtrace.errors import InputError, nearest, printable
from backtrace.network.records import Network
from backtrace.notation.profile import Profile
from backtrace.render.options import PageOptions

FORMATS = ("terminal", "markdown", "html", "json", "csv")


def report_page(
    report: Report, network: Network, profile: Profile, asked: Asked, format: str, options: PageOptions
) -> str:
    """The page as text; raises InputError for a format that there is not."""
    if format == "json":
        import json

        data = report_data(report, RightLines(report, network), asked)
        return json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    if format == "csv":
        return report_csv(report)
    if format not in FORMATS:
        raise InputError(f"there is no format '{printable(format)}'", hint=nearest(format, FORMATS))
    page = worded(report, network, profile, asked, options)
    if format == "terminal":
        from backtrace.check.report.text import WIDTH, report_text

        return report_text(page, options.width or WIDTH, options.ascii)
    if format == "markdown":
        from backtrace.check.report.markdown import report_markdown

        return report_markdown(page)
    from backtrace.check.report.html import report_html

    return report_html(page, asked.language, options.paper)


def report_part(report: Report, network: Network, profile: Profile, asked: Asked) -> str:
    """The page in HTML as a part of another one."""
    from backtrace.check.report.html import report_html

    return report_html(worded(report, network, profile, asked, PageOptions()), asked.language, part=True)


def worded(report: Report, network: Network, profile: Profile, asked: Asked, options: PageOptions) -> Account:
    """The report in words; what is quoted, and right lines that are revealed, have the decimal sign of the work."""
    if report.submission.comma:
        report, options = in_commas(report), options._replace(decimal="comma")
    right = RightLines(report, network)
    page = account(report, right, asked, lambda one: shown(one, right, profile, options))
    if not asked.explain:
        return page
    from backtrace.check.report.working_out import worked_out

    return page._replace(worked=worked_out(report, right, profile, asked, options))


def in_commas(report: Report) -> Report:
    """The report with the parts of its lines as they were typed, with a comma in decimals."""
    work = report.submission
    return report._replace(
        submission=work._replace(lines=tuple(map(typed_with_commas, work.lines))),
        lines=tuple(one._replace(line=typed_with_commas(one.line)) for one in report.lines),
    )


def typed_with_commas(line: Line) -> Line:
    """The same line, as its author typed the decimals."""
    return line._replace(parts=tuple(part._replace(text=with_commas(part.text)) for part in line.parts))
