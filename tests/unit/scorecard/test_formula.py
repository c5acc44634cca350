"""Formulas over arrays: SQL's meaning of missing values, and nothing that is not a number ever comes out."""

from __future__ import annotations

import numpy as np
import pytest

from scorecard.expression import columns, parse_formula
from scorecard.formula import evaluate

NO = np.nan
A, B, C = np.array([1.0, 2.0, NO, 0.0]), np.array([4.0, 0.0, 3.0, NO]), np.array([-1.0, 1.0, 9.0, 2.0])


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("a + b * 2", [9, 2, NO, NO]),
        ("-a", [-1, -2, NO, 0]),
        ("a / b", [0.25, NO, NO, NO]),
        ("a / 0", [NO, NO, NO, NO]),
        ("coalesce(a, b, 0)", [1, 2, 3, 0]),
        ("nullif(b, 0)", [4, NO, 3, NO]),
        ("abs(c)", [1, 1, 9, 2]),
        ("least(a, b)", [1, 0, 3, 0]),
        ("greatest(a, b, c)", [4, 2, 9, 2]),
        ("ln(a)", [0, np.log(2), NO, NO]),
        ("sqrt(c)", [NO, 1, 3, np.sqrt(2)]),
        ("exp(a * 1000)", [NO, NO, NO, 1]),
        ("case when a < b then 1 when b = 0 then 2 else 3 end", [1, 2, 3, 3]),
        ("case when a > 1 and b > 1 then 1 else 0 end", [0, 0, 0, 0]),
        ("case when not (a > 1 and b > 1) then 1 else 0 end", [1, 1, 0, 1]),
        ("case when a > 1 or b > 1 then 1 end", [1, 1, 1, NO]),
        ("case when a is null then 5 when b is not null then 6 end", [6, 6, 5, NO]),
        ("case when a in (1, 2) then 1 else 0 end", [1, 1, 0, 0]),
        ("case when a between 1 and 2 then a end", [1, 2, NO, NO]),
        ("case when (a > 1) is true then 1 when (a > 1) is false then 0 end", [0, 1, NO, 0]),
        ("null", [NO, NO, NO, NO]),
        ("5", [5, 5, 5, 5]),
    ],
)
def test_evaluates(text: str, result: list[float]) -> None:
    formula = parse_formula(text)
    named = {name: array for name, array in {"a": A, "b": B, "c": C}.items() if name in columns(formula)}
    np.testing.assert_allclose(evaluate(formula, named, A.shape), result)
