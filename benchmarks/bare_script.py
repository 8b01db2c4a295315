r"""What a lecturer's own script does for a sheet and its keys: numpy, and jinja2 templates of our Markdown pages.

It draws numbers, runs a 2-2-2 network forwards and backwards, and prints what comes out. It does not know what a
hand-friendly number is, which answers a mistake would give, how far rounding may carry an answer, or how many digits a
line needs to be true as printed: that is where its pages differ from ours.
"""

from __future__ import annotations

from math import floor, log10
from typing import Any

import jinja2
import numpy

HEAD = r"""
# Homework{{ title }}

{{ name }}**Form:** {{ form }}

## Exercise 1: One network (2 points)
"""
GIVEN = r"""
{{ about }}

**Given**

{% for row in given %}{% for name, value in row %}${{ name }} = {{ value }}${{ ", " if not loop.last }}{% endfor %}

{% endfor %}
"""
ASKED = r"""**({{ part.letter }})** {{ part.ask }} (${{ digits }}$ significant digits) ({{ part.points }} points)
"""
SHEET = r"""{% for part in parts %}{% if part.title %}**{{ part.title }}**

{% endif %}ASKED
${{ part.name }}$ = {{ gap }}

{% endfor %}
"""
TABLE = r"""
| Part | Asked for | Answer |
|:---|:---|---:|
{% for part in parts %}| 1{{ part.letter }} | ${{ part.name }}$ | ${{ part.value|num(digits) }}$ |
{% endfor %}
"""
MARKING = r"""
| Part | Asked for | Answer | Accepted | Points |
|:---|:---|---:|:---|---:|
{% for part in parts -%}
| 1{{ part.letter }} | ${{ part.name }}$ | ${{ part.value|num(digits) }}$ |{#-
#} ${{ part.low|num }}$ … ${{ part.high|num }}$ | ${{ part.points }}$ |
{% endfor %}
**Total**: $2$
{% for sort, share in marks %}
{{ sort }} ${{ share }}$ %.
{% endfor %}
"""
SLOPE = r"""{{ d(unit.out, unit.net) }} &= {{ unit.out }} \cdot (1 - {{ unit.out }}) ={#-
#} {{ unit.y|num }} \cdot (1 - {{ unit.y|num }}) = {{ unit.slope|num }}"""
HOW = r"""
**How does $E$ change with ${{ name }}$?**
"""
PARAMETER = r"""{% macro parameter(unit, name, source, x, v) %}HOW<<{% for route in unit.routes -%}
& {{ name }} \to {{ route }}{{ next if not loop.last }}{% endfor %}>><<{{ d("E", name) }} &={#-
#} {{ d("E", unit.net) }} \cdot {{ d(unit.net, name) }}>><<{{ d(unit.net, name) }} &={#-
#} {{ source }}{{ " = " if source }}{{ x|num }}>><<{{ d("E", name) }} &={#-
#} {{ unit.delta|put }} \cdot {{ x|put }} = {{ (unit.delta * v)|num }}>>{% endmacro -%}
{% macro parameters(layer) %}{% for unit in layer %}{% for w in unit.weights -%}
{{ parameter(unit, w.name, w.source, w.x, w.v) }}{% endfor %}{% endfor %}{% for unit in layer -%}
{{ parameter(unit, unit.bias, "", "1", 1.0) }}{% endfor %}{% endmacro %}"""
SOLUTION = r"""{% for part in parts %}{% if part.title %}**{{ part.title }}**

{% endif %}ASKED
**Answer**: ${{ part.name }}$ = ${{ part.value|num(digits) }}$ (accepted: ${{ part.low|num }}$ to ${{ part.high|num }}$)

{% endfor %}**Solution**

**Forward pass**
<<{% for layer in (hidden, outputs) %}{% for unit in layer -%}
{{ unit.net }} &= {% for w in unit.weights %}{{ w.name }} \cdot {{ w.source }} + {% endfor %}{{ unit.bias }} ={#-
#} {% for w in unit.weights %}{{ w.w|put }} \cdot {{ w.x|put }} + {% endfor %}{{ unit.b|put }} = {{ unit.n|num }} \\
{% endfor %}{% for unit in layer -%}
{{ unit.out }} &= \frac{1}{1 + e^{-{{ unit.net }}}} = \frac{1}{1 + e^{{ "{-" }}{{ unit.n|put }}}} = {{ unit.y|num }}{#-
#}{{ next if not (loop.last and unit.target) }}{% endfor %}{% endfor %}>>{#-
#}{% for unit in outputs %}{% set name = unit.net %}HOW<<& {{ unit.net }} \to {{ unit.out }} \to E>>{#-
#}<<{{ d("E", unit.net) }} &= {{ d("E", unit.out) }} \cdot {{ d(unit.out, unit.net) }}>>{#-
#}<<{{ d("E", unit.out) }} &= -({{ unit.target }} - {{ unit.out }}) ={#-
#} -({{ unit.t|num }} - {{ unit.y|num }}) = {{ unit.e|num }}{{ next }}SLOPE>>{#-
#}<<{{ d("E", unit.net) }} &= {{ unit.e|put }} \cdot {{ unit.slope|num }} = {{ unit.delta|num }}>>{% endfor -%}
{{ parameters(outputs) }}{% for unit in hidden %}{% set name = unit.net %}HOW<<{% for route in unit.routes -%}
& {{ route }}{{ next if not loop.last }}{% endfor %}>>
${{ unit.out }}$ reaches $E$ by two routes, so what comes back along them is added:
<<{{ d("E", unit.net) }} &= \Bigl({% for up in unit.up %}{{ d(up.loss, unit.out) }}{#-
#}{{ " + " if not loop.last }}{% endfor %}\Bigr) \cdot {{ d(unit.out, unit.net) }}>>{% for up in unit.up %}
through ${{ up.unit.out }}$, the first two factors known from above:
<<{{ d(up.loss, unit.out) }} &= {{ d("E", up.unit.out) }} \cdot {{ d(up.unit.out, up.unit.net) }} \cdot{#-
#} {{ up.weight }} = {{ up.unit.e|put }} \cdot {{ up.unit.slope|num }} \cdot {{ up.w|put }} = {{ up.back|num }}>>{#-
#}{% endfor %}
together:
<<{{ d("E", unit.out) }} &= {% for up in unit.up %}{{ up.back|put }}{{ " + " if not loop.last }}{% endfor %} ={#-
#} {{ unit.upstream|num }}>><<SLOPE>>{#-
#}<<{{ d("E", unit.net) }} &= {{ unit.upstream|put }} \cdot {{ unit.slope|num }} = {{ unit.delta|num }}>>{% endfor -%}
{{ parameters(hidden) }}


"""
FORM = """# Homework
# Write each answer behind its equals sign and hand in this file. Leave the rest of the line as it is.

form = {{ form }}

{% for part in parts %}1{{ part.letter }} {{ part.typed }} =
{% endfor -%}
"""
# What signs in templates stand for: pieces, and what stands around lines; a long line goes on in the next.
SIGNS = {
    "HOW": HOW,
    "SLOPE": SLOPE,
    "ASKED": ASKED,
    "{#-\n#}": "",
    "<<": "\n$$\n\\begin{aligned}\n",
    ">>": "\n\\end{aligned}\n$$\n",
}
MARKS = (
    ("A right answer earns", 100),
    ("An answer that is off by rounding alone earns", 100),
    ("An answer that follows from a wrong one before it earns", 100),
    ("Any other answer earns", 0),
)


