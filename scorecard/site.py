"""Where things are: the site's root, and how ``scorecard`` reaches the other rooms without knowing them.

In a checkout the root is the folder that holds ``app.py``; in an installed wheel it is ``scorecard/_site``, so
that nothing but ``scorecard`` lies bare in site-packages. Either goes first on the path: a foreign package
named ``metrics`` must not win.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from scorecard.board.library import Library
from scorecard.board.slices import Slices
from scorecard.settings import Settings, read_settings
from scorecard.warehouse import OpenWarehouse


def root() -> Path:
    """The folder that holds ``app.py``, ``metrics``, ``layouts`` and ``config``."""
    package = Path(__file__).resolve().parent
    laid = package / "_site"
    return laid if (laid / "app.py").exists() else package.parent


def load(module: str) -> Any:
    """Import a module of the site, its root first on the path."""
    if sys.path[:1] != [str(root())]:
        sys.path.insert(0, str(root()))
    return importlib.import_module(module)


def default_config() -> Path:
    """The bundled demo's folder: as people would type it where they stand, else where it is installed."""
    bundled = root() / "config" / "broadband"
    near = Path("config/broadband")
    return near if near.resolve() == bundled.resolve() else bundled


def is_bundled(config: Path, environ: Mapping[str, str]) -> bool:
    """Whether a scorecard comes with the program, data and all, so that anybody may see it.

    The demo pointed at another warehouse is that warehouse's owner's.
    """
    return config.resolve().parent == (root() / "config").resolve() and not environ.get("GOLDEN_THREAD_WAREHOUSE")


def demo_data(settings: Settings) -> Path:
    """Where the bundled demo's facts are kept."""
    return settings.var / "broadband.duckdb"


def environment(settings: Settings, environ: Mapping[str, str]) -> Mapping[str, str]:
    """The environment that a scorecard's warehouse is opened in: the demo's facts lie wherever ``var`` is."""
    if not is_bundled(settings.config, environ):
        return environ
    return {**environ, "GOLDEN_THREAD_WAREHOUSE": f"duckdb:///{demo_data(settings)}"}


def refusal(settings: Settings, environ: Mapping[str, str]) -> str | None:
    """Why this must not be served as asked, if so: own data, beyond this machine, to anybody who comes by."""
    if not settings.everywhere or settings.open_house or is_bundled(settings.config, environ):
        return None
    return (
        f"{settings.config} would be shown to anybody who can reach this address: there is no access control."
        " Serve it on 127.0.0.1 behind a proxy that has one, or set GOLDEN_THREAD_OPEN_HOUSE=yes to show it all the"
        " same, under a red banner."
    )


def warehouse() -> OpenWarehouse:
    """How warehouses are opened."""
    return cast("OpenWarehouse", load("metrics.warehouse").open_warehouse)


def boards(settings: Settings, environ: Mapping[str, str] = os.environ) -> Library:
    """The boards of a scorecard, as ``app`` hands them to the screens.

    Raises ``PermissionError`` with what :func:`refusal` says.
    """
    if why := refusal(settings, environ):
        raise PermissionError(why)
    bare = settings.everywhere and not is_bundled(settings.config, environ)
    slices = Slices(settings.config, environment(settings, environ), warehouse)
    return Library(settings, environ, lambda: datetime.now(UTC), slices, open_house=bare)


def settings() -> Settings:
    """The settings of this process's environment; raises ``ValueError`` naming the variable that makes no sense."""
    return read_settings(os.environ, default_config())
