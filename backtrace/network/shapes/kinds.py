"""The table of layer kinds that can be counted. To add one: a record in a family's file, or a new file and its name
here."""

from __future__ import annotations

from backtrace.network.shapes import (
    attention,
    convolution,
    dense,
    joining,
    normalisation,
    pooling,
    recurrent,
    reshaping,
)

FAMILIES = (dense, convolution, pooling, reshaping, normalisation, recurrent, attention, joining)
KINDS = {kind.name: kind for family in FAMILIES for kind in family.KINDS}
