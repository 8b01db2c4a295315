"""What a typed name means: neutral names, those of the profile, and derivatives of both."""

from __future__ import annotations

import re

from backtrace.errors import InputError, nearest, printable
from backtrace.network.quantity import LOSS, SHARED, Derivative, Key, Quantity, is_kept, is_whole, neutral
from backtrace.network.records import Network
from backtrace.notation.listing import FIXED, PER_SAMPLE, meaning, quantities
from backtrace.notation.loading import DEFAULT, load_profile
from backtrace.notation.parsing import Parser, plain
from backtrace.notation.profile import Profile
from backtrace.notation.spelling import Spelling
from backtrace.notation.structure import depends

LONGEST = 120
MOST_UPDATES = 99
CANDIDATE_CAP = 2000
SHOWN_CAP = 6
DIGITS = "0123456789"
MARKS = r"(?s)(?P<name>.*?)(?P<marks>(?:@\d+|\++|'+|_new)*)"
# The gate through which a part of a derivative comes back: dE/dw5[d7].
VIA = r"\[([A-Za-zΑ-ω][^\[\]/]*(?:\[\d+\][^\[\]/]*)?)\]$"
MARK = r"@\d+|\+|'|_new"
GIVEN = ("weight", "bias", "input", "target", "rate", "setting")
RUN = r"[^\s=*·−≈-]+"
# Where a run of characters cannot be one name any more: a sign between two operands, a second quotient.
GOES_ON = r"[+'](?=[\w.(√∂])|(?<=/)[^/]*(/)"
MOST_KEPT = 20_000


class UnknownName(InputError):
    """A name that means nothing in this network."""


