import json

import pytest

from scorecard.analysis.xmr import judge_series, read_series

GOLDEN = [1.0, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]


def test_the_answer_has_the_shape_of_the_command() -> None:
    answer = judge_series([f"w{i}" for i in range(18)], GOLDEN)
    assert list(answer) == ["centre", "lower", "upper", "range_limit", "rules", "points"]
    assert answer["lower"] == pytest.approx(-0.72, abs=5e-3)
    assert answer["rules"] == "nhs"
    assert answer["points"][4] == {"period": "w4", "value": 10.0, "signal": "outside", "side": "above"}
    assert answer["points"][0] == {"period": "w0", "value": 1.0, "signal": None, "side": "below"}


def test_screening_and_rules_are_the_callers() -> None:
    answer = judge_series([str(i) for i in range(18)], GOLDEN, "wheeler", screen=False)
    assert answer["rules"] == "wheeler"
    assert answer["upper"] == pytest.approx(6.95, abs=5e-3)


def test_nothing_is_null_not_nan() -> None:
    answer = judge_series(["a", "b", "c"], [1.0, None, 3.0])
    assert json.loads(json.dumps(answer, allow_nan=False)) == {
        "centre": None,
        "lower": None,
        "upper": None,
        "range_limit": None,
        "rules": "nhs",
        "points": [
            {"period": "a", "value": 1.0, "signal": None, "side": None},
            {"period": "b", "value": None, "signal": None, "side": None},
            {"period": "c", "value": 3.0, "signal": None, "side": None},
        ],
    }
    assert judge_series([], [])["points"] == []


def test_on_the_centre_there_is_no_side_and_a_trend_has_its_points_own() -> None:
    values = [8.0, 2, 8, 2, 8, 2, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 5]
    answer = judge_series([str(i) for i in range(13)], values)
    assert answer["centre"] == 5
    assert answer["points"][12] == {"period": "12", "value": 5.0, "signal": None, "side": None}
    assert [(point["signal"], point["side"]) for point in answer["points"][6:12]] == [
        *[("trend", "below")] * 3,  # wherever they are going
        *[("trend", "above")] * 3,
    ]


def test_periods_and_values_must_match() -> None:
    with pytest.raises(ValueError, match="2 periods for 1 values"):
        judge_series(["a", "b"], [1.0])


@pytest.mark.parametrize(
    ("text", "periods", "values"),
    [
        ("period,value\n2026-01,1\n2026-02,2.5\n", ("2026-01", "2026-02"), (1.0, 2.5)),
        ("2026-01,1\r\n2026-02,\r\n2026-03,-2e3", ("2026-01", "2026-02", "2026-03"), (1.0, None, -2000.0)),
        ("week,calls\nw1,1\n", ("w1",), (1.0,)),
        ("week,value\nw1,1\n", ("w1",), (1.0,)),
        ("value,period\n1,w1\n", ("w1",), (1.0,)),
        ("team,value,period\nnorth,1,w1\n", ("w1",), (1.0,)),
        ("\ufeffvalue\n1\n2\n", ("1", "2"), (1.0, 2.0)),
        ("1\n\n3\n\n", ("1", "2", "3"), (1.0, None, 3.0)),
        ("period;value\n2026-01;1,5\n2026-02;\n2026-03;-2\n", ("2026-01", "2026-02", "2026-03"), (1.5, None, -2.0)),
        ("period\tvalue\nw1\t1,5\n", ("w1",), (1.5,)),
        ('"a;b",1\n"c;d",2\n', ("a;b", "c;d"), (1.0, 2.0)),
        ('"w, 1",1\n\nw2,2\n', ("w, 1", "w2"), (1.0, 2.0)),
    ],
)
def test_what_can_be_read(text: str, periods: tuple[str, ...], values: tuple[float | None, ...]) -> None:
    series = read_series(text)
    assert (series.periods, series.values) == (periods, values)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "there are no values"),
        ("period,value\n", "there are no values"),
        ("a,1\nb,many\n", "line 2: 'many' is not a number"),
        ("nan\n1\n", "line 1: 'nan' is not a finite number"),
        ("1\n1_000\n", "line 2: '1_000' is not a number"),
        ("1\n1e999\n", "line 2: '1e999' is not a finite number"),
        ("1\n-1e101\n", "line 2: '-1e101' is too large to be a figure"),
        ("a,1\nb\n", "line 2: 1 column where 2 were expected"),
        ("a,1\na,2\n", "line 2: period 'a' is already on line 1"),
        ("a,1\n,2\n", "line 2: the period is empty"),
        ("a,b1,2\n", "line 1: 3 columns; wanted are"),
        ('a,1\n"b,2\n', "line 2: not CSV"),
    ],
)
def test_garbage_is_named_by_its_line(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=r"^") as refused:
        read_series(text)
    assert message in str(refused.value)


def test_every_bad_line_is_named_at_once() -> None:
    with pytest.raises(ValueError, match="line 1") as refused:
        read_series("a,x1\nb,2\nc,3,4\nb,5\n")
    assert [line.split(":")[0] for line in str(refused.value).split("\n")] == ["line 1", "line 3", "line 4"]
