"""A first scorecard, proposed from the tables of a database: guesses a person confirms or strikes out."""

from metrics.proposing.proposal import propose

__all__ = ["propose"]
