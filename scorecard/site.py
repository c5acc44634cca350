"""Where things are: the site's root, and how ``scorecard`` reaches the other rooms without knowing them.

In a checkout the root is the folder that holds ``app.py``; in an installed wheel it is ``scorecard/_site``, so
that nothing but ``scorecard`` lies bare in site-packages. Either goes first on the path: a foreign package
named ``metrics`` must not win.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any, cast

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


def is_bundled(config: Path) -> bool:
    """Whether a scorecard is one of those that come with the program, whose data anybody may see."""
    return config.resolve().parent == (root() / "config").resolve()


def warehouse() -> OpenWarehouse:
    """How warehouses are opened."""
    return cast("OpenWarehouse", load("metrics.warehouse").open_warehouse)
