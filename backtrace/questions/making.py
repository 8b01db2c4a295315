"""What the kinds of the training step have in common: the settings, the network, and parts that ask for numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from backtrace.engine.structure import structure_of
from backtrace.errors import InputError, nearest, printable
from backtrace.expression.kept import Hashed, for_the_last
from backtrace.expression.tree import Expr, add, number, replace, symbol
from backtrace.network.activations import ACTIVATIONS as ACTIVATION_NAMES
from backtrace.network.quantity import LOSS, Derivative, Key, Quantity
from backtrace.network.records import Layer, Network, Optimizer
from backtrace.questions.answers import Sheet, Slips
from backtrace.questions.notes import note_of, noted
from backtrace.questions.records import Derived, Given, Instance, Numeric, Part, Say, Setting
from backtrace.questions.sampling import TASTES, Fault, network_for, refuse_unusable, shaped, tried
from backtrace.questions.seeds import Draws

ACTIVATIONS = ("sigmoid", "tanh", "relu", "identity")
# Activations whose names are words of a language.
WORDED = ("identity", "step", "sign")
DIGITS = Setting("digits", 0, "significant digits asked for, 1 to 6; 0: 3 at level 1, 4 above", tuple(range(7)))
NETWORK = Setting("network", "", "a shorthand, a built-in or a file; numbers are drawn where it has none")
ACTIVATION = Setting("activation", "sigmoid", "of the hidden layers", ACTIVATIONS)
OUTPUT = Setting("output", "", "activation of the last layer; the same as the others when empty", ("", *ACTIVATIONS))
SMALL = Setting("small", False, "answers below 0.001 are allowed", (False, True))
RATE = Setting("learning_rate", "", "drawn when empty")
# After a smaller step the loss is the same to six digits in whatever order the layers were updated.
LARGE_RATES = ("0.2", "0.5")
# How the pages mark what belongs to one of several samples.
SAMPLE_SIGN = Say("sample_sign", (Quantity("input", 0, 1, sample=2),))
STEP_SETTINGS = (NETWORK, ACTIVATION, OUTPUT, DIGITS, SMALL, RATE)


def read_settings(settings: Mapping[str, object], known: Sequence[Setting]) -> dict[str, object]:
    """The settings with the defaults of those that nobody gave; raises InputError for an unknown name or value."""
    found = {one.name: one.default for one in known}
    for name, value in settings.items():
        one = next((one for one in known if one.name == name), None)
        if one is None:
            raise InputError(
                f"there is no setting '{printable(name)}' here", hint=nearest(name, [k.name for k in known])
            )
        found[name] = _as_meant(one, value)
    return found


def _as_meant(setting: Setting, value: object) -> object:
    """A value as its setting takes it; text from a command line becomes a number or yes and no."""
    if isinstance(value, Network):
        return value
    default = setting.default
    if isinstance(value, str) and isinstance(default, bool) and value in ("true", "false"):
        value = value == "true"
    elif isinstance(value, str) and isinstance(default, int) and value.isascii() and value.isdigit() and len(value) < 9:
        value = int(value)
    elif isinstance(value, float | int) and not isinstance(value, bool) and isinstance(default, str):
        value = str(getattr(value, "text", value))
    if type(value) is not type(default):
        raise InputError(f"{setting.name} cannot be '{printable(str(value))}'", hint=f"it is {setting.meaning}")
    if setting is RATE and value:
        from backtrace.network.fields import typed

        if not typed(str(value)) > 0:
            raise InputError(
                f"learning_rate cannot be {printable(str(value))}", hint="a step downhill needs one above 0"
            )
    if setting.choices and value not in setting.choices:
        names = [str(one).lower() for one in setting.choices if one != ""]
        raise InputError(f"{setting.name} cannot be '{printable(str(value))}'", hint="there is: " + ", ".join(names))
    return value


class Asked(NamedTuple):
    """One number asked for: the quantity, the sentence, what to derive for the full key (nothing: the quantity
    itself), in which view and update; name: the quantity as it stands before the answer, if
    it is another."""

    key: Key
    say: Say
    derive: tuple[Key, ...] | None = None
    view: str = "chain"
    step: int = 1
    share: float = 1.0
    name: Key | None = None


class Questions(tuple[Asked, ...]):
    """What is asked about a network. keys: the quantities; names: of the parts in notes; derived: what the full key
    derives for each part."""

    def __init__(self, _: Iterable[Asked]) -> None:
        self.keys = Hashed([asked.key for asked in self])
        self.names = [noted(asked.name or asked.key) for asked in self]
        self.derived = [(asked.key,) if asked.derive is None else asked.derive for asked in self]

    def parts(self, answers: Sequence[Numeric], network: Network, loss: bool) -> tuple[Part, ...]:
        """The parts with these answers."""
        new = tuple.__new__  # what a NamedTuple is made by, without a call of Python that fills in what is left out
        return tuple(
            [
                new(Part, (say, answer, name or key, (new(Derived, (network, derived, view, step, loss)),), share, ()))
                for (key, say, _, view, step, share, name), derived, answer in zip(
                    self, self.derived, answers, strict=True
                )
            ]
        )


class Drawn(NamedTuple):
    """A network with its numbers, and what is asked about it. steps: how many updates; loss: whether the exercise
    needs the loss and the targets; among: all quantities of such networks that might have been asked for, where those
    asked are drawn from more."""

    network: Network
    asked: Sequence[Asked]
    steps: int = 1
    loss: bool = True
    among: tuple[Key, ...] = ()


def asked_always(network: Network, kind: str, asked: Callable[[], Iterable[Asked]]) -> Questions:
    """What a kind asks about all networks alike."""
    return structure_of(network).kept(("asked", kind), lambda: Questions(asked()))


def of_all_weights(network: Network, *others: Key) -> tuple[Key, ...]:
    """These quantities, and the gradient and the new value of every weight: what may be asked for."""

    def found() -> tuple[Key, ...]:
        weights = [p for p in network.parameters() if p.kind == "weight"]
        return Hashed((*others, *(Derivative(LOSS, p) for p in weights), *(p._replace(updates=1) for p in weights)))

    return structure_of(network).kept(("of all weights", others), found)


def delta_asked(network: Network, layer: int, unit: int, sample: int = 0) -> Asked:
    """The delta of a unit, asked for as ∂E/∂net: the sign of δ is the book's affair."""
    net = Quantity("net", layer, unit, sample=sample)
    name = Derivative(Quantity("loss", sample=sample), net)
    return Asked(net._replace(kind="delta"), Say("compute_delta", (name,)), (name,), name=name)


