"""The optimizers: one frozen record each, with the settings a file may give them, what they remember, and their rule.

A rule is a list of lines in the order in which a person works them out, each a tree in these symbols:

| symbol       | stands for                                                                        |
|--------------|-----------------------------------------------------------------------------------|
| w            | the parameter                                                                     |
| g            | its gradient, clipped if that is asked for                                        |
| eta          | the learning rate of this update                                                  |
| t, t+        | how many updates were done before this one, and with it                           |
| m            | a slot: what is remembered of this parameter; it starts at 0; m+ is its new value |
| a line       | what an earlier line has given: m_hat                                             |
| a setting    | its number: beta1                                                                 |

The last line is that of the parameter, `w+`. All are worked out for each parameter by itself.
"""

from __future__ import annotations

from typing import NamedTuple

from backtrace.expression.tree import ONE, TWO, Expr, Given, add, call, div, mul, neg, power, sub, symbol, symbols

ORDERS = ("simultaneous", "output_first")
FORMS = ("accumulate", "velocity")
Value = float | bool | str


class Setting(NamedTuple):
    """A setting of an optimizer.

    kind: "rate" (a number, or a formula in t), "formula" (in t and eta), "number", "boolean" or "choice" (of
    `choices`). A number is at least 0, above 0 when `positive`, and less than `below` if that is given.
    default: None when there is none; letter, subscript: how pages write a number.
    """

    name: str
    kind: str
    says: str
    choices: tuple[str, ...] = ()
    default: Value | None = None
    letter: str = ""
    subscript: str = ""
    below: float | None = None
    positive: bool = False


class Slot(NamedTuple):
    """What is remembered of each parameter between updates, or worked out for it on the way.

    letter: how pages write it, with the parameter as its index; prefix: the letter stands before the parameter (Δw5).
    """

    name: str
    letter: str
    says: str
    prefix: bool = False


class Line(NamedTuple):
    """One line of a rule: the symbol on its left ("m+", "m_hat", "w+") and the formula."""

    left: str
    form: Expr


class Rule(NamedTuple):
    """How a parameter is updated. slots: remembered; parts: named on the way; when: see `OptimizerKind.chosen_by`."""

    lines: tuple[Line, ...]
    slots: tuple[Slot, ...] = ()
    parts: tuple[Slot, ...] = ()
    when: Value = ""

    @property
    def counts(self) -> bool:
        """Whether the rule depends on how many updates were done before."""
        return any(key in ("t", "t+") for line in self.lines for key in symbols(line.form))


class OptimizerKind(NamedTuple):
    """A way of updating parameters.

    rules: one, or one for each value of the setting `chosen_by`. source: who states it, and where. remark: where others
    write or compute it differently.
    """

    name: str
    title: str
    settings: tuple[Setting, ...]
    rules: tuple[Rule, ...]
    source: str
    chosen_by: str = ""
    remark: str = ""

    def setting(self, name: str) -> Setting | None:
        """The setting of a name, or None."""
        return next((setting for setting in self.settings if setting.name == name), None)

    def rule(self, chosen: Value) -> Rule:
        """The rule for a value of `chosen_by`."""
        return next(rule for rule in self.rules if rule.when == chosen)


W, G, ETA, T, T_NEW = symbol("w"), symbol("g"), symbol("eta"), symbol("t"), symbol("t+")
SQUARED = power(G, TWO)
COUNTED = Line("t+", add(T, ONE))

