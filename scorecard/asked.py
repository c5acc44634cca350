"""What the warehouse is asked: the statements that figures are made of, kept with them for those who may see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cached_property

import orjson
import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Statement:
    """One scan of a source, as its engine is asked for the whole of what is kept."""

    what: str
    """The scan in plain words."""
    sql: tuple[str, ...]
    """The statement, with its values written in; of rows that are taken out also the lines they belong to."""
    more: int
    """How many further statements are asked like it, for other stretches of time."""
    metrics: tuple[str, ...]
    """The metrics whose figures rest on it."""


@dataclass(frozen=True)
class Statements:
    """Every statement, as it is kept in a file: read only when somebody asks."""

    written: bytes | pa.Buffer = b"[]"

    @classmethod
    def of(cls, found: Iterable[Statement]) -> Statements:
        """Write them down."""
        return cls(orjson.dumps([asdict(each) for each in found], option=orjson.OPT_INDENT_2))

    def about(self, metric: str) -> tuple[Statement, ...]:
        """Those that a metric's figures rest on."""
        return tuple(each for each in self._read if metric in each.metrics)

    @cached_property
    def _read(self) -> tuple[Statement, ...]:
        found = orjson.loads(memoryview(self.written))
        return tuple(
            Statement(**{**each, "sql": tuple(each["sql"]), "metrics": tuple(each["metrics"])}) for each in found
        )