def shape_of(
    settings: Mapping[str, object], sizes: Sequence[int], loss: str = "half_squared_error", output: str = ""
) -> Network:
    """The network that the settings name, else one of these sizes without numbers."""
    wanted = settings.get("network", "")
    if isinstance(wanted, Network):
        return wanted
    if wanted:
        from backtrace.network.finding import load

        return load(str(wanted))
    hidden = str(settings.get("activation", "sigmoid"))
    last = str(settings.get("output", "")) or output or hidden
    return shaped(sizes, [hidden] * (len(sizes) - 2) + [last], loss)


def drawn_network(
    draw: Draws,
    level: int,
    settings: Mapping[str, object],
    shape: Network,
    samples: int = 1,
    optimizer: Optimizer | None = None,
    updated: bool = False,
    rates: Sequence[str] = (),
) -> Network:
    """The network with numbers; the learning rate is that of the settings where it is given. updated: whether one is
    needed; rates: those that it is drawn from, where not all will do."""
    rate = str(settings.get("learning_rate", "")) if updated else "-"
    if shape.numeric and rate == "-" and optimizer is None:
        return _as_given(shape)
    return network_for(draw, level, shape, samples, rate, optimizer, rates)


@for_the_last
def _as_given(network: Network) -> Network:
    """A network whose numbers are all given, without a learning rate: for all exercises about it the very same one."""
    refuse_unusable(network)
    return network._replace(optimizer=network.optimizer._replace(learning_rate=None))