CLIP_NORM = Setting(
    "clip_norm", "number", "all gradients together are scaled down to this norm", letter="c", positive=True
)
CLIP_VALUE = Setting("clip_value", "number", "each gradient is cut off at ± this value", letter="c", positive=True)
# Every optimizer has these.
COMMON = (
    Setting("learning_rate", "rate", "η: a number, or a formula in t"),
    Setting("schedule", "formula", "η of each update, a formula in t and eta"),
    Setting("update_biases", "boolean", "false: the biases stay as they are", default=True),
    Setting("order", "choice", "output_first: sgd only", ORDERS, "simultaneous"),
    CLIP_NORM,
    CLIP_VALUE,
)
MOMENTUM = Setting("momentum", "number", "how much of the last step is kept", (), Given("0.9"), "μ", below=1.0)
FORM = Setting("form", "choice", "which of the two common forms", FORMS, "accumulate")
EPSILON = Setting("epsilon", "number", "keeps the quotient defined", (), Given("1e-8"), "ε")
RHO = Setting("rho", "number", "how much of the old mean is kept", (), Given("0.9"), "ρ", below=1.0)
BETA1 = Setting("beta1", "number", "how much of the old mean is kept", (), Given("0.9"), "β", "1", below=1.0)
BETA2 = Setting("beta2", "number", "the same for the mean of the squares", (), Given("0.999"), "β", "2", below=1.0)
BIAS_CORRECTION = Setting("bias_correction", "boolean", "false: m and v are used as they are", default=True)
WEIGHT_DECAY = Setting("weight_decay", "number", "times η: how much each parameter shrinks", (), Given("0.01"), "λ")

STEP = Slot("Delta", "Δ", "the accumulated gradient", prefix=True)
VELOCITY = Slot("v", "v", "the velocity, which is the last change")
SQUARES = Slot("G", "G", "the sum of the squared gradients")
MEAN = Slot("m", "m", "the running mean of the gradient")
MEAN_SQUARE = Slot("v", "v", "the running mean of the squared gradient")
MEAN_HAT = Slot("m_hat", "m̂", "m with its start at 0 corrected")
SQUARE_HAT = Slot("v_hat", "v̂", "v with its start at 0 corrected")


def _named(setting: Setting) -> Expr:
    return symbol(setting.name)


def old_of(slot: Slot) -> Expr:
    """The symbol of a slot before the update, or of a part."""
    return symbol(slot.name)


def new_of(slot: Slot) -> Expr:
    """The symbol of a slot's new value."""
    return symbol(f"{slot.name}+")


def running_mean(slot: Slot, keep: Setting, of: Expr) -> Line:
    """slot⁺ = β·slot + (1 − β)·of."""
    beta = _named(keep)
    return Line(f"{slot.name}+", add(mul(beta, old_of(slot)), mul(sub(ONE, beta), of)))


def _corrected(hat: Slot, slot: Slot, keep: Setting) -> Line:
    """hat = slot⁺/(1 − β^t⁺): the mean began at 0, which this takes out."""
    return Line(hat.name, div(new_of(slot), sub(ONE, power(_named(keep), T_NEW))))


def _over_root(above: Expr, square: Expr) -> Expr:
    """above/(√square + ε)."""
    return div(above, add(call("sqrt", square), _named(EPSILON)))


def _scaled(above: Expr, square: Expr) -> Line:
    """w⁺ = w − η·above/(√square + ε)."""
    return Line("w+", sub(W, _over_root(mul(ETA, above), square)))


def _adam(decay: Setting | None) -> tuple[Rule, Rule]:
    """Adam with and without the correction; with `decay`, λ·w is added to what the learning rate multiplies."""

    def last(above: Expr, square: Expr) -> Line:
        if decay is None:
            return _scaled(above, square)
        return Line("w+", sub(W, mul(ETA, add(_over_root(above, square), mul(_named(decay), W)))))

    means = (running_mean(MEAN, BETA1, G), running_mean(MEAN_SQUARE, BETA2, SQUARED))
    hats = (_corrected(MEAN_HAT, MEAN, BETA1), _corrected(SQUARE_HAT, MEAN_SQUARE, BETA2))
    slots = (MEAN, MEAN_SQUARE)
    with_hats = last(old_of(MEAN_HAT), old_of(SQUARE_HAT))
    return (
        Rule((COUNTED, *means, *hats, with_hats), slots, (MEAN_HAT, SQUARE_HAT), when=True),
        Rule((*means, last(new_of(MEAN), new_of(MEAN_SQUARE))), slots, when=False),
    )


