"""Where the four folders meet: ``gunicorn app:server``."""

import os

from layouts.shell import build
from scorecard import memory, site

settings = site.settings()
server = memory.pin(build(site.boards(settings), settings, bundled=site.is_bundled(settings.config, os.environ)).server)