def whole(page: str) -> str:
    """A template with what its signs stand for."""
    for sign, text in SIGNS.items():
        page = page.replace(sign, text)
    return page


def num(x: float | str, digits: int = 6) -> str:
    """A number to so many digits; one that is exact in fewer as it is, one that was drawn as it was."""
    if isinstance(x, str):
        return x
    short = f"{x:.{digits}g}"
    return short if abs(float(short) - x) < 1e-12 else f"{x:#.{digits}g}"


def put(x: float | str) -> str:
    """A number as it is put into a formula."""
    text = num(x)
    return f"({text})" if text[0] == "-" else text


def d(of: str, by: str) -> str:
    """A derivative."""
    return rf"\frac{{\partial {of}}}{{\partial {by}}}"


def sigmoid(x: numpy.ndarray) -> numpy.ndarray:
    """The logistic function."""
    return 1 / (1 + numpy.exp(-x))


class BareScript:
    """Draws a sheet and prints it. about: what stands above the given numbers."""

    def __init__(self, about: str) -> None:
        self.about = about
        self.random = numpy.random.default_rng(1)
        environment = jinja2.Environment()
        environment.filters |= {"num": num, "put": put}
        environment.globals |= {"d": d, "digits": 4, "gap": r"\_" * 24, "next": " \\\\\n", "marks": MARKS}
        pages = {
            "": HEAD + GIVEN + SHEET,
            ": answers": HEAD + TABLE + "\n",
            ": marking key": HEAD + MARKING + "\n",
            ": solutions": PARAMETER + HEAD + GIVEN + SOLUTION,
        }
        self.pages = {title: environment.from_string(whole(page)) for title, page in pages.items()}
        self.form = environment.from_string(FORM)

    def numbers(self) -> list[list[str]]:
        """Inputs, targets, weights and biases, as they are printed."""
        draw, whole = self.random.uniform, [(0.1, 0.9, 2, 1), (0.1, 0.9, 2, 2), (-0.9, 0.9, 4, 2), (-0.9, 0.9, 2, 2)]
        return [[f"{x:.{digits}f}" for x in draw(low, high, n)] for low, high, n, digits in (*whole, *whole[2:])]

    def sheet(self, numbers: list[list[str]] | None = None, form: str = "K7QM2XPD") -> list[str]:
        """The sheet, its three keys and its answer form."""
        given = numbers or self.numbers()
        i, t, w, b, v, c = [numpy.array(row, dtype=float) for row in given]
        n = w.reshape(2, 2) @ i + b
        h = sigmoid(n)
        m = v.reshape(2, 2) @ h + c
        y = sigmoid(m)
        error, slope, below = y - t, y * (1 - y), h * (1 - h)
        delta = error * slope
        back = v.reshape(2, 2) * delta[:, None]
        upstream = back.sum(axis=0)
        texts = dict(zip(("i", "t", "w", "b", "v", "c"), given, strict=True))
        outputs = [
            unit(f"o{k + 1}", texts["c"][k], float(m[k]), float(y[k]), float(slope[k]), float(delta[k]))
            | {
                "e": float(error[k]),
                "target": f"t_{{{k + 1}}}",
                "t": texts["t"][k],
                "weights": [
                    weight(2 * k + j + 5, texts["v"][2 * k + j], out(f"h{j + 1}"), float(h[j]), float(h[j]))
                    for j in range(2)
                ],
            }
            for k in range(2)
        ]
        hidden = [
            unit(f"h{j + 1}", texts["b"][j], float(n[j]), float(h[j]), float(below[j]), float(upstream[j] * below[j]))
            | {
                "upstream": float(upstream[j]),
                "weights": [
                    weight(2 * j + k + 1, texts["w"][2 * j + k], f"i_{{{k + 1}}}", texts["i"][k], float(i[k]))
                    for k in range(2)
                ],
                "up": [
                    {
                        "unit": outputs[k],
                        "loss": f"E_{{o{k + 1}}}",
                        "weight": f"w_{{{2 * k + j + 5}}}",
                        "w": texts["v"][2 * k + j],
                        "back": float(back[k, j]),
                    }
                    for k in range(2)
                ],
            }
            for j in range(2)
        ]
        for one in (*outputs, *hidden):
            ways = [f"{up['unit']['net']} \\to {up['unit']['out']}" for up in one.get("up", ())]
            one["routes"] = [" \\to ".join((one["net"], one["out"], *way, "E")) for way in ([w] for w in ways)] or [
                f"{one['net']} \\to {one['out']} \\to E"
            ]
        data = {
            "form": form,
            "about": self.about,
            "hidden": hidden,
            "outputs": outputs,
            "parts": parts(hidden, outputs),
            "given": rows(texts),
        }
        blank = "**Name:** " + r"\_" * 30 + "\n\n"
        return [
            *[page.render(data, title=title, name="" if title else blank) for title, page in self.pages.items()],
            self.form.render(data),
        ]


