"""Where the four folders meet: ``gunicorn app:server``."""

import os

from layouts.shell import build
from scorecard import site

settings = site.settings()
server = build(site.boards(settings), settings, bundled=site.is_bundled(settings.config, os.environ)).server
