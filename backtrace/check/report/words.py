"""What a report says: one table of sentences in English; another language has its own in exercises/language.

Slots are those of `render.words.say`: `{1}` is the first argument, `{1|line|lines}` a word chosen by it, `{#1}` a small
number in words. Nothing here holds a right answer: a report gives away only what it is asked to reveal.
"""

from __future__ import annotations

from collections.abc import Callable

from backtrace.check import spoken
from backtrace.check.spoken import Sentences

WORDS: dict[str, str] = {
    "number_words": "no one two three four five six seven eight nine ten eleven twelve",
    "and": " and ",
    # The head of the page.
    "work": "your work",
    "lines": "{1} {1|line|lines}",
    "digits": "{1} {1|digit|digits} written",
    "digits_from_to": "{1} to {2} digits written",
    "names": "names read as in {1}",
    "decimal_comma": "decimals read with a comma",
    # Beside a line.
    "right": "",
    "is_right": "right",
    "rounded_early": "rounded on the way",
    "cut_off_here": "cut off",
    "follow_through": "follows correctly from your {1}",
    "right_not_from_own_lines": "right, but it does not follow from your own lines",
    "rounding_slip": "the last digit is off",
    "first_wrong": "the first wrong line",
    "wrong": "wrong",
    "unreadable": "cannot be read",
    "not_judged": "not judged",
    "line_n": "line {1}",
    "lines_n": "lines {1}",
    "run": "{1} to {2}",
    "lines_and_more": "{1} and others",
    # Remarks about one line.
    "no_number": "there is no number here to judge",
    "nothing_to_judge": "there is nothing here to judge",
    "left_out": "left out",
    "not_evaluated": "it has no value: {1}",
    "trivial_follow_through": "what you carry on leaves nothing to work out here",
    "too_few_digits": "too few digits to tell",
    "too_much_work": "there is too much in this work to judge all of it",
    # Remarks about the whole.
    "rounded_early_note": "Where it says ~, a number was rounded on the way, so that the last digit is off. "
    "That costs nothing; carry more digits and it goes away.",
    "cut_off": "You cut numbers off instead of rounding them. They were judged like that; rounding is more exact.",
    "constant_cut_off": "Your numbers are right to nine digits and differ behind them: a constant was cut off "
    "somewhere, as in a program with too short an e.",
    "not_all_explained": "Why a line is wrong was looked into for the first {1} of the wrong lines only.",
    "sign_of_delta": "Your delta has the other sign throughout. That is a convention, not a mistake; it was judged so.",
    "other_loss": "You work with another loss ({1}) throughout. It was judged so; ask whether the exercise allows it.",
    "other_reduction": "You put the samples together by their {1} throughout. It was judged so; ask whether the "
    "exercise allows it.",
    "read_in_notation": "The names you use are those of {1}, and were read so.",
    # About a wrong line.
    "line_head": "Line {1}",
    "formula_right": "The formula is right.",
    "formula_wrong": "The formula is not that of {1}.",
    "formula_right_gives_other": "The formula is right, but with your numbers it does not give {2}.",
    "formula_wrong_gives_other": "The formula is not that of {1}, and does not give {2}.",
    "numbers_right": "The numbers that you put in are right.",
    "numbers_wrong": "What you put in does not lead to {1}.",
    "arithmetic_right": "The arithmetic is right: what you wrote does give {1}.",
    "arithmetic_wrong": "The arithmetic is not right: what you wrote does not give {1}.",
    "form_right": "The form is right.",
    "form_right_too": "The form is right too.",
    "one_misplaced": "One number that you put in does not belong there.",
    "several_misplaced": "{#1} numbers that you put in do not belong there.",
    "value_right": "The number at the end is right, whatever stands before it.",
    "only_a_number": "Only a number stands here. Write name = formula = numbers = value, and more can be said.",
    "parts_disagree": "What stands on the two sides of = is not the same.",
    "given_number": "This number is given in the exercise, and it is another one there.",
    "built_on": "It is built on your {1}, and was judged with the numbers that you have there.",
    "unknown_mistake": "It is not a mistake I know.",
    "hint": "Hint: {1}",
    "should_be": "It should be:",
    # A line worked out.
    "worked_out": "Line {1}, worked out:",
    "from_lines": "From your lines: {1}.",
    "from_line": "{1} = {2} (line {3})",
    "yours": "Yours:",
    "not_there": "{1} does not belong there: it stands in the place of {2}.",
    "happened": "What happened: {1}",
    "may_have_happened": "What may have happened: {1}",
    # The end of the page.
    "nothing": "There is no line in it to check.",
    "more_blocks": "{1} more {1|line|lines} {1|is|are} wrong or cannot be read; mend those above first.",
    "n_right": "{1} right",
    "n_slip": "{1} off in the last digit",
    "n_follow": "{1} {1|follows|follow}",
    "n_wrong": "{1} wrong",
    "n_unreadable": "{1} not readable",
    "n_not_judged": "{1} not judged",
    "points": "{1} of {2} {2|point|points}",
    "mend": "Mend {1} and check again.",
    "mend_and_renew": "Mend {1} and check again; {2} then only {3|needs|need} new numbers.",
    "rewrite": "Write {1} so that {2|it|they} can be read, and check again.",
    # Hints for a line of a sort, where no single mistake explains it; the second is the stronger one.
    "net_1": "Which arrows end at this unit, and what travels along each of them?",
    "net_2": "One product for every arrow that comes in, and what the unit owns itself: count yours.",
    "out_1": "What does this unit do with its sum?",
    "out_2": "Look up the activation of this layer, and type it once more with the sum from your own line.",
    "loss_term_1": "How is the loss of one output defined here?",
    "loss_term_2": "Go through the definition sign by sign: what is compared, in which order, and what is done to it?",
    "loss_1": "Of which parts is the loss put together here?",
    "loss_2": "Work out each part on its own line first; then look up how they are put together.",
    "penalty_1": "What is counted in the penalty, and how strongly?",
    "penalty_2": "Go through the definition sign by sign: every letter of it has to be in your line.",
    "softmax_1": "What stands above the line, and what below it?",
    "softmax_2": "All outputs of the layer have a part in this number: check that each occurs, and only once.",
    "output_delta_1": "How many links lead from the loss to this net?",
    "output_delta_2": "How the loss changes with the output, and how the output changes with the net: find each first.",
    "hidden_delta_1": "Which arrows leave this unit, and what comes back along each of them?",
    "hidden_delta_2": "Add up what comes back over the weights that leave; only then does it go through this unit.",
    "upstream_1": "By which ways does this output reach the loss?",
    "upstream_2": "Every way is a product, and the ways are added: count them.",
    "slope_1": "What is the slope of this activation?",
    "slope_2": "Write the slope in full, and check at which of the unit's two numbers you took it.",
    "weight_gradient_1": "Between which two units does this weight lie?",
    "weight_gradient_2": "What comes back at its head, times what came in at its tail: check that both are those.",
    "bias_gradient_1": "With which signal is a bias multiplied?",
    "bias_gradient_2": "Look at what comes back to the unit that owns this bias, and whether others own it as well.",
    "update_1": "By which rule is a parameter updated here?",
    "update_2": "Where does the step start, in which direction, how far? Check the three one by one.",
    "kept_1": "What does the optimizer remember, and of which letters is its rule made?",
    "kept_2": "Go through the rule sign by sign; each setting of the optimizer must have its place.",
    "loss_after_1": "With which parameters was this forward pass made?",
    "loss_after_2": "After the update everything is worked out anew: check the new parameters first.",
    "derivative_1": "By which ways does the one change the other?",
    "derivative_2": "Write one factor for every link of the chain, and add up the ways.",
    "sum_1": "Which of the two sides did you work out last?",
    "sum_2": "Type each side into the calculator on its own, and compare.",
    "arithmetic_1": "Type the line into the calculator once more.",
    "arithmetic_2": "Check the brackets and the signs as you type, and what the calculator does first.",
    "put_in_1": "Take the numbers that you put in one by one: where does each of them come from?",
    "put_in_2": "Compare them digit by digit with your own lines and with the exercise, name by name.",
    "data_1": "Compare this number with the exercise.",
    "data_2": "Compare it with the exercise digit by digit.",
}


def sentences(language: str = "en") -> Sentences:
    """The table of a language."""
    return spoken.sentences(WORDS, "checking", language)


def teller(language: str = "en") -> Callable[..., str]:
    """A function that says a sentence of this language by its key, with its arguments."""
    return spoken.teller(WORDS, "checking", language)
