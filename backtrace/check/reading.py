"""From text to a submission: the only door through which what a student wrote enters. Nothing else ever sees it.

Text is taken apart into statements (`splitting`, `pages`), names are those of the notation in force (`naming`), and
formulas go through the bounded reader (`formulas`, `matrices`). A line that cannot be read says why, and the others are
read all the same.
"""

from __future__ import annotations

import re

from backtrace.check.decimals import with_points
from backtrace.check.decoding import lines_of
from backtrace.check.formulas import has_gap, read_part
from backtrace.check.matrices import assigned, has_matrix, layer_of, matrix_lines, own_matrix_lines
from backtrace.check.naming import Naming, Vocabulary, no_name
from backtrace.check.pages import work_of
from backtrace.check.records import OWN, Line, Note, Submission
from backtrace.check.signs import typed
from backtrace.check.statements import Statement, Work
from backtrace.errors import InputError, Place
from backtrace.network.quantity import Key, Quantity
from backtrace.network.records import Network
from backtrace.notation.loading import DEFAULT, NAMES, load_profile
from backtrace.notation.profile import Profile

# What looks like one name, so that a refusal is about the name.
LIKE_A_NAME = r"[^\W\d][^\s*+()·−-]*(?:\s*/\s*[d∂][^\s*+()·−-]*)?"
# Lines that cannot be read cost most: beyond so many the rest of a submission is not read; and how many lines are
# looked at to find the notation.
MOST_REFUSED = 200
PROBED = 60


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
    chosen = profile or load_profile(said or DEFAULT)
    found = _Reader(taken, network, chosen, name)
    lines = found.lines()
    if profile is None and not said and any(found.unknown):
        other = other_notation(taken, network, name, found)
        if other is not None:
            notes.append(Note("read_in_notation", (other.profile.name,)))
            chosen, lines = other.profile, other.lines()
    return Submission(tuple(lines), chosen.name, name, comma, tuple(notes), chosen.delta_sign, taken.form)


def other_notation(taken: Work, network: Network, name: str, default: _Reader) -> _Reader | None:
    """The one notation that knows more of the names than the default; where several know as many, they must mean the
    same by all of them. None where there is no such."""
    probe = taken._replace(statements=taken.statements[:PROBED])
    best, found = default.unknown, dict[tuple[object, ...], Profile]()
    for other in NAMES:
        if other == default.profile.name:
            continue
        reader = _Reader(probe, network, load_profile(other), name)
        lines = reader.lines()
        if reader.unknown < best:
            best, found = reader.unknown, {}
        if reader.unknown == best < default.unknown:
            meant = ((line.key, *(part.expr for part in line.parts)) for line in lines)
            found.setdefault((reader.profile.delta_sign, *meant), reader.profile)
    return _Reader(taken, network, next(iter(found.values())), name) if len(found) == 1 else None


class _Reader:
    """One submission under one notation. refused: how many lines it cannot read; own: how many quantities the person
    defined."""

    def __init__(self, work: Work, network: Network, profile: Profile, name: str) -> None:
        self.work, self.network, self.profile, self.name = work, network, profile, name
        self.refused = self.own = 0
        self._vocabularies: dict[str, Vocabulary] = {}

    def lines(self) -> list[Line]:
        """The lines as read."""
        self.refused = self.own = 0
        self._vocabularies = {}
        return [line for one in self.work.statements for line in self.line(one)]

    @property
    def unknown(self) -> tuple[int, int]:
        """How much the notation does not know; the smaller the better."""
        return self.refused, self.own

    def vocabulary(self, notation: str) -> Vocabulary:
        """The names of the notation that a text names, or of the one chosen."""
        if notation not in self._vocabularies:
            profile = load_profile(notation) if notation in NAMES and notation != self.profile.name else self.profile
            self._vocabularies[notation] = Vocabulary(self.network, profile)
        return self._vocabularies[notation]

    def line(self, one: Statement) -> list[Line]:
        """One statement; several lines where it is about whole layers."""
        shown = f"{one.label} {one.left.text}".strip()
        if one.error is not None:
            return [Line(one.line, one.text, shown, error=one.error)]
        vocabulary = self.vocabulary(one.notation)
        try:
            if self.refused > MOST_REFUSED:
                raise InputError("too many lines before this one cannot be read", Place(self.name, one.line))
            naming = vocabulary.under(one.sample, one.step)
            if self.work.signs == "text":
                parts = (part._replace(text=typed(part.text, naming.longest)) for part in one.parts)
                one = one._replace(parts=tuple(parts))
            elif self.work.signs == "latex":
                as_typed = vocabulary.latex.typed
                parts = (part._replace(text=as_typed(f"{part.text} ").strip()) for part in one.parts)
                one = one._replace(left=one.left._replace(text=as_typed(one.left.text)), parts=tuple(parts))
            return self._read(one, naming, shown)
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
        known = [part for part in parts if naming.vocabulary.defines(part.expr)]
        if isinstance(key, Quantity) and key.kind == OWN:
            naming.vocabulary.own[key.name] = key
        return [Line(one.line, one.text, shown, key, tuple(known), gaps=len(pieces) < len(one.parts) or not one.parts)]

    def _key(self, one: Statement, naming: Naming) -> Key | None:
        """What a left side means; None for a formula."""
        text = one.left.text
        if not text:
            raise no_name(text)
        try:
            key = naming.resolve(text)
        except InputError as error:
            if re.fullmatch(LIKE_A_NAME, text):
                own = naming.define(text, error.at(Place(self.name, one.line, one.left.column)))  # type: ignore[arg-type]
                self.own += 1
                return own
            return None
        return assigned(key) if one.assigned else key
