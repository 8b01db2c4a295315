"""The notation that a page is written in, by its name or file."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backtrace.notation.profile import Profile

DEFAULT_NOTATION = "mazur"


def profile_named(name: str) -> Profile:
    """A notation by name or file; a file is tried out on `mazur` before anything is done with it."""
    from backtrace.notation.loading import check_profile, is_file, load_profile

    profile = load_profile(name)
    if is_file(name):
        from backtrace.derivation.derive import derive
        from backtrace.network import finding

        mazur = finding.load("mazur")
        check_profile(profile, mazur)
        derive(mazur, (), profile)
    return profile
