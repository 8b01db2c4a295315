"""Standard input, output and error such that printing never fails on an encoding.

Redirected output is UTF-8 with plain newlines on every system. A console keeps its own encoding; a character that it
cannot show is written in ASCII instead.
"""

from __future__ import annotations

import codecs
import io
import os
import sys

# What a page in Unicode needs; a console that can show these gets it.
SAMPLE = "∂ηδσ·−½√→└⎡⁺₁⊙≈"

# How a character is written where it cannot be shown. Pages have an ASCII form of their own; this is for the rest.
IN_ASCII = {
    "−": "-", "–": "-", "—": "-", "·": "*", "×": "x", "÷": "/", "½": "1/2", "√": "sqrt", "∂": "d", "Σ": "sum",
    "∑": "sum", "→": "->", "…": "...", "≈": "~", "≤": "<=", "≥": ">=", "′": "'", "²": "^2", "³": "^3", "⁺": "+",
    "ŷ": "yhat",
    "ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss",
    "“": '"', "”": '"', "‘": "'", "’": "'",
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "η": "eta", "θ": "theta", "λ": "lambda",
    "μ": "mu", "σ": "sigma", "φ": "phi", "ℓ": "l",
    **{chr(0x2080 + digit): f"_{digit}" for digit in range(10)},
}  # fmt: skip


def in_ascii(error: UnicodeError) -> tuple[str, int]:
    """The handler of encoding errors: the table above, else an escape."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    unshown = error.object[error.start : error.end]
    written = "".join(IN_ASCII.get(c) or c.encode("ascii", "backslashreplace").decode("ascii") for c in unshown)
    return written, error.end


def prepare() -> None:
    """Sets the encodings of output and error; called once, before anything is printed."""
    codecs.register_error("backtrace", in_ascii)
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, io.TextIOWrapper):
            continue
        if stream.isatty():
            stream.reconfigure(errors="backtrace")
        else:
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def is_console() -> bool:
    """Whether a person sees standard output at once."""
    return sys.stdout is not None and sys.stdout.isatty()


def shows_unicode() -> bool:
    """Whether standard output can show a page in Unicode."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        SAMPLE.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def plain(text: str) -> str:
    """The text in ASCII."""
    codecs.register_error("backtrace", in_ascii)
    return text.encode("ascii", "backtrace").decode("ascii")


def say(text: str) -> None:
    """Writes a result to standard output."""
    if sys.stdout is not None:
        sys.stdout.write(text if text.endswith("\n") else text + "\n")


def complain(text: str) -> None:
    """Writes to standard error; where even that is impossible, nothing is left to be done."""
    try:
        if sys.stderr is not None:
            sys.stderr.write(text + "\n")
            sys.stderr.flush()
    except (OSError, ValueError):
        return


def advising() -> bool:
    """Whether a person at a terminal sees both the result and what we say beside it."""
    return is_console() and sys.stderr is not None and sys.stderr.isatty()


def advise(text: str) -> None:
    """A hint for a person at a terminal: written to standard error, and only there."""
    if advising():
        flush()
        complain(text)


def flush() -> None:
    """Hands over what was written, so that a full disk or a closed pipe is noticed while we can still say so."""
    if sys.stdout is not None:
        sys.stdout.flush()


def silence() -> None:
    """Lets the interpreter's own last flush go nowhere: standard output is broken and that has been dealt with."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError, AttributeError):
        return
