"""Markdown, LaTeX and slides."""

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from backtrace.errors import InputError
from backtrace.render.escapes import latex_label, latex_text, markdown_text
from backtrace.render.options import PageOptions
from backtrace.render.page import render

HOSTILE = r"\input{../secret} ^^5cinput $x$ 50% #1 _a_ & ~ {} <b> | `c` é 中 \end{document}"
TITLE = r"(?m)^\\title.*\n"
DOCUMENTS = [
    ("chain", "factors", "mazur"),
    ("chain", "calculus", "bishop"),
    ("paths", "factors", "ng"),
    ("delta", "factors", "nielsen"),
    ("gates", "factors", "cs231n"),
    ("matrix", "factors", "mazur"),
    ("matrix", "factors", "goodfellow"),
]


def compiled(pdflatex: str, source: str, folder: Path) -> str:
    """The log of a document that must compile; lines too wide for the paper are reported in it."""
    (folder / "page.tex").write_text(source, encoding="utf-8")
    done = subprocess.run(
        [pdflatex, "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "page.tex"],
        cwd=folder,
        capture_output=True,
        check=False,
        timeout=120,
    )
    log = done.stdout.decode("utf-8", "replace")
    assert done.returncode == 0, log[-3000:]
    return log


def in_one(sources: Iterable[str]) -> str:
    """One document of several that begin alike but for their titles: LaTeX takes longer to start than to set one."""
    begins, bodies = set(), []
    for source in sources:
        begin, body = source.removesuffix("\\end{document}\n").split("\\begin{document}\n")
        begins.add(re.sub(TITLE, "", begin))
        bodies.append("".join(re.findall(TITLE, begin)) + body)
    (begin,) = begins
    return begin + "\\begin{document}\n" + "\n\\clearpage\n".join(bodies) + "\\end{document}\n"


def test_documents_compile_and_fit(page, pdflatex: str, tmp_path: Path) -> None:
    options = PageOptions(standalone=True, decimal="comma")
    sources = [
        page("mazur", format="latex", view=view, detail=detail, notation=notation, options=options)
        for view, detail, notation in DOCUMENTS
    ]
    assert "Overfull" not in compiled(pdflatex, in_one(sources), tmp_path)


def test_one_document_that_does_not_fit_is_seen(page, pdflatex: str, tmp_path: Path) -> None:
    fits = page("mazur", format="latex", options=PageOptions(standalone=True))
    wide = fits.replace("\\begin{document}\n", "\\begin{document}\n\\rule{2\\textwidth}{1pt}\n\n")
    assert "Overfull" in compiled(pdflatex, in_one([fits, wide, fits]), tmp_path)


def test_a_document_on_letter_paper_fits(page, pdflatex: str, tmp_path: Path) -> None:
    source = page("mazur", format="latex", view="matrix", options=PageOptions(standalone=True, paper="letter"))
    assert r"[letterpaper,margin=25mm]" in source
    assert "Overfull" not in compiled(pdflatex, source, tmp_path)
    assert r"[a4paper,margin=25mm]" in page("mazur", format="latex", options=PageOptions(standalone=True))
    with pytest.raises(InputError, match="there is no paper 'lettre'"):
        page("mazur", format="latex", options=PageOptions(paper="lettre"))


@pytest.mark.parametrize("view", ["chain", "matrix"])
def test_slides_compile_and_fit(page, pdflatex: str, tmp_path: Path, view: str) -> None:
    source = page("mazur", "w1", format="beamer", view=view)
    assert "Overfull" not in compiled(pdflatex, source, tmp_path)
    assert r"\uncover<2->{" in source


def test_every_step_has_one_label(derivation) -> None:
    made = derivation("mazur", "w5", "w1")
    labels = re.findall(r"\\label\{([^}]*)\}", render(made, "latex"))
    assert len(labels) == len(set(labels))
    assert {latex_label(step.id) for step in made.steps() if step.kind != "result"} <= set(labels)


def test_names_from_outside_are_printed_literally(derivation, pdflatex: str, tmp_path: Path) -> None:
    made = derivation("mazur", "w5")
    made = made._replace(network=made.network._replace(name=HOSTILE, title=HOSTILE))
    (tmp_path / "secret").mkdir()
    for format in ("latex", "beamer"):
        source = render(made, format, PageOptions(standalone=True))
        assert r"\input{" not in source
        assert r"\textasciicircum{}\textasciicircum{}5cinput" in source
        compiled(pdflatex, source, tmp_path)
    text = render(made, "markdown")
    assert "<b>" not in text
    assert r"\`c\`" in text
    assert "\n\n\n" not in text


def test_escapes() -> None:
    assert latex_text("a_b\n") == r"a\_b\textbackslash{}n"
    assert latex_text("é中\u202e") == r"é[U+4E2D]\textbackslash{}u202e"
    assert latex_label("dE/dw5+@2 {x}%") == "dE/dw5+@2--x--"
    assert markdown_text("*a* <i> | `") == r"\*a\* &lt;i&gt; \| \`"


def test_markdown_is_what_repository_pages_take(page) -> None:
    text = page("mazur", "w5", "w1", format="markdown", detail="calculus")
    assert "### 2. How does $E$ change with $w_{1}$?" in text
    inside = False
    for line in text.splitlines():
        if line == "$$":
            inside = not inside
        elif inside:
            assert line.strip()
            assert not re.match(r"\s*([-+*=#>]|\d+\.)\s", line)  # Markdown would read a list, a heading or a quotation
        assert "operatorname" not in line
        assert r"\left" not in line
    assert not inside
    assert text.count(r"\begin{aligned}") == text.count("$$") / 2
