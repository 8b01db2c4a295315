"""A second reader of sheets: from the Markdown that a student gets back to numbers, and from these to every answer.

It sees the text and nothing else, in any language that sheets are written in; the notation is the default one.
Networks are computed here in plain steps, derivatives by a tiny imaginary step, routes and parameters counted one by
one, so that no kind, no engine and no mistake takes part. What it cannot read it says; it never guesses.

| file           | job                                                    |
|----------------|--------------------------------------------------------|
| mathematics.py | names and formulas of a page as functions              |
| sentences.py   | sentences of a page by the language file               |
| sheets.py      | a page taken apart into what is said, given and asked  |
| networks.py    | a network forwards, and derivatives of it              |
| training.py    | updates by the rule that is stated                     |
| quantities.py, counts.py, matrices.py, routes.py, further.py | what parts ask for |
| readers.py     | which of these reads which sentence                    |
| comparing.py   | what comes out, beside the key                         |
"""

from backtrace.questions.reading_back.comparing import Compared, compared
from backtrace.questions.reading_back.sheets import exercises

__all__ = ["Compared", "compared", "exercises"]
