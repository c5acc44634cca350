"""The values of dimensions: what a board may be held to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from metrics.engines import QueryError
from metrics.probes import frequencies
from metrics.session import Session
from metrics.sources import SourceError


def frequent(session: Session, least: int, most: int, since: Mapping[str, datetime]) -> Mapping[str, tuple[str, ...]]:
    """Of every dimension the values that at least ``least`` rows hold, at most ``most``, the most frequent first.

    Rows before the moment ``since`` gives a source are left out, and sources it does not name. A dimension that several
    sources have is one; a source that cannot be read adds nothing.
    """
    found: dict[str, Counter[str]] = {}
    for name, source in session.definition.sources.items():
        for dimension in source.dimensions if name in since else ():
            try:
                statement = frequencies(session.facts(name).source, dimension, most, since[name])
                rows = session.fetch(statement).to_pylist()
            except (SourceError, QueryError):
                continue
            counted = {str(row["value"]): int(row["times"]) for row in rows if row["value"] not in (None, "")}
            found.setdefault(dimension, Counter()).update(counted)
    return {
        dimension: tuple(value for value, times in counted.most_common(most) if times >= least)
        for dimension, counted in sorted(found.items())
        if counted
    }