def ask_numbers(
    kind: str,
    draw: Draws,
    level: int,
    settings: Mapping[str, object],
    draws: Callable[[], Drawn],
    slips: Slips,
) -> Instance:
    """An exercise that gives a network and asks for numbers; it is drawn anew where an answer cannot be told from a
    mistake's, at most 20 times. Raises InputError at once where nothing is drawn, so that all draws would be alike."""
    digits = int(str(settings.get("digits", 0))) or TASTES[level].digits
    small = bool(settings.get("small", False))
    before: list[tuple[Drawn, object, Fault]] = []

    def make() -> Instance:
        drawn = draws()
        if before and before[-1][0] == drawn and before[-1][1] == draw.getstate():
            raise InputError(
                f"no numbers were found for this exercise: its network gives them all, and {before[-1][2]}",
                hint="another network may do; small = true allows small answers",
            )
        asked = drawn.asked if isinstance(drawn.asked, Questions) else Questions(drawn.asked)
        try:
            sheet = Sheet(drawn.network, digits, slips, drawn.steps, small, keys=drawn.among or asked.keys)
            answers = sheet.numerics(asked.keys)
        except Fault as fault:
            before[:] = [(drawn, draw.getstate(), fault)]
            raise
        parts, given = asked.parts(answers, drawn.network, drawn.loss), network_given(drawn.network, drawn.loss)
        return finished(kind, level, drawn.network, parts, settings, given, names=asked.names)

    return tried(make)


def finished(
    kind: str,
    level: int,
    network: Network | None,
    parts: tuple[Part, ...],
    settings: Mapping[str, object],
    given: tuple[Given, ...] | None = None,
    extra: Sequence[object] = (),
    names: Sequence[str] = (),
) -> Instance:
    """The exercise with what is given above its parts, and its note."""
    if given is None:
        given = network_given(network) if network is not None else ()
    kept = {name: value for name, value in settings.items() if not isinstance(value, Network)}
    note = note_of(kind, network, extra, parts, names)
    return Instance(kind, level, "", Say(title_key(kind)), given, parts, network, kept, note)


def title_key(kind: str) -> str:
    """The sentence key of a kind's title."""
    return f"{kind.replace('-', '_')}_title"


def network_given(network: Network, loss: bool = True) -> tuple[Given, ...]:
    """A network in words, as a drawing, and with its numbers; without the loss there are no targets either."""
    found = [*described(network, loss), Given(diagram=network)]
    if network.inputs is not None:
        found.append(Given(numbers=network if loss else network._replace(targets=None)))
    return tuple(found)


def described(network: Network, loss: bool = True) -> list[Given]:
    """What a reader has to know beside the numbers: layers, activations, the loss, how updates go."""

    def made() -> list[Given]:
        return [Given(say=said) for said in _described(network, loss)]

    return structure_of(network).kept(("described", loss), made)


def _described(network: Network, loss: bool) -> list[Say]:
    depth = len(network.layers)
    sample = 1 if network.samples > 1 else 0
    said = [Say("network_inputs", (network.input_size, depth))]
    for index, layer in enumerate(network.layers, 1):
        where = "network_output" if index == depth else "network_hidden"
        if layer.activation.formula is None:
            said.append(Say(f"{where}_softmax", (index, layer.units)))
        else:
            out = Quantity("out", index, 1, sample=sample)
            formula = replace(layer.activation.formula, lambda key, out=out: symbol(out._replace(kind="net")))  # type: ignore[misc]
            said.append(_activated(where, index, layer, out, formula))
        if not layer.has_bias:
            said.append(Say("network_no_bias", (index,)))
        elif layer.shared_bias:
            said.append(Say("network_shared_bias", (index,)))
    if loss:
        of_sample = Quantity("loss", sample=sample)
        said.append(Say("loss_of_sample_is" if sample else "loss_is", (of_sample, loss_formula(network))))
        if sample:
            said.append(Say(f"samples_{network.reduction}", (network.samples,)))
    if sample:
        said.append(SAMPLE_SIGN)
    if network.optimizer.has_rate:
        said += _rule(network.optimizer)
    return said


