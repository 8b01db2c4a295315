"""A page that is not one derivation, as data: blocks made of runs. Sheets, keys and answer forms are documents.

A run is text, a formula or a quantity; what it says is decided before, how it looks is the page's business. Text in a
run is data in every format: it is escaped, never read as markup.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from backtrace.derivation.steps import Section, Value
from backtrace.expression.tree import Expr
from backtrace.network.quantity import Key
from backtrace.network.records import Network
from backtrace.notation.profile import Profile
from backtrace.notation.subject import Subject
from backtrace.render.options import PageOptions

if TYPE_CHECKING:
    from backtrace.derivation.skeletons import Worked
    from backtrace.render.page_patterns import Open

ANSWER_SPACES = ("boxes", "lines", "none")


class Maths(NamedTuple):
    """A formula within a sentence or a cell. lettered: it has letters for indices, as in statements
    about any network."""

    expr: Expr
    lettered: bool = False


class Number(NamedTuple):
    """A number as it stands on the page: `text` in plain digits with a point; the page sets its sign and its decimal
    sign."""

    text: str


class Strong(NamedTuple):
    """Words that stand out."""

    text: str


Run: TypeAlias = "str | Maths | Number | Strong | Key"
Runs: TypeAlias = "tuple[Run, ...]"


class Heading(NamedTuple):
    """The beginning of an exercise: its number, its title, its points (0 shows none)."""

    number: str
    runs: Runs
    points: float = 0


class Subheading(NamedTuple):
    """A heading within an exercise."""

    runs: Runs


class Paragraph(NamedTuple):
    """A sentence or several. label: "(a)" before it; points: in brackets at its end, 0 shows none."""

    runs: Runs
    label: str = ""
    points: float = 0


class Table(NamedTuple):
    """Rows of cells under a heading; numbers are aligned at their right."""

    heading: tuple[Runs, ...]
    rows: tuple[tuple[Runs, ...], ...]


class Choices(NamedTuple):
    """Options to tick, lettered A, B, C, …; several: more than one may be right."""

    options: tuple[Runs, ...]
    several: bool = False


class Lines(NamedTuple):
    """Lines of a derivation, as on its own page, without its section numbers.

    values: the numbers to put in, as in a Derivation; carry: "full" or "rounded". The network is that of the group
    around it.
    """

    sections: tuple[Section, ...]
    values: Mapping[Key, Value] = MappingProxyType({})
    carry: str = "full"


class WorkedLines(NamedTuple):
    """The same where many networks are alike: the steps, once for all of them, and the numbers of this one."""

    worked: Worked
    carry: str = "full"

    @property
    def lines(self) -> Lines:
        """As lines with numbers of their own."""
        return Lines(self.worked.sections, self.worked.values, self.carry)


class Box(NamedTuple):
    """Where an answer goes. before: what stands before it ("∂E/∂w5 ="); lines: how much room, in lines of writing."""

    before: Runs = ()
    lines: int = 1


class Diagram(NamedTuple):
    """A drawing of a network, its units and its weights named."""

    network: Network


class Bars(NamedTuple):
    """A chart of bars, each divided into parts of a whole. Not every format shows it: a table beside it says the same.
    names: of the parts, at most five; bars: (what it is about, shares of 1, one for each name)."""

    names: tuple[str, ...]
    bars: tuple[tuple[str, tuple[float, ...]], ...]


class Break(NamedTuple):
    """The next block begins a new page; odd: a right-hand page."""

    odd: bool = False


class Group(NamedTuple):
    """Blocks that belong together. network: whose quantities are named in them; None: that of the group around it;
    whole: no page break may divide them."""

    blocks: tuple[Block, ...]
    network: Subject | None = None
    whole: bool = True


Block: TypeAlias = (
    "Heading | Subheading | Paragraph | Table | Choices | Lines | WorkedLines | Box | Diagram | Bars | Break | Group"
)


class Document(NamedTuple):
    """A page or several. head: course, term and the like, each a line; form: the form id; name_line: whether there is
    one to write a name on; name: the name already on it; logo: the file of a picture for the head, which only LaTeX
    and HTML show; instructions: sentences between head and blocks."""

    title: str
    head: tuple[str, ...] = ()
    form: str = ""
    name: str = ""
    name_line: bool = True
    blocks: tuple[Block, ...] = ()
    logo: str = ""
    instructions: Runs = ()


class Labels(NamedTuple):
    """The few words that a document has of its own, in its language. language: its code, for readers that speak."""

    language: str = "en"
    name: str = "Name"
    form: str = "Form"
    exercise: str = "Exercise"
    point: str = "point"
    points: str = "points"
    page: str = "Page"
    network: str = "Network"
    several: str = "more than one may be right"


class DocumentOptions(NamedTuple):
    """How documents are written. page: digits, decimal sign, paper, `standalone` (LaTeX: a whole document, not a body
    to \\input; HTML: a whole page, not a part of one), a folder of templates; answer_space: one of ANSWER_SPACES; open:
    where the page is to become a pattern."""

    profile: Profile
    page: PageOptions = PageOptions()
    labels: Labels = Labels()
    answer_space: str = "boxes"
    open: Open | None = None
