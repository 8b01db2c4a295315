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
    "from_later_forward": "From the forward pass (of this update)",
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
    "counted": "t counts the updates done before this one.",
    "gradients_elsewhere": "All gradients together (backtrace trace {network} lists them):",
    "gradients_together": "All gradients of this update together:",
    "norm_of": "{1} is the root of the sum of the squares of all {2} gradients.",
    "norm_zero": "All gradients are 0, so there is nothing to clip.",
    "later_update": "From the {2|update|updates} before (this is update {1}, nothing rounded)",
    "later_update_rounded": "From the {2|update|updates} before (this is update {1}, now rounded)",
    "later_update_same": "From the {2|update|updates} before, on the same samples (this is update {1}, nothing "
    "rounded)",
    "later_update_same_rounded": "From the {2|update|updates} before, on the same samples (this is update {1}, now "
    "rounded)",
    "no_loss_after": "After this update the loss has no value: {1}.",
    "own_losses": "∂{1}/∂out and δ are of each sample's own loss; the mean is taken where gradients are formed.",
    "closed_form": "Everything put in",
    "output_first": "Order output_first, a common slip: a layer is updated before anything is passed back through "
    "it, so that the weights passed through are already the new ones.",
    "passed_updated": "The rules end in {2}; order output_first puts {1} in its place.",
    "slope_one": "The slope of the activation is 1 everywhere, so that there is no factor for it.",
    "entry_by_entry": "Powers, quotients and functions of a matrix are taken entry by entry, as ⊙ is.",
    "tied": "Layer {1} uses the weights of layer {2}; their gradient is collected there.",
    "gate_by_gate": "Backward, gate by gate: what comes from above × local = what goes down",
    "paths_left_out": "{1} of {2} routes are shown.",
    "relu_at_zero": "{1} is exactly 0, where relu has a corner: relu′(0) is taken as 0.",
    "absolute_error_at_zero": "The output equals its target, where the absolute error has a corner: slope 0 is taken.",
    "leaky_relu_at_zero": "{1} is exactly 0, where leaky_relu has a corner: its slope is taken as 0.01 there.",
    "elu_at_zero": "{1} is exactly 0, where the two pieces of elu meet: both have the slope 1.",
    "lines_beside_corner": "The lines above hold on either side of this point; at the point itself the slope that both "
    "sides have there is taken, and not relu′(0) = 0.",
    "hinge_at_corner": "Target times output is exactly 1, where the hinge loss has a corner: slope 0 is taken.",
    "perceptron_error_at_zero": "Target times output is exactly 0, which counts as misclassified: the slope −t is "
    "taken there, or weights that are 0 would never learn.",
    "step_at_zero": "{1} is exactly 0, where step jumps: its value is taken as 0 there.",
    "sign_at_zero": "{1} is exactly 0, where sign jumps: its value is taken as −1 there.",
    "huber_at_corner": "The output is exactly 1 off its target, where the two pieces of the huber loss meet.",
    "multi_class_svm_at_corner": "{1} is exactly 1 below {2}, where a margin is 0 and has a corner: slope 0 is taken.",
    "l1_at_zero": "{1} is exactly 0, where its absolute value has a corner: slope 0 is taken.",
    "penalty_half_squares": "{1} is half of {2} times the sum of the squares of all {3}.",
    "penalty_squares": "{1} is {2} times the sum of the squares of all {3}.",
    "penalty_sizes": "{1} is {2} times the sum of the absolute values of all {3}.",
    "penalty_half_squares_per_sample": "{1} is half of {2}, divided by the number of samples ({4}), times the sum of "
    "the squares of all {3}.",
    "penalty_sizes_per_sample": "{1} is {2}, divided by the number of samples ({4}), times the sum of the absolute "
    "values of all {3}.",
    "softmax_column": "How the softmax changes with {1}, by its own output and by the others:",
    "softmax_jacobian": "Each output of softmax depends on every net, so its derivative is a matrix, the Jacobian:",
    "softmax_jacobians": "Each output of softmax depends on every net of its sample, so there is a Jacobian for each "
    "sample; all of them at once:",
    "margins": "The margins of all classes at once; the sample's own class has none:",
    "no_gradients": "There are no gradients: {2}, in layer {1}, has no derivative to learn by; it is flat on both "
    "sides of 0 and jumps there. A perceptron learns by a rule of its own (backtrace trace perceptron).",
    "zero_by_hand": "By hand {1} is 0. What is printed is what a computer's rounding leaves of it, and the page goes "
    "on with that.",
    "more_routes": "{1} more {1|route|routes}",
    "made_numbers": "Made numbers: {1}.",
    "digits": "{1} digits, full precision carried; a factor shows more where the result needs it.",
    "decimals": "{1} decimals, full precision carried; a factor shows more where the result needs it.",
    "digits_rounded": "{1} digits; every line is rounded before the next one uses it.",
    "decimals_rounded": "{1} decimals; every line is rounded before the next one uses it.",
    "given": "Given",
    "directly": "{1} is the part that comes back directly, from {2} in the formula of {3} itself.",
    "step_means": "relu′(u) stands for 1 where u is above 0, else 0.",
    "corner_at_zero": "What stands in {1} is exactly 0, where it has a corner: slope 0 is taken.",
    "jump_at_zero": "What stands in {1} is exactly 0, where it jumps and has no slope: 0 is taken.",
    "corner_at_tie": "The two arguments of {1} are equal, where it has a corner: its slope is taken as 0 for the first "
    "and as 1 for the second.",
    "corner_at_number": "The two arguments of {1} are equal, where it has a corner: slope 0 is taken.",
    "hint_circuit": "why each factor: --detail calculus    every operation: --view gates    every route: --view paths",
    "answers": "What belongs in the gaps",
    "gaps": "{1} {1|gap|gaps} to fill in. Gaps with the same number hold the same.",
    "used_times": "used {1} times",
    "reuse": "Computed once, used again",
    "reuse_marked": "On this page {#1} {1|factor|factors} {1|is|are} computed once and used again, {2} times in all.",
    "reuse_none": "On this page no factor goes into more than one line.",
    "reuse_sample": "Counted for one sample:",
    "reuse_paths": "Written out path by path, {#1} {1|gradient|gradients} would take {2} "
    "{2|multiplication|multiplications} of factors.",
    "reuse_same": "Backpropagation takes as many.",
    "reuse_nothing_kept": "Backpropagation takes {1}: {2} {2|multiplication|multiplications} saved.",
    "reuse_kept_one": "Backpropagation takes {1} and keeps one value to use again, {3}: {2} "
    "{2|multiplication|multiplications} saved.",
    "reuse_kept_two": "Backpropagation takes {1} and keeps two values to use again, {3} and {4}: {2} "
    "{2|multiplication|multiplications} saved.",
    "reuse_kept": "Backpropagation takes {1} and keeps {#5} values to use again, {3} to {4}: {2} "
    "{2|multiplication|multiplications} saved.",
    "reuse_more": "How this is counted: backtrace cost {network}",
    "reuse_more_of": "How this is counted: backtrace cost {network} {1}",
    "hint_calculus": "why each factor: --detail calculus    shorter: --view delta    drawn: --view gates",
    "hint_notation": "your book's letters: --notation nielsen    your own numbers: --set {1}",
    "hint_names": "practise it: backtrace practice {network}    what may I ask for: backtrace names {network}",
    "number_words": "no one two three four five six seven eight nine ten eleven twelve",
}
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

    spell: writes a key, and where sentences hold formulas (an Expr) those too; table: the sentences of a language.
    """
    if key not in table:
        raise InternalFault(f"there are no words for '{key}'")
    words, parts, position = table[key], [], 0
    for slot in re.finditer(SLOT, words):
        parts.append(escape(words[position : slot.start()]))
        parts.append(shown(slot, args, spell, escape, named or {}, table))
        position = slot.end()
    return "".join([*parts, escape(words[position:])])


def used(times: int) -> str:
    """The mark beside a line whose result goes into so many later ones; nothing where there is no mark."""
    return say("used_times", (times,), str) if times else ""


def shown(
    slot: re.Match[str],
    args: Sequence[Argument],
    spell: Callable[[Any], str],
    escape: Callable[[str], str],
    named: Mapping[str, str],
    table: Mapping[str, str],
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
    if counted and isinstance(value, int) and value < len(table["number_words"].split()):
        return escape(table["number_words"].split()[value])
    return escape(str(value))