def net(unit: str) -> str:
    """The name of a net."""
    return rf"\mathrm{{net}}_{{{unit}}}"


def out(unit: str) -> str:
    """The name of an output."""
    return rf"\mathrm{{out}}_{{{unit}}}"


def unit(name: str, b: str, n: float, y: float, slope: float, delta: float) -> dict[str, Any]:
    """A unit with its numbers."""
    names = {"name": name, "net": net(name), "out": out(name), "bias": f"b_{{{name}}}"}
    return {**names, "b": b, "n": n, "y": y, "slope": slope, "delta": delta}


def weight(number: int, w: str, source: str, x: str | float, v: float) -> dict[str, Any]:
    """A weight and what it multiplies."""
    return {"name": f"w_{{{number}}}", "typed": f"w{number}", "w": w, "source": source, "x": x, "v": v}


def rows(texts: dict[str, list[str]]) -> list[list[tuple[str, str]]]:
    """The given numbers, line by line."""

    def named(letter: str, places: tuple[str, ...], key: str) -> list[tuple[str, str]]:
        return [(f"{letter}_{{{place}}}", text) for place, text in zip(places, texts[key], strict=True)]

    return [
        named("i", ("1", "2"), "i") + named("t", ("1", "2"), "t"),
        named("w", ("1", "2", "3", "4"), "w"),
        named("b", ("h1", "h2"), "b"),
        named("w", ("5", "6", "7", "8"), "v"),
        named("b", ("o1", "o2"), "c"),
    ]


