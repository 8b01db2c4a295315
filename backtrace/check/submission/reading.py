"""From text to a submission: the only door through which what a student wrote enters. Nothing else ever sees it.

Text is taken apart into statements (`splitting`, `pages`), names are those of the notation in force (`naming`), and
formulas go through the bounded reader (`formulas`, `matrices`). A line that cannot be read says why, and the others are
read all the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from backtrace.check.lines import updates_of
from backtrace.check.records import OWN, Line, Note, Submission
from backtrace.check.submission.decimals import with_points
from backtrace.check.submission.decoding import lines_of
from backtrace.check.submission.formulas import has_gap, read_part
from backtrace.check.submission.matrices import assigned, has_matrix, layer_of, matrix_lines, own_matrix_lines
from backtrace.check.submission.naming import Naming, OwnNames
from backtrace.check.submission.pages import work_of
from backtrace.check.submission.signs import typed, with_exponentials
from backtrace.check.submission.statements import Statement, Work
from backtrace.check.submission.vocabulary import Vocabulary, vocabulary_of
from backtrace.errors import InputError, Place, nearest, printable
from backtrace.network.quantity import Key, Quantity
from backtrace.network.records import Network
from backtrace.notation.loading import DEFAULT, NAMES, load_profile
from backtrace.notation.names import Names, UnknownName
from backtrace.notation.profile import Profile

# What looks like one name, so that a refusal is about the name.
LIKE_A_NAME = r"[^\W\d][^\s*+()·−-]*(?:\s*/\s*[d∂][^\s*+()·−-]*)?"
# Lines that cannot be read cost most: beyond so many the rest of a submission is not read; and how many lines are
# looked at to find the notation.
MOST_REFUSED = 60
PROBED = 60
MOST_UPDATES = 20


def read_submission(work: bytes | str, network: Network, profile: Profile | None = None, name: str = "") -> Submission:
    """The submission that a text is.

    profile: the notation, where the reader was told; else the text says it (`# notation: bishop`), or the default
    holds, or the one notation that knows all names. name: of the file, for messages. Raises InputError where the text
    as a whole is not to be read: too long, not UTF-8, with characters that cannot be seen.
    """
    taken = work_of(lines_of(work, name), name)
    statements, comma = with_points(taken.statements, name)
    taken = taken._replace(statements=statements)
    notes = list(taken.notes)
    said = next((one.notation for one in statements if one.notation), "")
    if profile is None and said and said not in NAMES:
        raise InputError(f"there is no notation '{printable(said)}'", Place(name), nearest(said, NAMES))
    # A text may name a notation that is shipped, and never a file.
    chosen = profile or load_profile(said or DEFAULT)
    found = _Reader(taken, network, chosen, name)
    lines = found.lines()
    if profile is None and not said and any(found.unknown):
        other = other_notation(statements, network, chosen, taken.signs == "latex")
        better = _Reader(taken, network, other, name) if other is not None else None
        read = better.lines() if better is not None else []
        if better is not None and better.unknown < found.unknown:
            notes.append(Note("read_in_notation", (better.profile.name,)))
            chosen, lines = better.profile, read
    return Submission(tuple(lines), chosen.name, name, comma, tuple(notes), chosen.delta_sign, taken.form)


def other_notation(
    statements: Sequence[Statement], network: Network, default: Profile, latex: bool = False
) -> Profile | None:
    """The one notation that knows more of the names at the left than the default; where several know as many, they must
    mean the same by all of them. None where there is no such, and where a name has several meanings in the default."""
    typed = list(dict.fromkeys(one.left.text for one in statements if one.left.text))[:PROBED]

    def meant(profile: Profile) -> tuple[Key | None, ...]:
        vocabulary = vocabulary_of(network, profile)
        printed = vocabulary.latex.names if latex else {}
        return tuple(printed.get(text) or vocabulary.names.known(text) for text in typed)

    if any(is_ambiguous(text, vocabulary_of(network, default).names) for text in typed):
        return None
    most, found = sum(key is not None for key in meant(default)), dict[tuple[object, ...], Profile]()
    for other in NAMES:
        profile = load_profile(other)
        keys = meant(profile) if other != default.name else ()
        known = sum(key is not None for key in keys)
        if known > most:
            most, found = known, {}
        if known == most and (found or known > sum(key is not None for key in meant(default))):
            found.setdefault((profile.delta_sign, *keys), profile)
    return next(iter(found.values())) if len(found) == 1 else None


def is_ambiguous(text: str, names: Names) -> bool:
    """Whether a notation knows a name, but cannot tell what it means."""
    try:
        names.resolve(text)
    except UnknownName:
        return False
    except InputError:
        return bool(re.fullmatch(LIKE_A_NAME, text))
    return False


class _Reader:
    """One submission under one notation. refused: how many lines it cannot read; own: how many quantities the person
    defined."""

    def __init__(self, work: Work, network: Network, profile: Profile, name: str) -> None:
        self.work, self.network, self.profile, self.name = work, network, profile, name
        self.refused = self.own = 0
        self.own_names = OwnNames()
        self._namings: dict[tuple[str, int, int], Naming] = {}

    def lines(self) -> list[Line]:
        """The lines as read."""
        self.refused = self.own = 0
        self.own_names, self._namings = OwnNames(), {}
        return [line for one in self.work.statements for line in self.line(one)]

    @property
    def unknown(self) -> tuple[int, int]:
        """How much the notation does not know; the smaller the better."""
        return self.refused, self.own

    def vocabulary(self, notation: str) -> Vocabulary:
        """The names of the notation that a text names, or of the one chosen."""
        named = notation in NAMES and notation != self.profile.name
        return vocabulary_of(self.network, load_profile(notation) if named else self.profile)

    def naming(self, one: Statement) -> Naming:
        """The names under the headings before a statement."""
        headings = (one.notation, one.sample, one.step)
        if headings not in self._namings:
            self._namings[headings] = Naming(self.vocabulary(one.notation), self.own_names, one.sample, one.step)
        return self._namings[headings]

    def line(self, one: Statement) -> list[Line]:
        """One statement; several lines where it is about whole layers."""
        shown = f"{one.label} {one.left.text}".strip()
        if one.error is not None:
            return [Line(one.line, one.text, shown, error=one.error)]
        try:
            if self.refused > MOST_REFUSED:
                raise InputError("too many lines before this one cannot be read", Place(self.name, one.line))
            naming = self.naming(one)
            if self.work.signs == "typed":
                parts = (part._replace(text=with_exponentials(part.text)) for part in one.parts)
                one = one._replace(parts=tuple(parts))
            elif self.work.signs == "text":
                parts = (part._replace(text=typed(part.text, naming.longest)) for part in one.parts)
                one = one._replace(parts=tuple(parts))
            elif self.work.signs == "latex":
                as_typed = naming.vocabulary.latex.typed
                parts = (part._replace(text=as_typed(f"{part.text} ").strip()) for part in one.parts)
                one = one._replace(left=one.left._replace(text=as_typed(one.left.text)), parts=tuple(parts))
            lines = self._read(one, naming, shown)
            if any(line.key is not None and updates_of(line.key) > MOST_UPDATES for line in lines):
                raise InputError(f"more than {MOST_UPDATES} updates are not checked", hint="check the first ones")
            return lines
        except InputError as error:
            self.refused += 1
            placed = error.at(Place(self.name, one.line))
            assert isinstance(placed, InputError)
            return [Line(one.line, one.text, shown, error=placed)]

    def _read(self, one: Statement, naming: Naming, shown: str) -> list[Line]:
        if one.label and not one.left.text:
            return [Line(one.line, one.text, shown, gaps=not one.parts)]
        open_left = has_gap(one.left.text)
        layer = None if open_left else layer_of(one, naming)
        if layer is not None:
            return matrix_lines(one, layer, naming, shown, self.name)
        key = None if open_left else self._key(one, naming)
        if isinstance(key, Quantity) and key.kind == OWN and has_matrix(one):
            return own_matrix_lines(one, naming, shown, self.name)
        pieces = [part for part in one.parts if not has_gap(part.text)]
        parts = [read_part(part, naming, self.name) for part in pieces]
        if key is None and not open_left:
            parts.insert(0, read_part(one.left, naming, self.name))
        known = [part for part in parts if naming.own.defines(part.expr)]
        naming.own.define(key)
        return [Line(one.line, one.text, shown, key, tuple(known), gaps=len(pieces) < len(one.parts) or not one.parts)]

    def _key(self, one: Statement, naming: Naming) -> Key | None:
        """What a left side means; None for a formula."""
        text = one.left.text
        if not text:
            raise InputError("there is no name before the =", hint="a line is written name = number")
        try:
            key = naming.resolve(text)
        except InputError as error:
            if re.fullmatch(LIKE_A_NAME, text):
                own = naming.defined(text, error.at(Place(self.name, one.line, one.left.column)))  # type: ignore[arg-type]
                self.own += 1
                return own
            return None
        return assigned(key) if one.assigned else key
