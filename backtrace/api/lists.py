"""What there is: networks, notations and topics by name, and the first two as files to copy."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """One entry of a list: its name and what it is."""

    name: str
    title: str


def networks() -> list[Row]:
    """The built-in networks."""
    from backtrace.network.builtin import builtin_titles

    return [Row(name, title) for name, title in builtin_titles()]


def notations() -> list[Row]:
    """The shipped notations."""
    from backtrace.notation.loading import profile_titles

    return [Row(name, title) for name, title in profile_titles()]


def topics() -> list[Row]:
    """The topics of `explain`."""
    from backtrace.derivation.general.topics import TOPICS

    return [Row(topic.name, f"{topic.title}: {topic.about}") for topic in TOPICS.values()]


def network_toml(name: str) -> str:
    """A built-in network's own commented file, or any other network written as one."""
    from backtrace.api.net import load
    from backtrace.network.builtin import builtin_text, builtins

    return builtin_text(name) if name in builtins() else load(name).to_toml()


def notation_toml(name: str) -> str:
    """A notation as a file to copy."""
    from backtrace.notation.loading import profile_text

    return profile_text(name)
