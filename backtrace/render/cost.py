"""The pages of `backtrace cost`: tables and sentences on a terminal and in Markdown; the data are in cost_data.py."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from backtrace.engine.comparing import Depth, Report, Update
from backtrace.engine.cost import Cost, Shared
from backtrace.engine.orders import Jacobian, Order
from backtrace.errors import printable
from backtrace.network.quantity import LOSS, Derivative, Quantity
from backtrace.network.records import Network
from backtrace.notation.profile import Profile
from backtrace.notation.spelling import Spelling
from backtrace.render.heading import counted, loss_name, sizes
from backtrace.render.options import PageOptions
from backtrace.render.table_page import Part
from backtrace.render.tables import Table
from backtrace.render.text import RAISED, TextWriter

PLAIN_DIGITS = 12  # a longer count is rounded, as a power of ten
MOST_SHARED = 24  # factors listed one by one; of more, layer by layer
MOST_PRODUCTS = 12  # products listed of one order; of more, the first and the last ones

WAYS = {
    "paths": "sum over all paths, written out",
    "factored": "sum over paths, factored",
    "reuse": "backpropagation (reuse)",
}
ORDERS = {
    "reverse": "From the left, beginning at the loss (reverse order): a row times a matrix each time",
    "forward": "From the right, beginning at the input (forward order): matrix times matrix, but for the last product",
}


def named(network: Network) -> str:
    """Which network it is."""
    return f"{printable(network.name)}: {sizes(network)}; loss: {loss_name(network)}"


class Writer:
    """Names and counts as they stand on the page."""

    def __init__(self, network: Network, profile: Profile, options: PageOptions) -> None:
        self.network = network
        self.digits = options.digits
        self.writer = TextWriter(Spelling(profile, network), ascii=options.ascii, comma=options.comma)

    def amount(self, count: int) -> str:
        """A count: in full up to twelve digits, then rounded with a power of ten."""
        text = str(count)
        if len(text) <= PLAIN_DIGITS:
            return text
        cut = 10 ** (len(text) - self.digits)
        rounded = str((count + cut // 2) // cut)
        power = len(text) - 1 + (len(rounded) > self.digits)
        digits = rounded[: self.digits]
        return self.writer.figure(f"{digits[0]}{'.' * (len(digits) > 1)}{digits[1:]}e{power}")

    def derivative(self, of: Quantity, by: Quantity) -> str:
        """∂of/∂by."""
        return self.writer.spell(Derivative(of, by))

    def jacobian(self, factor: Jacobian) -> str:
        """∇E, Dσ or DL²."""
        loss = self.writer.spell(LOSS)
        if self.writer.ascii:
            return {"gradient": f"grad {loss}", "activation": "Dsigma"}.get(factor.kind, f"DL^{factor.layer}")
        number = str(factor.layer).translate(RAISED)
        return {"gradient": f"∇{loss}", "activation": "Dσ"}.get(factor.kind, f"DL{number}")


def report_parts(report: Report, write: Writer) -> Iterator[Part]:
    """The page of one network, or of one quantity."""
    found = report.cost
    yield from counting(report, write)
    yield ways(found, write)
    yield from saving(report, write)
    if found.shared:
        yield shared(found, write)
    if report.orders:
        yield from both_orders(report.orders, write)
    if report.updates:
        yield from all_updates(report.updates, write)


def saving(report: Report, write: Writer) -> Iterator[Part]:
    """What reuse saves, and what it takes for that."""
    found = report.cost
    reuse, brackets = found.way("reuse"), found.way("factored")
    saved = found.way("paths").multiplications - reuse.multiplications
    outs = sum(layer.units for layer in report.network.layers)
    yield (
        f"Reuse saves {write.amount(saved)} multiplications of the written-out paths and keeps "
        f"{counted(reuse.kept, 'value')} for that. All three ways need the {counted(outs, 'output')} of the forward "
        "pass besides."
    )
    if len(found.bys) == 1 and brackets.multiplications < reuse.multiplications:
        yield (
            "For one gradient alone brackets can take less than reuse, as here: a factor that terms have in common is "
            "multiplied in once, behind the sum. Reuse pays because the gradients of all parameters share its values."
        )


def counting(report: Report, write: Writer) -> Iterator[Part]:
    """What is counted, in words."""
    found = report.cost
    sample = " for one sample" if report.network.samples > 1 else ""
    if len(found.bys) == 1:
        yield f"What {write.derivative(found.root, found.bys[0])} costs{sample}"
    else:
        root = write.writer.spell(found.root)
        yield f"What the gradients of {root} by all {len(found.bys)} parameters cost{sample}"
    layer = len(report.network.layers)
    net = Quantity("net", layer, 1)
    weight = write.derivative(net, report.network.weight(layer, 1, 1))
    bias = report.network.bias(layer, 1)
    always = f" One that is always 1, such as {write.derivative(net, bias)}, is not written." if bias else ""
    yield (
        "One multiplication is one product of two numbers. The numbers are the factors of the chain rule, such as "
        f"{weight}: {write.amount(found.factors)} of them, the same for all three ways, so that what it takes to find "
        f"them is not counted, and no sum is.{always}"
    )
    yield (
        "Stored values are the numbers under way (a product, and for each open bracket a sum and one more product) and "
        "those kept because they are used again."
    )


def ways(found: Cost, write: Writer) -> Table:
    """The three ways."""
    rows = [
        (WAYS[way.name], write.amount(way.multiplications), write.amount(way.stored), write.amount(way.kept))
        for way in found.ways
    ]
    title = f"{write.amount(found.paths)} path{'s' * (found.paths != 1)} in all"
    return Table(title, ("way", "multiplications", "stored values", "of these kept"), rows, (0,))


def shared(found: Cost, write: Writer) -> Table:
    """What is computed once and kept, each with how often it is used."""
    heading = ("factor", "used", "on paths")
    if len(found.shared) <= MOST_SHARED:
        rows = [
            (write.derivative(found.root, one.by), f"{one.uses} times", write.amount(one.paths)) for one in found.shared
        ]
        return Table("Computed once, kept and used again (the paths form it anew each time)", heading, rows)

    def place(one: Shared) -> tuple[str, int]:
        return one.by.kind, one.by.layer

    grouped = []
    for _, group in groupby(found.shared, place):
        members = list(group)
        first = write.derivative(found.root, members[0].by)
        last = write.derivative(found.root, members[-1].by)
        uses, paths = (sorted({one.uses for one in members}), sorted({one.paths for one in members}))
        grouped.append(
            (
                first if len(members) == 1 else f"{first} … {last}",
                str(len(members)),
                " to ".join(str(n) for n in dict.fromkeys((uses[0], uses[-1]))) + " times",
                " to ".join(write.amount(n) for n in dict.fromkeys((paths[0], paths[-1]))),
            )
        )
    title = "Computed once, kept and used again, layer by layer (the paths form each anew each time)"
    return Table(title, ("factors", "so many", "each used", "each on paths"), grouped)


def both_orders(orders: Sequence[Order], write: Writer) -> Iterator[Part]:
    """The Jacobians multiplied from either side, with the arithmetic."""
    reverse, forward = orders
    names = [write.jacobian(factor) for factor in (reverse.start, *(one.factor for one in reverse.products))]
    chain = "·".join(names if len(names) <= MOST_PRODUCTS else [*names[:3], "…", names[-1]])
    yield (
        f"The product of whole Jacobians {chain}, each a full matrix: a product (a×b)·(b×c) takes a·b·c multiplications"
    )
    yield products(reverse, write)
    yield products(forward, write)
    less, more = sorted((reverse.multiplications, forward.multiplications))
    if less == more:
        yield f"Both orders take {write.amount(less)} multiplications."
    else:
        better = "reverse" if less == reverse.multiplications else "forward"
        yield f"The {better} order takes {write.amount(less)} multiplications, the other {write.amount(more)}."


def products(order: Order, write: Writer) -> Table:
    """The products of one order, one below the other."""
    rows = []
    so_far = write.jacobian(order.start)
    for one in order.products:
        name = write.jacobian(one.factor)
        rows.append(
            (
                f"{so_far}·{name}" if order.name == "reverse" else f"{name}·{so_far}",
                f"({one.rows}×{one.inner})·({one.inner}×{one.columns})",
                f"{one.rows}·{one.inner}·{one.columns} = {write.amount(one.multiplications)}",
            )
        )
        so_far = "(…)"
    if len(rows) > MOST_PRODUCTS:
        half = MOST_PRODUCTS // 2
        rows = [*rows[:half], (f"{len(rows) - 2 * half} products left out", "", ""), *rows[-half:]]
    rows.append(("in all", "", write.amount(order.multiplications)))
    return Table(ORDERS[order.name], ("product", "sizes", "multiplications"), rows)


def all_updates(compared: Sequence[Update], write: Writer) -> Iterator[Part]:
    """One update on all samples, on some, on one."""
    one = compared[0]
    forward = f"{write.amount(one.forward)} multiplication{'s' * (one.forward != 1)}"
    yield (
        f"One update takes, for each of its samples, {forward} forward (each use of a weight) and "
        f"{write.amount(one.backward)} backward, both in proportion to the number p of parameters, and then one for "
        f"each of the {write.amount(one.parameters)} numbers updated: O(p·n) on all n samples, O(p·m) on m of them."
    )
    rows = []
    for update in compared:
        name = {one.of: f"batch: all {one.of}", 1: "stochastic: 1"}.get(update.samples, f"mini-batch: {update.samples}")
        each = f"{update.samples}·({update.forward} + {update.backward}) + {update.parameters}"
        rows.append(
            (name, f"{each} = {write.amount(update.per_update)}", str(update.updates), write.amount(update.per_epoch))
        )
    yield Table("", ("one update on", "multiplications", "updates per epoch", "epoch in all"), rows)
    optimizer, more = write.network.optimizer, []
    if optimizer.type != "sgd" or optimizer.clips:
        more.append(f"what {optimizer.type}{' with clipping' * optimizer.clips} does with a gradient")
    if write.network.regularization.norms:
        more.append("the gradient of the regularisation")
    if more:
        yield (
            f"Not counted: {' and '.join(more)}. It does not depend on the number of samples, so that smaller "
            "batches pay for it more often."
        )


def deepening(network: Network, depths: Sequence[Depth], units: int) -> str:
    """Which networks they are."""
    outputs = counted(network.size(len(network.layers)), "output")
    span = " to ".join(dict.fromkeys(str(one.layers) for one in (depths[0], depths[-1])))
    between = f"{counted(units, 'unit')} in each layer between"
    return f"{printable(network.name)} with {span} layers: {counted(network.input_size, 'input')}, {between}, {outputs}"


def depth_parts(depths: Sequence[Depth], write: Writer) -> Iterator[Part]:
    """The table over growing depth."""
    yield "What the gradients by all parameters cost for one sample"
    yield (
        "One multiplication is one product of two factors of the chain rule. The factors, local derivatives, are taken "
        "as known; one that is always 1 is not written. Kept are the values that backpropagation computes once and "
        "uses again."
    )
    rows = []
    for one in depths:
        multiplications = [write.amount(way.multiplications) for way in one.cost.ways]
        kept = write.amount(one.cost.way("reuse").kept)
        rows.append((str(one.layers), str(one.parameters), write.amount(one.cost.paths), *multiplications, kept))
    heading = ("layers", "parameters", "paths", "written out", "factored", "backpropagation", "kept")
    yield Table("Multiplications of the three ways, and what reuse keeps", heading, rows)
    yield from growth(depths, write)


def growth(depths: Sequence[Depth], write: Writer) -> Iterator[Part]:
    """How the numbers of the table grow; said only where they do."""
    steps = [(a.cost, b.cost) for a, b in pairwise(one for one in depths if one.layers > 1)]
    added = {
        (
            b.way("reuse").multiplications - a.way("reuse").multiplications,
            b.way("reuse").kept - a.way("reuse").kept,
        )
        for a, b in steps
    }
    if len(added) != 1 or len(steps) < 2:
        return
    ((products_, kept),) = added
    before, after = (one.way("paths").multiplications for one in steps[-1])
    hundredths = (200 * after + before) // (2 * before)
    times = write.writer.figure(f"{hundredths // 100}.{hundredths % 100:02d}")
    yield (
        f"From the second layer on, every further one adds exactly {products_} multiplications and "
        f"{counted(kept, 'kept value')} to backpropagation. The last one multiplied those of the written-out paths by "
        f"{times}."
    )
