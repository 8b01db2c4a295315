"""What practice says: one table of sentences in English; another language has its own in exercises/language.

A sentence is filled as those of a report are. A hint asks or reminds; it holds no number, no formula and no name of a
quantity.
"""

from __future__ import annotations

from collections.abc import Callable

from backtrace.check import spoken
from backtrace.check.spoken import Sentences

WORDS: dict[str, str] = {
    "right": "Right.",
    "right_is": "Right: {1}.",
    "rounded_early": "Right, with the numbers that you rounded. With all digits it is {1}.",
    "follow_through": "This follows correctly from your own {1}, which is not right itself.",
    "right_not_from_own_lines": "Right, although your own numbers before it lead elsewhere.",
    "rounding_slip": "Near enough; rounded, it is {1}.",
    "wrong": "Not yet.",
    "formula_right": "Not yet. The formula is right; the numbers do not come out of it.",
    "arithmetic_right": "Not yet. The arithmetic is right: what you put in does give that.",
    "value_right": "Not yet. The number is right; what stands before it does not give it.",
    "misplaced": "One number that you put in does not belong there.",
    "few_digits": "That fits so far. Write {1} digits, so that what comes next can be told from rounding.",
    "vague": "With so few digits this cannot be told. Write {1} digits.",
    "not_judged": "With the numbers that you wrote before, this cannot be told. Try 'back', or 'show'.",
    "circular": "{1} is what is asked; say it by what comes before it.",
    "other_sign": "That is δ with the other sign, as some books have it. This notation does not: turn it round.",
    "letters": "In letters, please: the formula without its numbers.",
    "unreadable": "I cannot read that: {1}.",
    "unreadable_more": "I cannot read that: {1}. ({2})",
    "too_long": "that is longer than {1} characters",
    "control": "there is a control character in it",
    "lines": "an answer is one line",
    "empty": "Type an answer, or one of: hint, show, skip, back, help, quit.",
    "no_number": "a number is asked for",
    "no_whole_number": "a whole number is asked for",
    "no_shape": "a shape is written like 50x20",
    "no_letters": "choose by letter, from A to {1}",
    "hint": "Hint: {1}",
    "no_more_hints": "That was the last hint. 'show' shows the step.",
    "here_it_is": "It goes like this:",
    "third_time": "Here is the step, so that you can go on:",
    "model": "This one is read by a person. Compare it with:",
    "skipped": "Left out. You can come back to it with 'back'.",
    "skipped_own": "You go on with your own {1}; what follows is judged by it.",
    "back": "Back to {1}.",
    "no_way_back": "This is the first step.",
    "filled_in": "You know how these go, so they are filled in:",
    "one_more": "One more of this sort comes at the end.",
    "once_more": "This went wrong more than once, so once more with other numbers:",
    "another": "This went wrong more than once, so here is another of this kind:",
    "known": "Known from the forward pass:",
    "finished": "There is nothing left to ask.",
    "progress": "step {1} of {2}",
    "answer_prompt": "answer: ",
    "at_once": "{1} right at once",
    "after_hints": "{1} with a hint or a second try",
    "shown": "{1} shown",
    "left_out": "{1} left out",
    "not_reached": "{1} not reached",
    "ahead": "{1} filled in for you",
    "steps": "{1} {1|step|steps}",
    "trouble": "Look again at: {1}.",
    "mistakes": "What went wrong there:",
    "mistake_times": "{1} ({2} times)",
    "options": "({1} significant digits are enough. Type 'help' for what else you can type.)",
    "options_exercise": "(Type 'help' for what you can type beside an answer.)",
    "options_letters": "(Answer in letters. Type 'help' for what else you can type.)",
    # What can be typed: an answer, and each command.
    "help_answer": "Type a number (0.5933), a formula (w1*i1 + w2*i2 + b_h1), numbers put in (0.15*0.05 + 0.2*0.1), "
    "or several with =.",
    "help_hint": "a hint; once more for a stronger one",
    "help_show": "the step itself, and on to the next",
    "help_skip": "leave this step out, or go on with your own number",
    "help_back": "to the step before",
    "help_help": "this",
    "help_quit": "the summary, and the end (so does Ctrl-D)",
    # A hint and a stronger one where reports have none: for the links of a chain, and parts of exercises.
    "net_by_1": "The net is a sum. Which of its terms changes?",
    "net_by_2": "What stands as a factor beside it in that term is the derivative.",
    "parameters_1": "What exactly is counted?",
    "parameters_2": "Count one layer after the other, and look twice at the biases.",
    "count_1": "What exactly is counted?",
    "count_2": "Try a smaller case first, and see how the number grows.",
    "find_1": "Work every line out from the lines above it.",
    "find_2": "The first line that comes out otherwise is the wrong one; those below follow from it.",
    "shape_1": "Which size belongs to the rows, which to the columns?",
    "shape_2": "Samples, units in, units out: which are here?",
    "choice_1": "Read every option as a claim and look for a case against it.",
    "choice_2": "Try it on the smallest example.",
    "other_1": "What is this made of?",
    "other_2": "Write its formula first, then put the numbers in.",
}


def sentences(language: str = "en") -> Sentences:
    """The table of a language."""
    return spoken.sentences(WORDS, "practice", language)


def teller(language: str = "en") -> Callable[..., str]:
    """A function that says a sentence of this language by its key, with its arguments."""
    return spoken.teller(WORDS, "practice", language)
