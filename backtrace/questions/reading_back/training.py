"""Updates of all parameters, by the rule that the sheet states: gradient descent, momentum in two forms, Adam."""

from __future__ import annotations

import re

from backtrace.errors import InputError
from backtrace.questions.reading_back.mathematics import value_of
from backtrace.questions.reading_back.networks import Net, net_of
from backtrace.questions.reading_back.sheets import Exercise

RULES = ("rule_momentum_accumulate", "rule_momentum_velocity", "rule_adam")
MEMORY = r"(Delta|v|m|vhat|mhat)(P*)_(w\d+)"


class Trained:
    """The network after none, one, two … updates, and what the rule remembers of each parameter."""

    def __init__(self, exercise: Exercise) -> None:
        self.steps = [net_of(exercise)]
        self.memory: list[dict[str, float]] = [{}]
        self.rounded: dict[int, Net] = {}
        rule = next((one for one in exercise.said if one.key in RULES), None)
        self.rule = rule.key if rule else ""
        self.settings = [value_of(text) for text in rule.args] if rule else []

    def net(self, updates: int) -> Net:
        """The network after so many updates."""
        while len(self.steps) <= updates:
            self._update()
        return self.steps[updates]

    def _update(self) -> None:
        net, old, new = self.steps[-1], self.memory[-1], dict[str, float]()
        numbers = dict(net.numbers)
        for name in net.parameters:
            if not (net.biases_kept and name.startswith("b")):
                g = net[f"slope_E_by_{name}"].real
                numbers[name] -= numbers["eta"] * self._step(name, g, old, new)
        self.steps.append(Net(net.structure, numbers, net.biases_kept))
        self.memory.append(new)

    def _step(self, name: str, g: float, old: dict[str, float], new: dict[str, float]) -> float:
        """What the rate is multiplied by. Momentum: Polyak 1964, Sutskever and others 2013; Adam: Kingma and Ba
        2015."""
        eta = self.steps[0].numbers["eta"].real
        if self.rule == "rule_momentum_accumulate":
            new[f"Delta {name}"] = g + self.settings[0] * old.get(f"Delta {name}", 0.0)
            return new[f"Delta {name}"]
        if self.rule == "rule_momentum_velocity":
            new[f"v {name}"] = self.settings[0] * old.get(f"v {name}", 0.0) - eta * g
            return -new[f"v {name}"] / eta
        if self.rule == "rule_adam":
            beta1, beta2, epsilon = self.settings
            time = len(self.steps)
            new[f"m {name}"] = beta1 * old.get(f"m {name}", 0.0) + (1 - beta1) * g
            new[f"v {name}"] = beta2 * old.get(f"v {name}", 0.0) + (1 - beta2) * g * g
            new[f"mhat {name}"] = new[f"m {name}"] / (1 - beta1**time)
            new[f"vhat {name}"] = new[f"v {name}"] / (1 - beta2**time)
            root: float = new[f"vhat {name}"] ** 0.5
            return new[f"mhat {name}"] / (root + epsilon)
        return g

    def by_hand(self, name: str, digits: int) -> float | None:
        """A net, an output or the loss with every line before it rounded; None for what is not of the forward pass."""
        if not re.match(r"(net|out|E)(_|$)", name):
            return None
        if digits not in self.rounded:
            self.rounded[digits] = Net(self.steps[0].structure, self.steps[0].numbers, digits=digits)
        return self.rounded[digits][name].real

    def value(self, name: str) -> float:
        """The number of a quantity by its name: out_h1, slope_E_by_w5, w5PP, EP, slope_EP_by_w5P, mP_w1, mhat_w1."""
        kept = re.fullmatch(MEMORY, name)
        if kept:
            slot, marks, parameter = kept.groups()
            # What is corrected has no older value: without a mark it is that of the first update.
            updates = len(marks) + slot.endswith("hat")
            self.net(updates)
            if f"{slot} {parameter}" not in self.memory[updates]:
                raise InputError(f"{name} is not read")
            return self.memory[updates][f"{slot} {parameter}"]
        updates = max(len(marks) for marks in re.findall(r"(?<=[a-z0-9E])(P*)(?=_by_|_at|$)", name))
        return self.net(updates)[re.sub(r"P+(?=_by_|_at|$)", "", name)].real
