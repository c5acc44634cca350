"""What the environment decides: read once, at the rim, into one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are and who may come in.

    =================================  =====================================================================
    ``GOLDEN_THREAD_CONFIG``           the scorecard's folder (default ``config/broadband``)
    ``GOLDEN_THREAD_VAR``              where snapshots and the demo's data are kept (default ``var``)
    ``GOLDEN_THREAD_HOSTS``            host names the server answers to, by comma (default: loopback)
    ``GOLDEN_THREAD_OPEN_HOUSE``       ``yes``: serve own data to anybody, without access control, under a red banner
    ``GOLDEN_THREAD_STALE_AFTER``      hours after which a picture is called old (default 26)
    =================================  =====================================================================
    """

    config: Path
    var: Path
    hosts: tuple[str, ...] = LOOPBACK
    open_house: bool = False
    stale_after: timedelta = timedelta(hours=26)

    @property
    def snapshots(self) -> Path:
        """Where this scorecard's snapshots are."""
        return self.var / "snapshots" / self.config.resolve().name

    @property
    def displays(self) -> Path:
        """Where the web processes tell one another which wall screens they have seen."""
        return self.var / "displays" / self.config.resolve().name

    @property
    def everywhere(self) -> bool:
        """Whether the server answers to other names than this machine's own."""
        return any(host not in LOOPBACK for host in self.hosts)


def read_settings(environ: Mapping[str, str], default_config: Path) -> Settings:
    """Read the settings; raises ``ValueError`` naming the variable that makes no sense."""
    hours = environ.get("GOLDEN_THREAD_STALE_AFTER", "26")
    try:
        stale_after = timedelta(hours=float(hours))
    except (ValueError, OverflowError):
        raise ValueError(f"GOLDEN_THREAD_STALE_AFTER is a number of hours, not {hours!r}") from None
    hosts = tuple(host.strip() for host in environ.get("GOLDEN_THREAD_HOSTS", "").split(",") if host.strip())
    return Settings(
        config=Path(environ.get("GOLDEN_THREAD_CONFIG") or default_config),
        var=Path(environ.get("GOLDEN_THREAD_VAR") or "var"),
        hosts=hosts or LOOPBACK,
        open_house=environ.get("GOLDEN_THREAD_OPEN_HOUSE", "").lower() == "yes",
        stale_after=stale_after,
    )
