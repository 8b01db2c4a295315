"""Cold start: whole processes, the commands of every day beside `python -c "import click"`.

    python benchmarks/start_up.py [--rounds N]

Measures the installed package (an editable install will do) with its bytecode cached. A ratio is the median of those
of the single rounds.
"""

from __future__ import annotations

import os
import subprocess
import sys
from argparse import ArgumentParser
from statistics import median

from measuring import interleaved, ratio, table

# What the installed script `backtrace` does.
SCRIPT = "import sys; from backtrace.cli.main import main; sys.exit(main())"

CLICK, JINJA = "python -c 'import click'", "python -c 'import click, jinja2'"
BARE = {"python -c pass": "pass", CLICK: "import click", JINJA: "import click, jinja2"}

# The command, what it is compared with, and how many times as long it may take.
COMMANDS = (
    ("--help", CLICK, 1.3),
    ("networks", CLICK, 1.3),
    ("notations", CLICK, 1.3),
    ("names mazur", CLICK, 1.3),
    ("trace mazur", CLICK, 1.8),
    ("derive mazur", CLICK, 1.8),
    ("derive mazur w1", CLICK, 1.8),
    ("check mazur -e dE/dw5=0.0822", CLICK, 3.0),
    ("trace mazur -f markdown", JINJA, 1.5),
    ("derive mazur -f markdown", JINJA, 1.5),
    ("derive mazur w1 -f markdown", JINJA, 1.5),
    ("derive mazur -f latex", JINJA, 1.5),
    ("derive mazur w1 -f latex", JINJA, 1.5),
)


def process(code: str, *words: str) -> None:
    """Runs a process to its end; raises CalledProcessError when it fails."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run([sys.executable, "-c", code, *words], check=True, stdout=subprocess.DEVNULL, env=environment)


def main() -> None:
    parser = ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=25)
    rounds = parser.parse_args().rounds

    cases = {name: lambda code=code: process(code) for name, code in BARE.items()}
    for words, _, _ in COMMANDS:
        cases[words] = lambda words=words: process(SCRIPT, *words.split())
    seconds = interleaved(cases, rounds)

    rows = [
        (f"`{name}`", f"{median(seconds[name]) * 1e3:.0f}", f"{ratio(seconds[name], seconds[CLICK]):.2f}", "", "")
        for name in BARE
    ]
    for words, beside, most in COMMANDS:
        to_click = ratio(seconds[words], seconds[CLICK])
        to_jinja = ratio(seconds[words], seconds[JINJA])
        goal = f"at most {most} × {'click' if beside == CLICK else 'click and jinja2'}"
        rows.append(
            (
                f"`backtrace {words}`",
                f"{median(seconds[words]) * 1e3:.0f}",
                f"{to_click:.2f}",
                f"{to_jinja:.2f}" if beside == JINJA else "",
                goal,
            )
        )
    table(("process", "ms", "ratio to click", "ratio to click and jinja2", "goal"), rows)


if __name__ == "__main__":
    main()
