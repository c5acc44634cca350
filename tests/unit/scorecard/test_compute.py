"""What each aggregate and metric type makes of its parts: missing, zero and nothing are three different things."""

from __future__ import annotations

import numpy as np
import pytest

from scorecard.compute import blank_below, leaf_cells, metric_cells
from scorecard.definition import Definition
from scorecard.measure import Ask, parts
from scorecard.reading import Cells

NO = np.nan
THERE = np.array([[2.0, 2.0, 0.0]])
ENTERED = np.array([[2.0, 0.0, 0.0]])
FIGURE = np.array([[6.0, 0.0, 0.0]])


def column(*values: float) -> np.ndarray:
    return np.array([values], dtype=float)


@pytest.mark.parametrize("agg", ["count", "count_distinct"])
def test_a_count_is_zero_only_where_rows_are(agg: str) -> None:
    cells = leaf_cells(agg, {"rows": THERE, "count": ENTERED})
    np.testing.assert_equal(cells.value, column(2, 0, NO))
    np.testing.assert_equal(cells.count, column(2, 0, 0))
    assert np.isnan(cells.numerator).all()


def test_a_sum_of_none_is_no_value() -> None:
    np.testing.assert_equal(
        leaf_cells("sum", {"rows": THERE, "count": ENTERED, "total": FIGURE}).value, column(6, NO, NO)
    )


def test_yes_and_no_answers_of_none_are_zero() -> None:
    cells = leaf_cells("sum_boolean", {"rows": THERE, "count": ENTERED, "total": FIGURE})
    np.testing.assert_equal(cells.value, column(6, 0, NO))


@pytest.mark.parametrize("agg", ["min", "max", "median", "percentile"])
def test_a_figure_of_none_is_no_value(agg: str) -> None:
    parts_ = {"rows": THERE, "count": ENTERED, "figure": column(6, NO, NO)}
    np.testing.assert_equal(leaf_cells(agg, parts_).value, column(6, NO, NO))


def test_an_average_is_a_quotient() -> None:
    cells = leaf_cells("average", {"rows": THERE, "count": ENTERED, "total": FIGURE})
    np.testing.assert_equal(cells.value, column(3, NO, NO))
    np.testing.assert_equal(cells.numerator, column(6, NO, NO))
    np.testing.assert_equal(cells.denominator, column(2, 0, NO))


def test_a_score_counts_answers() -> None:
    cells = leaf_cells(
        "nps", {"rows": THERE, "count": ENTERED, "balance": column(-1, 0, 0), "decided": column(1, 0, 0)}
    )
    np.testing.assert_equal(cells.value, column(-50, NO, NO))
    np.testing.assert_equal(cells.numerator, column(-1, NO, NO))


def test_a_count_without_rows_is_zero_over_a_denominator_with_some() -> None:
    ratio = {
        "type": "ratio",
        "numerator": {"source": "a", "agg": "count"},
        "denominator": {"source": "b", "agg": "count"},
    }
    summed = {**ratio, "numerator": {"source": "a", "agg": "sum", "expr": "x"}}
    definition = Definition.model_validate({"metrics": {"counted": ratio, "summed": summed}})
    over, under = (Cells(value, value, value, np.nan_to_num(value)) for value in (column(NO, 1, NO), column(4, 0, NO)))
    for metric, wanted in (("counted", column(0, NO, NO)), ("summed", column(NO, NO, NO))):
        ask = Ask(metric)
        needed = parts(definition, ask)
        cells = metric_cells(definition, ask, needed, {"numerator": over, "denominator": under}, (1, 3))
        np.testing.assert_equal(cells.value, wanted)
        np.testing.assert_equal(cells.count, under.count)


def test_a_formula_counts_the_fewest_behind_it() -> None:
    definition = Definition.model_validate({"metrics": {"d": {"type": "derived", "expr": "coalesce(x, 0) + y"}}})
    x = Cells(column(1, NO, 1), column(0, 0, 0), column(0, 0, 0), column(7, 0, 7))
    y = Cells(column(1, 1, NO), column(0, 0, 0), column(0, 0, 0), column(9, 9, 0))
    cells = metric_cells(definition, Ask("d"), parts(definition, Ask("d")), {"x": x, "y": y}, (1, 3))
    np.testing.assert_equal(cells.value, column(2, 1, NO))
    np.testing.assert_equal(cells.count, column(7, 9, 0))


def test_nothing_is_shown_below_a_metrics_own_level() -> None:
    full = np.ones((3, 2))
    cells = blank_below(Cells(full, full, full, full), np.array([1, 2, 3]), 2)
    assert np.isfinite(cells.value[:2]).all()
    assert np.isnan(cells.value[2]).all()
    assert not cells.count[2].any()
