"""Every English sentence that stands on a page, keyed by the short names that derivations use.

`{1}` is the first argument, `{#1}` the same number in words, `{1|route|routes}` a noun that agrees with it, `{network}`
what to type to get this network. A key of a quantity is spelt by the notation, text is escaped for the page;
nothing else is ever put in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from backtrace.errors import InternalFault
from backtrace.expression.tree import Expr
from backtrace.network.quantity import Derivative, Key, Quantity

WORDS = {
    "how_does_change": "How does {1} change with {2}?",
    "from_forward": "From the forward pass (all of it: backtrace trace {network})",
    "reaches_by_routes": "{1} reaches {2} by {#3} {3|route|routes}, so what comes back along them is added:",
    "through": "through {1}:",
    "through_known": "through {1}, the first {#2} factors known from {3}:",
    "through_known_above": "through {1}, the first {#2} factors known from above:",
    "goes_on_to": "{1} goes on to {#2} places, so what comes back from them is added:",
    "together": "together:",
    "forward_pass": "Forward pass",
    "backward_pass": "Backward pass, layer {1}",
    "update": "Update",
    "loss_after": "The loss after the update",
    "path": "route {1}:",
    "factored": "factored:",
    "route_count": "{1} reaches {2} by {#3} {3|route|routes}:",
    "sum_by_chain": "the whole sum, each shared factor computed once:",
    "sample": "sample {1}:",
    "bias_kept": "The biases are not updated here (update_biases = false).",
    "biases_kept": "The biases are not updated (update_biases = false).",
    "no_rate": "No learning rate is given, so nothing is updated (--set learning_rate=0.5 gives one).",
    "no_loss_after": "After this update the loss has no value: {1}.",
    "own_losses": "∂{1}/∂out and δ are of each sample's own loss; the mean is taken where gradients are formed.",
    "closed_form": "Everything put in",
    "output_first": "Order output_first, a common slip: a layer is updated before anything is passed back through "
    "it, so that the weights passed through are already the new ones.",
    "softmax_matrix": "Each output of softmax depends on every net of its sample, so its whole Jacobian goes in:",
    "tied": "Layer {1} uses the weights of layer {2}; their gradient is collected there.",
    "gate_by_gate": "Backward, gate by gate: what comes from above × local = what goes down",
    "paths_left_out": "{1} of {2} routes are shown.",
    "relu_at_zero": "{1} is exactly 0, where relu has a corner: relu′(0) is taken as 0.",
    "absolute_error_at_zero": "The output equals its target, where the absolute error has a corner: slope 0 is taken.",
    "leaky_relu_at_zero": "{1} is exactly 0, where leaky_relu has a corner: its slope is taken as 0.01 there.",
    "elu_at_zero": "{1} is exactly 0, where the two pieces of elu meet: both have the slope 1.",
    "hinge_at_corner": "Target times output is exactly 1, where the hinge loss has a corner: slope 0 is taken.",
    "huber_at_corner": "The output is exactly 1 off its target, where the two pieces of the huber loss meet.",
    "terms_left_out": "{1} of {2} terms are shown.",
    "derived_by_rules": "by the rules of calculus, line by line:",
    "more_routes": "{1} more {1|route|routes}",
    "made_numbers": "Made numbers: {1}.",
    "digits": "{1} digits, full precision carried; a factor shows more where the result needs it.",
    "decimals": "{1} decimals, full precision carried; a factor shows more where the result needs it.",
    "digits_rounded": "{1} digits; every line is rounded before the next one uses it.",
    "decimals_rounded": "{1} decimals; every line is rounded before the next one uses it.",
    "hint_calculus": "why each factor: --detail calculus    shorter: --view delta    drawn: --view gates",
    "hint_notation": "your book's letters: --notation nielsen    your own numbers: --set {1}",
    "hint_names": "what may I ask for: backtrace names {network}",
}
COUNTED = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
SLOT = r"\{(#?)(\w+)(?:\|(\w+)\|(\w+))?\}"

Argument = Key | Expr | str | int | float


def say(
    key: str,
    args: Sequence[Argument],
    spell: Callable[[Any], str],
    escape: Callable[[str], str] = str,
    named: Mapping[str, str] | None = None,
    table: Mapping[str, str] = WORDS,
) -> str:
    """The sentence, its fixed words and its arguments escaped for the page; InternalFault for a key without words.

    spell: writes a key, and where sentences hold formulas (an Expr) those too.
    """
    if key not in table:
        raise InternalFault(f"there are no words for '{key}'")
    words, parts, position = table[key], [], 0
    for slot in re.finditer(SLOT, words):
        parts.append(escape(words[position : slot.start()]))
        parts.append(shown(slot, args, spell, escape, named or {}))
        position = slot.end()
    return "".join([*parts, escape(words[position:])])


def shown(
    slot: re.Match[str],
    args: Sequence[Argument],
    spell: Callable[[Any], str],
    escape: Callable[[str], str],
    named: Mapping[str, str],
) -> str:
    """What one slot of a sentence is filled with."""
    counted, name, one, many = slot.groups()
    if not name.isdigit():
        return escape(named.get(name, ""))
    if int(name) > len(args):
        raise InternalFault(f"the sentence needs an argument {name}: {slot.string}")
    value = args[int(name) - 1]
    if one:
        return escape(one if value == 1 else many)
    if isinstance(value, Quantity | Derivative | Expr):
        return spell(value)
    if counted and isinstance(value, int) and value < len(COUNTED):
        return COUNTED[value]
    return escape(str(value))