def parts(hidden: list[dict[str, Any]], outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is asked for, and what it comes to."""
    found: list[dict[str, Any]] = []

    def ask(text: str, name: str, typed: str, value: float, title: str = "") -> None:
        half = 0.5 * 10.0 ** (floor(log10(abs(value))) - 3)
        points = (0.1 if len(found) < 6 else 0.2) if len(found) < 8 else 0.05 if len(found) < 20 else 0.1
        own = {"name": name, "typed": typed, "ask": text.replace("#", f"${name}$"), "title": title, "value": value}
        found.append(
            {**own, "letter": chr(97 + len(found)), "points": points, "low": value - half, "high": value + half}
        )

    for layer in (hidden, outputs):
        for one in layer:
            ask("Compute the net #.", one["net"], f"net_{one['name']}", one["n"], "" if found else "Forward pass")
            ask("Compute the output #.", one["out"], f"out_{one['name']}", one["y"])
    for layer in (outputs, hidden):
        for one in layer:
            title = "Backward pass" if len(found) == 8 else ""
            ask("Compute #, the delta of this unit.", d("E", one["net"]), f"dE/dnet_{one['name']}", one["delta"], title)
        for one in layer:
            for w in one["weights"]:
                ask("Compute the gradient #.", d("E", w["name"]), f"dE/d{w['typed']}", one["delta"] * w["v"])
        for one in layer:
            ask("Compute the gradient #.", d("E", one["bias"]), f"dE/db_{one['name']}", one["delta"])
    return found
