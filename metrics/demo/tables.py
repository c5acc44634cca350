"""Arrays as Arrow tables: the columns that sources are made of, with what is missing told apart from zero."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from metrics.demo import span
from metrics.demo.draws import Bools, Ints, Rng
from metrics.demo.world import World

FIRST_CUSTOMER = 100_001
NOBODY = -1


@dataclass(frozen=True, slots=True)
class Table:
    """A named table ready to be written."""

    name: str
    rows: pa.Table


def words(codes: Ints | Bools, vocabulary: Sequence[str]) -> pa.Array:
    """Codes as words; a code of -1 is missing."""
    plain = np.asarray(codes, dtype=np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(plain, mask=plain < 0), pa.array(vocabulary, pa.string()))


def numbers(values: np.ndarray[Any, Any], missing: Bools | None = None) -> pa.Array:
    """Numbers or flags, with NULL where missing."""
    return pa.array(values, mask=missing)


def moments(seconds: Ints, missing: Bools | None = None) -> pa.Array:
    """Seconds since the start as naive timestamps, with NULL where missing."""
    return pa.array(span.timestamps(seconds), pa.timestamp("us"), mask=missing)


def customers(codes: Ints) -> pa.Array:
    """Customer numbers; -1 is missing."""
    return pa.array(codes + FIRST_CUSTOMER, mask=codes < 0)


def orders(ids: Ints) -> pa.Array:
    """Order and work-order numbers; -1 is missing."""
    return pa.array(ids, mask=ids < 0)


def workers(world: World, codes: Ints, forgotten: Bools | None = None) -> pa.Array:
    """Worker numbers; missing for -1 and where nobody was written down."""
    kept = codes if forgotten is None else np.where(forgotten, NOBODY, codes)
    return words(kept, world.organisation.worker_ids)


def table(name: str, columns: Mapping[str, pa.Array], happened: Ints) -> Table:
    """A table of what had happened by the end of the span, in the order of happening."""
    known = np.flatnonzero(happened < span.LENGTH)
    order = known[np.argsort(happened[known], kind="stable")]
    return Table(name, pa.table(dict(columns)).take(pa.array(order)))


def with_duplicates(rng: Rng, made: Table, count: int) -> Table:
    """The table with a few rows delivered twice, as feeds do after a retry."""
    again = np.sort(rng.choice(made.rows.num_rows, count, replace=False))
    return Table(made.name, pa.concat_tables([made.rows, made.rows.take(pa.array(again))]))


def some(rng: Rng, size: int, share: float) -> Bools:
    """A random share of rows."""
    return rng.random(size) < share


def forgotten(rng: Rng, size: int) -> Bools:
    """The few rows on which nobody wrote down who did the work."""
    return some(rng, size, 0.003)
