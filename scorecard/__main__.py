"""``python -m scorecard`` is the command ``golden-thread``."""

from scorecard.cli import main

main()
