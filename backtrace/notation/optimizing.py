"""How the quantities of an optimizer are written: its settings, the count of updates, and what it keeps of a parameter.

A slot is its letter with the parameter as index, `m_w5`; one that is a change of the parameter stands before it, `Δw5`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from backtrace.network.optimizers import OPTIMIZERS, Setting, Slot
from backtrace.network.quantity import COUNT, FACTOR, NORM, SCHEDULED, Key, Quantity, is_kept, kept_of
from backtrace.network.records import Network
from backtrace.notation.profile import Profile
from backtrace.notation.symbols import MARKS, Symbol, letter_forms

CLIPPED = Slot("g", "g", "the clipped gradient")
# What takes over where the letter of a setting is that of the learning rate.
SECOND_CHOICE: Mapping[str, str] = {"momentum": "α", "epsilon": "δ"}


class Written(NamedTuple):
    """A letter in its three forms, to which the parameter is added."""

    text: str
    ascii: str
    latex: str
    prefix: bool


def setting_named(name: str) -> Setting | None:
    """The setting of a name, whichever optimizer has it."""
    return next((s for kind in OPTIMIZERS.values() for s in kind.settings if s.name == name and s.letter), None)


def slot_named(name: str) -> Slot:
    """The slot, or part of a rule, of a name, whichever optimizer has it."""
    rules = (rule for kind in OPTIMIZERS.values() for rule in kind.rules)
    every = (slot for rule in rules for slot in (*rule.slots, *rule.parts))
    return next((slot for slot in every if slot.name == name), CLIPPED)


def written(slot: Slot) -> Written:
    """The forms of a slot's letter."""
    forms = letter_forms(slot.letter) or (slot.letter, slot.letter)
    return Written(slot.letter, slot.name, forms[1], slot.prefix)


def optimizer_symbol(q: Quantity, profile: Profile) -> Symbol | None:
    """The symbol of a setting, of the rate of this update, of the count or of the clipping factor; None for others."""
    mark = "prime" if profile.updated == "prime" else "plus"
    rate = profile.patterns["rate"]
    if q.kind == "scheduled":
        return Symbol(rate.letter, rate.glyph, sub=("t",))
    if q.kind == "count":
        return Symbol("t", updates=q.updates, mark=mark)
    if q.kind == "factor":
        return Symbol("factor", "upright")
    setting = setting_named(q.name) if q.kind == "setting" else None
    if setting is None:
        return Symbol(q.name, "upright") if q.kind == "setting" else None
    letter = setting.letter
    if letter == rate.letter and setting.name in SECOND_CHOICE:
        letter = SECOND_CHOICE[setting.name]
    return Symbol(letter, sub=(setting.subscript,) if setting.subscript else ())


def marks(q: Quantity, profile: Profile, form: int) -> str:
    """The marks of an updated slot, in text (0), ASCII (1) or LaTeX (2)."""
    return MARKS["prime" if profile.updated == "prime" else "plus"][form] * q.updates


def kept_text(q: Quantity, profile: Profile, parameter: str) -> str:
    """A slot in Unicode."""
    letter = written(slot_named(q.name))
    return f"{letter.text}{'' if letter.prefix else '_'}{parameter}{marks(q, profile, 0)}"


def kept_ascii(q: Quantity, profile: Profile, parameter: str) -> str:
    """A slot as it can be typed."""
    return f"{written(slot_named(q.name)).ascii}_{parameter}{marks(q, profile, 1)}"


def kept_latex(q: Quantity, profile: Profile, parameter: str) -> str:
    """A slot in LaTeX."""
    letter, raised = written(slot_named(q.name)), marks(q, profile, 2)
    above = f"^{{{raised}}}" if raised else ""
    if letter.prefix:
        return rf"({letter.latex} {parameter}){above}" if above else f"{letter.latex} {parameter}"
    return f"{letter.latex}{above}_{{{parameter}}}"


def optimizer_quantities(network: Network) -> Iterator[Quantity]:
    """What an optimizer adds to the quantities of a network."""
    yield from settled_quantities(network)
    biases = network.optimizer.update_biases
    for slot in kept_slots(network):
        yield from (kept_of(p, slot.name) for p in network.parameters() if biases or p.kind != "bias")


def settled_quantities(network: Network) -> Iterator[Quantity]:
    """Those that belong to no parameter: settings, the rate of this update, the count, what clipping works out."""
    optimizer = network.optimizer
    for setting in optimizer.kind.settings:
        if setting.letter and optimizer.value(setting.name) is not None:
            yield Quantity("setting", name=setting.name)
    if optimizer.schedule:
        yield SCHEDULED
    if optimizer.schedule or optimizer.rule.counts:
        yield COUNT
    if optimizer.value("clip_norm") is not None:
        yield from (NORM, FACTOR)


def beginnings(slot: Slot) -> tuple[str, ...]:
    """How the name of a slot may begin when it is typed; what follows is the name of the parameter."""
    forms = letter_forms(slot.letter)
    letters = dict.fromkeys((slot.name, *(forms[:1] if forms else ()), slot.letter))
    joined = tuple(letters) if slot.prefix else ()
    return (*(f"{letter}_" for letter in letters), *joined)


def kept_slots(network: Network) -> tuple[Slot, ...]:
    """What is kept of each parameter, or worked out for it on the way."""
    optimizer = network.optimizer
    return (*((CLIPPED,) if optimizer.clips else ()), *optimizer.rule.slots, *optimizer.rule.parts)


def meaning(q: Quantity, of: str = "") -> str:
    """What such a quantity is, in words; of: the meaning of the parameter of a slot."""
    if is_kept(q):
        return f"{slot_named(q.name).says}, of {of}"
    if q.kind == "setting":
        setting = setting_named(q.name)
        return f"the setting {q.name}" + (f": {setting.says}" if setting else "")
    words: Mapping[Key, str] = {
        SCHEDULED: "the learning rate of this update",
        COUNT: "the updates done before this one",
        NORM: "the norm of all gradients together",
        FACTOR: "what clipping multiplies each gradient by",
    }
    return words[q._replace(updates=0)]