_VELOCITY_LINE = Line("v+", sub(mul(_named(MOMENTUM), old_of(VELOCITY)), mul(ETA, G)))

OPTIMIZERS: dict[str, OptimizerKind] = {
    o.name: o
    for o in (
        OptimizerKind(
            "sgd",
            "gradient descent",
            COMMON,
            (Rule((Line("w+", sub(W, mul(ETA, G))),)),),
            "Robbins and Monro 1951; Rumelhart, Hinton and Williams 1986",
        ),
        OptimizerKind(
            "momentum",
            "gradient descent with momentum",
            (*COMMON, MOMENTUM, FORM),
            (
                Rule(
                    (
                        Line("Delta+", add(G, mul(_named(MOMENTUM), old_of(STEP)))),
                        Line("w+", sub(W, mul(ETA, new_of(STEP)))),
                    ),
                    (STEP,),
                    when="accumulate",
                ),
                Rule((_VELOCITY_LINE, Line("w+", add(W, new_of(VELOCITY)))), (VELOCITY,), when="velocity"),
            ),
            "Polyak 1964; velocity: Sutskever, Martens, Dahl and Hinton 2013, eq. 1 and 2",
            chosen_by="form",
            remark="The forms agree while η stays the same, then v = −η·Δw; PyTorch's SGD(momentum) is accumulate.",
        ),
        OptimizerKind(
            "nesterov",
            "Nesterov's accelerated gradient",
            (*COMMON, MOMENTUM),
            (
                Rule(
                    (
                        _VELOCITY_LINE,
                        Line(
                            "w+",
                            add(
                                W,
                                neg(mul(_named(MOMENTUM), old_of(VELOCITY))),
                                mul(add(ONE, _named(MOMENTUM)), new_of(VELOCITY)),
                            ),
                        ),
                    ),
                    (VELOCITY,),
                ),
            ),
            "Nesterov 1983; Sutskever, Martens, Dahl and Hinton 2013, eq. 3 and 4; written as in CS231n",
            remark="The parameters shown are the looked-ahead ones, w + μ·v of the original, at which the gradient is "
            "taken; PyTorch's SGD(nesterov=True) agrees while η stays the same.",
        ),
        OptimizerKind(
            "adagrad",
            "Adagrad",
            (*COMMON, EPSILON),
            (
                Rule(
                    (Line("G+", add(old_of(SQUARES), SQUARED)), _scaled(G, new_of(SQUARES))),
                    (SQUARES,),
                ),
            ),
            "Duchi, Hazan and Singer 2011, fig. 1, diagonal",
            remark="ε stands outside the root, as in PyTorch (whose default is 1e-10); some write √(G + ε).",
        ),
        OptimizerKind(
            "rmsprop",
            "RMSProp",
            (*COMMON, RHO, EPSILON),
            (
                Rule(
                    (running_mean(MEAN_SQUARE, RHO, SQUARED), _scaled(G, new_of(MEAN_SQUARE))),
                    (MEAN_SQUARE,),
                ),
            ),
            "Tieleman and Hinton 2012, lecture 6.5",
            remark="The lecture has no ε; it stands outside the root, as in PyTorch (whose default ρ is 0.99 and is "
            "called alpha); some write √(v + ε).",
        ),
        OptimizerKind(
            "adam",
            "Adam",
            (*COMMON, BETA1, BETA2, EPSILON, BIAS_CORRECTION),
            _adam(None),
            "Kingma and Ba 2015, algorithm 1",
            chosen_by="bias_correction",
            remark="ε stands outside the root, as in the paper and in PyTorch.",
        ),
        OptimizerKind(
            "adamw",
            "Adam with decoupled weight decay",
            (*COMMON, BETA1, BETA2, EPSILON, BIAS_CORRECTION, WEIGHT_DECAY),
            _adam(WEIGHT_DECAY),
            "Loshchilov and Hutter 2019, algorithm 2",
            chosen_by="bias_correction",
            remark="λ·w is multiplied by η, as in PyTorch; in the paper only by the factor of the schedule.",
        ),
    )
}
