"""Text to sqlglot's tree: one expression, within bounds, read by a parser that knows no functions of its own."""

from __future__ import annotations

from typing import ClassVar

from sqlglot import Token, Tokenizer, TokenType, exp
from sqlglot.errors import SqlglotError
from sqlglot.parser import Parser

from scorecard.syntax import ExpressionError

MAX_TOKENS = 1_000
MAX_BRACKETS = 24


class _PlainParser(Parser):
    """sqlglot's parser without its functions: every call stays a plain name with plain arguments."""

    FUNCTIONS: ClassVar = {}
    FUNCTION_PARSERS: ClassVar = {"CAST": Parser.FUNCTION_PARSERS["CAST"]}
    NO_PAREN_FUNCTIONS: ClassVar = {}
    NO_PAREN_FUNCTION_PARSERS: ClassVar = {"CASE": Parser.NO_PAREN_FUNCTION_PARSERS["CASE"]}


_LEAD = "SELECT "
"""Put before the text, so that it is read as an expression and never as a statement."""


def parsed(text: str) -> exp.Expr:
    """Read one expression. Raises :class:`ExpressionError`, and nothing else but a RecursionError."""
    statements = _statements(_LEAD + text)
    if len(statements) != 1 or not isinstance(statements[0], exp.Select):
        raise ExpressionError("one expression is expected, and nothing after it")
    has = present(statements[0])
    found = statements[0].expressions
    if has != {"expressions"} or len(found) != 1:
        extra = sorted(has - {"expressions"})
        raise ExpressionError(
            f"one expression is expected, without {in_words(extra[0])}" if extra else "one expression is expected"
        )
    only: exp.Expr = found[0]
    return only


def _statements(sql: str) -> list[exp.Expr | None]:
    try:
        tokens = Tokenizer().tokenize(sql)
        _within_bounds(tokens)
        return list(_PlainParser().parse(tokens, sql))
    except SqlglotError as error:
        raise ExpressionError(_complaint(error)) from error
    except (AttributeError, TypeError, ValueError, LookupError) as error:
        if isinstance(error, ExpressionError):
            raise
        raise ExpressionError("cannot be read as an expression") from error


def _within_bounds(tokens: list[Token]) -> None:
    if len(tokens) > MAX_TOKENS:
        raise ExpressionError(f"longer than {MAX_TOKENS:,} words and signs")
    depth = 0
    for token in tokens:
        depth += (token.token_type == TokenType.L_PAREN) - (token.token_type == TokenType.R_PAREN)
        if depth > MAX_BRACKETS:
            raise ExpressionError(f"brackets nested more than {MAX_BRACKETS} deep")
        if token.token_type == TokenType.SEMICOLON:
            raise ExpressionError("one expression is expected, and nothing after it")


def _complaint(error: SqlglotError) -> str:
    details = getattr(error, "errors", None)
    if not details:
        return "cannot be read as an expression: is a quote or bracket left open?"
    near = str(details[0].get("highlight") or "").strip()
    return "cannot be read as an expression" + (f" near {near[:40]!r}" if near else "")


def present(node: exp.Expr) -> set[str]:
    """The names of the arguments a node really has."""
    return {name for name, value in node.args.items() if value}


_PLAIN = {
    "Select": "a subquery", "Subquery": "a subquery", "Exists": "a subquery", "Window": "a window function",
    "Alias": "an alias", "Star": "'*'", "DPipe": "'||'", "Mod": "'%'", "ILike": "'ilike' (write lower(…) like …)",
    "Placeholder": "a parameter", "Parameter": "a parameter", "Interval": "an interval", "Tuple": "a list",
    "Escape": "'escape'", "Dot": "a name with a dot", "from_": "'from'", "where": "'where'", "joins": "a join",
    "order": "'order by'", "group": "'group by'", "limit": "'limit'",
    "distinct": "'distinct'", "Distinct": "'distinct'",
}  # fmt: skip


def in_words(name: str) -> str:
    """What people call a part of sqlglot's tree."""
    return _PLAIN.get(name, f"'{name.strip('_').lower()}'")
