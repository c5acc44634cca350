"""Lays the folders beside `scorecard` into the wheel, under `scorecard/_site/`.

In a checkout `app.py`, `metrics`, `layouts` and `config` stand beside `scorecard`. Installed like that they would
be top-level names in site-packages, where any other distribution may own a `metrics`. So a wheel carries them inside
`scorecard`, and `scorecard.site` puts that folder first on the import path. An editable install keeps the checkout.
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SITE = ("app.py", "metrics", "layouts", "config")


class SiteHook(BuildHookInterface[Any]):
    """Adds `SITE` to a wheel; leaves an editable install as it is."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Tell hatchling which paths to lay where.

        Raises:
            FileNotFoundError: a part of the site is missing from the tree that is built.
        """
        if version == "editable":
            return
        for name in SITE:
            part = Path(self.root, name)
            if not part.exists():
                raise FileNotFoundError(f"the wheel needs {name}, and there is none in the folder that is built")
            build_data["force_include"][str(part)] = f"scorecard/_site/{name}"
