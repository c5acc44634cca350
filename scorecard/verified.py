"""Which files a refresh has seen to be whole, so that it need not read what is settled again and again to see it.

A note beside the snapshots remembers of every verified file its size, the time of its last change and its place on the
disk. Only the refresher relies on it, and for a day at most: whoever shows figures reads every byte before it does,
and where one finds a file damaged the note goes, so that the next refresh looks at everything itself.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa

from scorecard.blocks import digest

TRUSTED = timedelta(days=1)
"""How long the note is relied on before everything is read again."""
_NOTE = "verified.json"


@dataclass
class Verified:
    """The files seen to be whole, by checksum."""

    since: datetime
    known: dict[str, list[int]] = field(default_factory=dict)
    seen: dict[str, list[int]] = field(default_factory=dict)
    """Those that were asked for."""

    @classmethod
    def read(cls, home: Path, clock: datetime) -> Verified:
        """The note of a home; empty where there is none, it cannot be read or is too old at ``clock`` (aware)."""
        try:
            said = json.loads((home / _NOTE).read_bytes())
            since, known = datetime.fromisoformat(said["since"]), dict(said["files"])
            if timedelta() <= clock - since < TRUSTED:
                return cls(since, known)
        except (OSError, ValueError, KeyError, TypeError):
            pass
        return cls(clock)

    def whole(self, path: Path, content: pa.Buffer, written: str) -> bool:
        """Whether a file has the checksum it was written with, as it is or as it was seen before."""
        status = path.stat()
        stamp = [status.st_size, status.st_mtime_ns, status.st_ino]
        if self.known.get(written) != stamp and digest(content) != written:
            return False
        self.seen[written] = stamp
        return True

    def write(self, home: Path) -> None:
        """Write the note anew; where that cannot be done everything is read again."""
        draft = home / f".{_NOTE}.{os.getpid()}.tmp"
        try:
            draft.write_text(json.dumps({"since": self.since.isoformat(), "files": self.seen}), encoding="utf-8")
            draft.replace(home / _NOTE)
        except OSError:
            draft.unlink(missing_ok=True)


def forget(home: Path) -> None:
    """Remove the note, where that may be done."""
    try:
        (home / _NOTE).unlink(missing_ok=True)
    except OSError:
        return
