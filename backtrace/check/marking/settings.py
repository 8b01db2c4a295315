"""How the pages of a folder of sheets speak: language, notation and decimal sign, from the sheet file as it was."""

from __future__ import annotations

import os
from typing import NamedTuple

from backtrace.errors import InputError
from backtrace.network.source import Document, file_text
from backtrace.notation.loading import is_file, load_profile
from backtrace.notation.profile import Profile
from backtrace.questions.words import LANGUAGES, Language, language

SHEET = "teacher/sheet.toml"
NOTATION = "teacher/notation.toml"  # the author's own, as it was when the sheets were made


class Settings(NamedTuple):
    """What [page] of the sheet file says, as far as marking needs it; what it does not say is the default."""

    course: str = ""
    term: str = ""
    language: str = "en"
    notation: str = ""
    decimal: str = ""
    paper: str = "a4"

    @property
    def spoken(self) -> Language:
        """The sentences."""
        return language(self.language)

    @property
    def comma(self) -> bool:
        """Whether decimals are written with a comma."""
        return (self.decimal or self.spoken.decimal) == "comma"

    @property
    def profile(self) -> Profile:
        """The names; those of the default where a file with the author's own is no longer there."""
        try:
            return load_profile(self.notation) if self.notation else load_profile()
        except InputError:
            return load_profile()


def settings_of(folder: str) -> Settings:
    """The settings of a folder of sheets. A sheet file that this version no longer reads changes nothing but words."""
    path = os.path.join(folder, *SHEET.split("/"))
    if not os.path.isfile(path):
        return Settings()
    try:
        page = Document(file_text(path), path).tables.get("page", {})
    except InputError:
        return Settings()
    said = {name: page[name] for name in Settings._fields if isinstance(page, dict) and isinstance(page.get(name), str)}
    found = Settings(**said)
    found = found if found.language in LANGUAGES else found._replace(language="en")
    found = found if found.paper in ("a4", "letter") else found._replace(paper="a4")
    own = os.path.join(folder, *NOTATION.split("/"))
    return found._replace(notation=own) if is_file(found.notation) and os.path.isfile(own) else found
