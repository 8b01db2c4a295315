"""The general derivations: what `explain` takes and gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from backtrace.api.net import Net, load
from backtrace.api.profiles import DEFAULT_NOTATION, profile_named

# The rooms are imported where they are used: a list of names must not wait for the engine.
if TYPE_CHECKING:
    from backtrace.derivation.general.explain import Explanation
    from backtrace.render.options import PageOptions


class ExplanationPage(NamedTuple):
    """What `explain` gives: a general derivation, every line of it checked, and pages of it."""

    explanation: Explanation

    def page(self, format: str = "terminal", options: PageOptions | None = None) -> str:
        """The page as text: terminal, markdown, latex, beamer or json."""
        from backtrace.render.explain import explanation_page
        from backtrace.render.options import PageOptions

        made = self._neutral() if format == "json" else self.explanation
        return explanation_page(made, format, options or PageOptions())

    def _neutral(self) -> Explanation:
        """The same topic under the default notation: data for programs does not depend on the notation."""
        from backtrace.derivation.general.explain import explain

        topic, asked = self.explanation.topic, self.explanation.asked
        profile = profile_named(DEFAULT_NOTATION)
        return self.explanation if asked.profile == profile else explain(topic, asked._replace(profile=profile))

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `backtrace explain -f json`."""
        import json

        found: dict[str, Any] = json.loads(self.page("json"))
        return found

    def __str__(self) -> str:
        return self.page("terminal")

    def _repr_markdown_(self) -> str:
        return self.page("markdown")

    def _repr_latex_(self) -> str:
        return self.page("latex")

    def _repr_html_(self) -> str:
        from backtrace.render.html_topic import topic_part
        from backtrace.render.options import PageOptions

        return topic_part(self.explanation, PageOptions())


def explain(
    topic: str,
    network: str | Net | None = None,
    notation: str | None = None,
    activation: str | None = None,
    loss: str | None = None,
) -> ExplanationPage:
    """A general derivation in index notation, each line checked on random networks before it is shown.

    network: one whose sizes are put in where the topic states sizes. activation, loss: a name, a formula in x, or "any"
    where the topic holds for any; by default what the topic is usually shown for.
    """
    from backtrace.derivation.general.explain import asked_of
    from backtrace.derivation.general.explain import explain as explained
    from backtrace.derivation.general.topics import topic_named

    known = topic_named(topic)
    found = load(network) if isinstance(network, str) else network
    profile = profile_named(notation or (found.notation if found else DEFAULT_NOTATION))
    return ExplanationPage(
        explained(known, asked_of(known, profile, activation, loss, found.network if found else None))
    )