def _activated(where: str, index: int, layer: Layer, out: Quantity, formula: Expr) -> Say:
    """A layer and its activation, by name where it has one."""
    name = layer.activation.name
    if name not in ACTIVATION_NAMES:
        return Say(f"{where}_formula", (index, layer.units, out, formula))
    called = Say(f"activation_{name}") if name in WORDED else name
    return Say(where, (index, layer.units, called, out, formula))


def _rule(optimizer: Optimizer) -> list[Say]:
    """How parameters are updated, in words."""
    kept = [] if optimizer.update_biases else [Say("biases_kept")]
    if optimizer.type == "momentum":
        return [Say(f"rule_momentum_{optimizer.value('form')}", (optimizer.number("momentum") or 0.0,)), *kept]
    if optimizer.type == "adam":
        settings = tuple(optimizer.number(name) or 0.0 for name in ("beta1", "beta2", "epsilon"))
        return [Say("rule_adam", settings), *kept]
    return kept


def loss_formula(network: Network) -> Expr:
    """The loss of a sample in targets and outputs, in one formula."""
    depth, outputs = len(network.layers), network.layers[-1].units
    sample = 1 if network.samples > 1 else 0
    terms = []
    for k in range(1, outputs + 1):
        put = {
            "t": symbol(Quantity("target", 0, k, sample=sample)),
            "y": symbol(Quantity("out", depth, k, sample=sample)),
            "m": number(outputs),
        }
        terms.append(replace(network.loss.term, partial(_put, put)))
    return add(*terms)


def _put(put: Mapping[str, Expr], key: object) -> Expr | None:
    return put.get(str(key))


def samples(instance: Instance) -> list[tuple[str, str, str, str]]:
    """For each part that asks for a number, a shape, a choice or a formula: a right answer, one in disguise, a wrong
    and a malformed one."""
    return [sample(part) for part in instance.parts]


def sample(part: Part) -> tuple[str, str, str, str]:
    """The four answers of one part."""
    from backtrace.expression.rounding import rounded
    from backtrace.questions.records import Choice, Formula, Shape, Whole

    answer = part.answer
    if isinstance(answer, Numeric):
        right = rounded(answer.value, answer.digits)
        wrong = answer.wrong[0].value if answer.wrong else answer.high + abs(answer.value)
        return f"{right!r}", f"{right:.12e}", f"{wrong!r}", "1.2.3"
    if isinstance(answer, Whole):
        return str(answer.value), f"{answer.value}.0", str(answer.value + 1), "three"
    if isinstance(answer, Shape):
        a = answer.dims
        return "x".join(map(str, a)), " × ".join(map(str, a)), "x".join(map(str, (a[0] + 1, *a[1:]))), "x"
    if isinstance(answer, Choice):
        letters = answer.letters
        right_set = letters.split()
        others = [chr(ord("A") + n) for n in range(len(answer.options))]
        wrong_set = [one for one in others if one not in right_set]
        return letters, letters.lower().replace(" ", ", "), " ".join(wrong_set or ["Z"]), "?"
    if isinstance(answer, Formula):
        from backtrace.render.neutral import NeutralSpelling
        from backtrace.render.text import TextWriter

        text = TextWriter(NeutralSpelling(), True, False, boxed=False).write(answer.expr)
        return text, f"1*({text})", f"2*({text})", f"({text}"
    return "", "", "", ""