class Names:
    """Reads names of one network under one profile; keep it when many names are to be read."""

    def __init__(self, network: Network, profile: Profile) -> None:
        self.network = network
        self.profile = profile
        self.spelling = Spelling(profile, network)
        self._parser = Parser(self.spelling)
        self._hinting = True
        self._looked_up: dict[str, Key | None] = {}

    def known(self, text: str) -> Key | None:
        """The same as `resolve`, None where that refuses; what was asked before is remembered."""
        if text not in self._looked_up:
            if len(self._looked_up) >= MOST_KEPT:
                self._looked_up.clear()
            self._hinting = False
            try:
                self._looked_up[text] = self.resolve(text)
            except InputError:
                self._looked_up[text] = None
            finally:
                self._hinting = True
        return self._looked_up[text]

    def resolve(self, text: str) -> Key:
        """The quantity or derivative that a name means.

        Raises InputError when there is none (with the nearest names), when it has two meanings (with both), when it
        needs a sample or names one that does not exist, or when it is a derivative along no dependence.
        """
        typed = text.strip()
        if not typed or len(typed) > LONGEST:
            raise InputError(f"'{printable(typed)}' is not a name", hint="backtrace names NETWORK lists the names")
        if "/" in typed:
            return self._derivative(typed)
        if typed.startswith("grad_"):
            return self._checked(LOSS, self._quantity(typed[5:]), typed)
        found = self._found(typed)
        if self.profile.derivative == "d_prefix" and typed.startswith(("d", "∂")) and not found:
            by = self._found(typed[1:])
            if by:
                target = self._chosen(typed[1:], by)
                return self._checked(LOSS._replace(updates=target.updates), target, typed)
        return self._chosen(typed, found)

    def parameter(self, text: str) -> Quantity:
        """The given number (weight, bias, input, target, rate) that a name means; anything computed is refused."""
        key = self.resolve(text)
        if isinstance(key, Derivative) or key.kind not in GIVEN or key.updates or is_whole(key):
            raise InputError(
                f"'{printable(text.strip())}' is computed and cannot be set",
                hint="given are weights, biases, inputs, targets and the learning rate, one number each",
            )
        return key

    def longest(self, text: str, position: int) -> int:
        """The length of the longest name that begins at a position of a formula, 0 when there is none.

        A `+` right after a name belongs to it only when no operand follows: `w5+ - 1` has w5 after the update, while
        `w5+b` is a sum.
        """
        run = re.compile(RUN).match(text, position, min(len(text), position + LONGEST))
        if not run or not (text[position].isalpha() or text[position] == "∂"):
            return 0
        stop = re.compile(GOES_ON).search(text, position, run.end())
        for end in range(run.end() if stop is None else stop.start(stop.lastindex or 0), position, -1):
            last = text[end - 1]
            if not (last.isalnum() or last in ")]}+'′⁺⁾") or (
                end < len(text) and last.isalnum() and text[end].isalnum() and text[end].isascii()
            ):
                continue
            if last in "+'" and re.match(r"\s*[\w.(\[√∂]", text[end:]):
                continue
            if self.known(text[position:end]) is not None:
                return end - position
        return 0

    def _derivative(self, typed: str) -> Key:
        through = re.search(VIA, typed)
        above, _, below = (part.strip() for part in typed[: through.start() if through else None].partition("/"))
        if above[:1] not in ("d", "∂") or below[:1] not in ("d", "∂") or "/" in below:
            raise InputError(
                f"'{printable(typed)}' is not a derivative", hint="a derivative is written dE/dw5 or ∂E/∂w5"
            )
        of, by = self._found(above[1:].strip()), self._found(below[1:].strip())
        # A sample named on one side only is meant on both; the loss stays the reduced one.
        marked = [q for q in (*of, *by) if q.sample]
        if marked:
            sample = marked[0].sample
            of = [
                q if q.sample or q.kind not in PER_SAMPLE or q.kind == "loss" else q._replace(sample=sample) for q in of
            ]
            by = [q if q.sample or q.kind not in PER_SAMPLE else q._replace(sample=sample) for q in by]
        found = self._checked(self._chosen(above[1:].strip(), of), self._chosen(below[1:].strip(), by), typed)
        if through is None:
            return found
        via = self._quantity(through[1])
        self._checked(via, found.by, typed)
        return found._replace(via=via)

    def _checked(self, of: Quantity, by: Quantity, typed: str) -> Derivative:
        shown = printable(typed)
        if of.updates != by.updates and by.kind not in FIXED:
            raise InputError(
                f"'{shown}' takes its two quantities from before and after an update",
                hint=f"write {self.spelling.ascii(Derivative(of._replace(updates=by.updates), by))}",
            )
        if not depends(of, by, self.network):
            a, b = self.spelling.ascii(of), self.spelling.ascii(by)
            hint = (
                f"d{b}/d{a} is the other way round"
                if depends(by, of, self.network)
                else "the first must lie downstream of the second"
            )
            raise InputError(f"'{shown}': {a} does not depend on {b}", hint=hint)
        return Derivative(of, by)

    def _quantity(self, typed: str) -> Quantity:
        return self._chosen(typed, self._found(typed))

    def _found(self, typed: str) -> list[Quantity]:
        """All meanings of a name that is not a derivative, with sample and updates put in where they were typed."""
        parts = re.fullmatch(MARKS, plain(typed))
        if parts is None:
            return []
        sample = updates = 0
        sampled = False
        for mark in re.findall(MARK, parts["marks"]):
            if mark.startswith("@"):
                sample, sampled = int(mark[1:9]), True
            else:
                updates += 1
        found = self._parser.meanings(parts["name"]) or self._default_meanings(parts["name"])
        if not found or updates > MOST_UPDATES:
            return []
        return [self._marked(q, sample if sampled else None, updates, typed) for q in found]

    def _default_meanings(self, name: str) -> list[Quantity]:
        """What a name that this profile does not have means under the default one: w1 is asked for under every book."""
        if self.profile.name == DEFAULT:
            return []
        return Parser(Spelling(load_profile(DEFAULT), self.network)).meanings(name)

    def _marked(self, q: Quantity, sample: int | None, updates: int, typed: str) -> Quantity:
        shown, count = printable(typed), self.network.samples
        slots = [slot.name for slot in self.network.optimizer.rule.slots]
        if updates and (q.kind in FIXED or (is_kept(q) and q.name not in slots)):
            raise InputError(
                f"'{shown}': {meaning(q, self.network, self.spelling.numbering)} is not changed by an update"
            )
        if sample is not None:
            if q.kind not in (*PER_SAMPLE, "wire") or is_whole(q):
                raise InputError(
                    f"'{shown}': {meaning(q, self.network, self.spelling.numbering)} does not belong to one sample"
                )
            if not 1 <= sample <= count:
                raise InputError(
                    f"'{shown}': there is no sample {sample}",
                    hint="there is one sample" if count == 1 else f"the samples are 1 to {count}",
                )
        return q._replace(sample=sample if sample is not None and count > 1 else 0, updates=updates)

    def _chosen(self, typed: str, found: list[Quantity]) -> Quantity:
        shown = printable(typed)
        if not found:
            raise UnknownName(
                f"there is no quantity '{shown}' in this network", hint=self._nearest(typed) if self._hinting else ""
            )
        if len(found) > 1:
            raise self._ambiguous(shown, found)
        q = found[0]
        if self.network.samples > 1 and not q.sample and q.kind in PER_SAMPLE and q.kind != "loss" and not is_whole(q):
            name = self.spelling.ascii(q)
            raise InputError(
                f"'{shown}' has a value for each of the {self.network.samples} samples",
                hint=f"say which: {name}@1 … {name}@{self.network.samples}",
            )
        return q

    def _ambiguous(self, shown: str, found: list[Quantity]) -> InputError:
        names = [f"{neutral(q)} ({meaning(q, self.network, self.spelling.numbering)})" for q in found[:SHOWN_CAP]]
        if all(q.kind == "bias" and q.unit not in (0, SHARED) for q in found):
            names = [
                f"{self.spelling.ascii(q)} ({meaning(q, self.network, self.spelling.numbering)})"
                for q in found[:SHOWN_CAP]
            ]
            what = f"'{shown}' could be any bias of layer {found[0].layer}, which has one per unit"
        else:
            what = f"'{shown}' has {'two' if len(found) == 2 else len(found)} meanings"
        more = f" and {len(found) - SHOWN_CAP} more" if len(found) > SHOWN_CAP else ""
        return InputError(what, hint="it could be " + (" or " if len(names) == 2 else ", ").join(names) + more)

    def _nearest(self, typed: str) -> str:
        """The closest names, of the profile and neutral; of a large network only the first ones are looked at."""
        from itertools import islice

        candidates: dict[str, None] = {}
        for q in islice(quantities(self.network), CANDIDATE_CAP):
            candidates[self.spelling.ascii(q)] = None
            candidates[neutral(q)] = None
        name = plain(typed)
        hint = nearest(name, candidates)
        if hint.startswith("did"):
            return hint
        alike = [other for other in candidates if other.rstrip(DIGITS) == name.rstrip(DIGITS)]
        return f"there is {alike[0]} to {alike[-1]}" if alike else "backtrace names NETWORK lists the names"


def resolve(text: str, network: Network, profile: Profile) -> Key:
    """The key that a typed name means; see `Names.resolve`."""
    return Names(network, profile).resolve(text)


def parameter(text: str, network: Network, profile: Profile | None = None) -> Quantity:
    """The given number that a typed name means, by default under mazur; see `Names.parameter`."""
    if profile is None:
        from backtrace.notation.loading import load_profile

        profile = load_profile()
    return Names(network, profile).parameter(text)
