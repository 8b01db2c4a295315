"""What practice says: its sentences, and some hints beside those of reports.

`{1}` is the first argument. A hint asks or reminds; it holds no number, no formula and no name of a quantity.
"""

from __future__ import annotations

import re

SENTENCES = {
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
    "known": "Known from the forward pass:",
    "finished": "There is nothing left to ask.",
    "progress": "step {1} of {2}",
    "summary": "{1}: {2}.",
    "at_once": "{1} right at once",
    "after_hints": "{1} with a hint or a second try",
    "shown": "{1} shown",
    "left_out": "{1} left out",
    "not_reached": "{1} not reached",
    "ahead": "{1} filled in for you",
    "steps": "{1} steps",
    "one_step": "1 step",
    "trouble": "Look again at: {1}.",
    "mistakes": "What went wrong there:",
    "mistake_times": "{1} ({2} times)",
    "options": "({1} significant digits are enough. Type 'help' for what else you can type.)",
    "options_exercise": "(Type 'help' for what you can type beside an answer.)",
    "options_letters": "(Answer in letters. Type 'help' for what else you can type.)",
}

# To be wrapped, the lines of the commands below what they do.
HELP = """\
Type a number (0.5933), a formula (w1*i1 + w2*i2 + b_h1), numbers put in (0.15*0.05 + 0.2*0.1), or several with =.
  hint   a hint; once more for a stronger one
  show   the step itself, and on to the next
  skip   leave this step out, or go on with your own number
  back   to the step before
  help   this
  quit   the summary, and the end (so does Ctrl-D)"""

# A hint and a stronger one for what `check.words` has none for: the links of a chain, and parts of exercises.
HINTS = {
    "net_by": (
        "The net is a sum. Which of its terms changes?",
        "What stands as a factor beside it in that term is the derivative.",
    ),
    "count": ("What exactly is counted?", "Count one layer after the other, and look twice at the biases."),
    "shape": ("Which size belongs to the rows, which to the columns?", "Samples, units in, units out: which are here?"),
    "choice": ("Read every option as a claim and look for a case against it.", "Try it on the smallest example."),
    "other": ("What is this made of?", "Write its formula first, then put the numbers in."),
}


def phrase(key: str, *args: object) -> str:
    """The sentence with its arguments, which are not read as sentences."""
    return re.sub(r"\{(\d)\}", lambda slot: str(args[int(slot[1]) - 1]), SENTENCES[key])
