"""Numbers without loss: taken apart so that they add up exactly, and ranked so that they sort as whole numbers."""

from __future__ import annotations

from dataclasses import dataclass
from math import frexp
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scorecard.reading import Floats

MANTISSA = 53
"""Bits a double holds exactly."""
_DECIMALS = (1, 10, 100, 1000)
"""What makes whole numbers of most figures people record."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """Numbers as whole numbers in the same order, below ``spread``; NaN is any of them."""

    rank: NDArray[np.intp]
    spread: int
    scale: int
    least: int
    sorted: Floats | None

    @classmethod
    def of(cls, values: NDArray[Any]) -> Ranked:
        """Rank numbers: as they are where they are whole, or have few decimals; else by sorting them."""
        if values.dtype.kind != "f" and values.size:
            least, spread = int(values.min()), int(values.max()) - int(values.min()) + 1
            if spread <= 1 << 30:
                return cls(values.astype(np.intp) - least, spread, 1, least, None)
        known = np.nan_to_num(values)
        for scale in _DECIMALS:
            whole = np.rint(known * scale)
            if np.abs(whole).max(initial=0.0) < 1 << 30 and np.array_equal(whole / scale, known):
                least, most = int(whole.min(initial=0.0)), int(whole.max(initial=0.0))
                return cls((whole - least).astype(np.intp), most - least + 1, scale, least, None)
        there, rank = np.unique(known, return_inverse=True)
        return cls(rank, len(there), 1, 0, there)

    def values(self, ranks: NDArray[np.intp]) -> Floats:
        """The numbers behind ranks."""
        return (ranks + self.least) / self.scale if self.sorted is None else self.sorted[ranks]


def beside(counts: NDArray[np.intp], share: float) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
    """Where in lists of so many sorted numbers a percentile lies: the positions beside it, and how far between them."""
    place = (counts - 1) * share
    below = np.floor(place).astype(np.intp)
    return below, np.minimum(below + 1, counts - 1), place - below


def folds(values: NDArray[Any], most: int) -> tuple[Floats, ...]:
    """Numbers taken apart so that up to ``most`` of each fold add up without rounding.

    Whole numbers are one fold. Others are split at a power of two by adding and taking away a large number
    (Rump, Ogita and Oishi, *Accurate floating-point summation*, 2008), until nothing is left.
    """
    top = max(float(values.max(initial=0)), -float(values.min(initial=0)))
    whole, values = values.dtype.kind != "f", values.astype(np.float64, copy=False)
    if top * most < 2.0**MANTISSA and (whole or np.array_equal(np.rint(values), values)):
        return (values,)
    bits = max(2, most.bit_length())
    found: list[Floats] = []
    while top > 0:
        exponent = frexp(top)[1]
        if exponent + bits > 1000 or exponent < -900 + MANTISSA:  # noqa: PLR2004 - where doubles end
            return (*found, values)
        anchor = 1.5 * 2.0 ** (exponent + bits - 1)
        high = (values + anchor) - anchor
        found.append(high)
        values = values - high
        top = max(float(values.max()), -float(values.min()))
    return tuple(found) or (values,)
