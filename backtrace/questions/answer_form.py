"""What goes with a sheet as plain text: the form that answers are written into, and a network's numbers for checking
one's own work."""

from __future__ import annotations

from collections.abc import Sequence

from backtrace.engine.structure import alike
from backtrace.expression.kept import Kept, Same
from backtrace.network.quantity import Key, neutral
from backtrace.network.records import Network
from backtrace.notation.profile import Profile
from backtrace.notation.subject import spelling
from backtrace.questions.joining import joint, one_network
from backtrace.questions.keys import key_asked, spelt
from backtrace.questions.labels import Exercise, Labelled, asked_together, labelled
from backtrace.questions.records import Choice, Essay, Say, Shape
from backtrace.questions.words import Language


def answer_form(title: str, form: str, exercises: Sequence[Exercise], language: Language, profile: Profile) -> str:
    """The form id, then a line for every part in order: `1a =`, `2c out_h1 =`. What is written on paper is a remark."""
    parts = labelled(exercises)
    lines = [f"# {title}"] if title else []
    lines += [f"# {words(language, 'sheet_form_how')}"]
    if any(isinstance(one.part.answer, Choice) for one in parts):
        lines.append(f"# {words(language, 'sheet_form_choice')}")
    if any(isinstance(one.part.answer, Shape) for one in parts):
        lines.append(f"# {words(language, 'sheet_form_shape')}")
    lines += ["", f"form = {form}", ""]
    names: dict[int, dict[Key, str]] = {}
    for one in parts:
        if isinstance(one.part.answer, Essay):
            lines.append(f"# {one.label}: {words(language, 'sheet_on_paper')}")
        else:
            network = one.instance.network
            known = names.get(id(network))
            if known is None:
                known = names[id(network)] = names_on_forms(network, profile)
            lines.append(" ".join([word for word in (one.label, name_on_form(one, profile, known), "=") if word]))
    return "\n".join(lines) + "\n"


_names: Kept[dict[Key, str]] = Kept()


def names_on_forms(network: Network | None, profile: Profile) -> dict[Key, str]:
    """The names written so far for networks alike."""
    place = (Same(profile), network and alike(network))
    found = _names.get(place)
    return _names.keep(place, {}) if found is None else found


def name_on_form(one: Labelled, profile: Profile, known: dict[Key, str]) -> str:
    """The name of what is asked for, as it is typed in this notation; empty where it has none. known: names of the
    same network."""
    key = key_asked(one)
    if key is None:
        return ""
    if key not in known:
        network = one.instance.network
        name = spelling(profile, network).ascii(key) if network is not None else neutral(key)
        # What a notation writes with blanks or an equals sign would divide the line at the wrong place.
        known[key] = name if not set(name) & set(" =\t#") else neutral(key)
    return known[key]


def given_files(form: str, exercises: Sequence[Exercise], language: Language) -> list[tuple[str, str]]:
    """(name, text) of files for `backtrace check NETWORK WORK --given FILE`: one for each network of the sheet."""
    found: list[tuple[str, str]] = []
    seen: list[Network] = []
    for number, group in enumerate(asked_together(exercises), 1):
        network = joint(group).network
        if network is None or not network.numeric or any(one_network([one, network]) == one for one in seen):
            continue
        seen.append(network)
        name = f"given-{form}.txt" if not found else f"given-{form}-{number}.txt"
        found.append((name, given_text(network, number, name, language)))
    return found


def given_text(network: Network, number: int, file: str, language: Language) -> str:
    """Every number of the network as a line `name = value`, in the names that hold under every notation."""
    from backtrace.engine.scalar import numbers_of

    sizes = "-".join(str(network.size(n)) for n in range(len(network.layers) + 1))
    shorthand = f"{sizes}:{','.join(layer.activation.name for layer in network.layers)}"
    lines = [f"# {words(language, 'sheet_given', str(number))}"]
    lines += [f"# backtrace check {shorthand} {words(language, 'sheet_work_file')} --given {file}"]
    if network.loss.name != "half_squared_error":
        lines.append(f"loss = {network.loss.name}")
    lines += [f"layer{n}.shared_bias = true" for n, layer in enumerate(network.layers, 1) if layer.shared_bias]
    lines += [f"{neutral(key)} = {spelt(value)}" for key, value in numbers_of(network).items()]
    if network.optimizer.learning_rate is not None:
        lines.append(f"learning_rate = {spelt(network.optimizer.learning_rate)}")
    return "\n".join(lines) + "\n"


def words(language: Language, key: str, *args: str) -> str:
    """A sentence without formulas."""
    return "".join(str(run) for run in language.say(Say(key, args)))
