"""Tables as files: what the page shows and no more, whole, and nothing in them that a spreadsheet would run."""

import csv
import io
import math

import openpyxl
import pytest
from flask.testing import FlaskClient

from scorecard.people.principal import INSIDER
from tests.unit.layouts.boards import SmallBoards

UNITS = "/export/metric/van_stock/units"


def rows(client: FlaskClient, place: str) -> list[dict[str, str]]:
    answer = client.get(place)
    assert (answer.status_code, answer.content_type) == (200, "text/csv; charset=utf-8")
    return list(csv.DictReader(io.StringIO(answer.data.decode(), newline="")))


def sheet(client: FlaskClient, place: str) -> list[dict[str, object]]:
    book = openpyxl.load_workbook(io.BytesIO(client.get(place).data))
    head, *lines = book["Figures"].iter_rows(values_only=True)
    return [dict(zip(map(str, head), line, strict=True)) for line in lines]


def test_a_workbook_holds_what_the_csv_holds_to_the_last_digit(client: FlaskClient) -> None:
    lines, cells = rows(client, f"{UNITS}.csv?by=team"), sheet(client, f"{UNITS}.xlsx?by=team")
    assert [line["unit"] for line in lines] == [cell["unit"] for cell in cells]
    assert {line["unit"] for line in lines} == {"Depot North", "Süd/West & Co?", "Night desk"}
    for line, cell in zip(lines, cells, strict=True):
        assert math.isclose(float(line["value"]), float(str(cell["value"])), rel_tol=1e-15)
        assert len(line["value"]) > 10
        assert (line["within"], line["measured_in"], line["period"]) == (cell["within"], "share, 0 to 1", "2026-11-09")
        assert line["complete"] == "true"
        assert cell["complete"] is True


def test_a_workbook_says_what_it_is_of_and_opens_in_shape(client: FlaskClient) -> None:
    answer = client.get(f"{UNITS}.xlsx")
    assert 'filename="van-stock-by-department-2026-11-09.xlsx"' in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    about = {str(name): said for name, said in book["About"].iter_rows(values_only=True)}
    assert about["Scorecard"] == "Northlight Broadband"
    assert about["Period"] == "Week 46, 9–15 Nov 2026"
    head = [cell.value for cell in book["Figures"][1]]
    assert book["Figures"].cell(2, head.index("value") + 1).number_format == "0.0%"
    assert book["Figures"].freeze_panes == "B2"
    assert client.get(f"{UNITS}.xlsx").data == answer.data


def test_an_export_has_the_order_and_the_choice_of_its_page_but_every_line(client: FlaskClient) -> None:
    down = rows(client, f"{UNITS}.csv?by=team&sort=-value")
    values = [float(line["value"]) for line in down]
    assert values == sorted(values, reverse=True)
    assert [line["unit"] for line in rows(client, f"{UNITS}.csv?by=team&find=north")] == ["Depot North"]
    assert rows(client, f"{UNITS}.csv?by=team&status=met") == []


def test_what_is_withheld_is_empty_in_a_file_and_so_is_how_many_it_is_about(client: FlaskClient) -> None:
    for place in (f"{UNITS}.csv?by=worker", "/export/unit/worker/w-8/measures.csv"):
        hidden = [line for line in rows(client, place) if line["withheld"] == "true"]
        assert hidden
        for line in hidden:
            assert not any(line[name] for name in ("value", "gap", "change", "numerator", "denominator", "count"))
            assert line["status"] == "Withheld"
    cells = [cell for cell in sheet(client, f"{UNITS}.xlsx?by=worker") if cell["withheld"]]
    assert all(cell["value"] is None and cell["count"] is None for cell in cells)
    assert not any(line["value"] for line in rows(client, "/export/metric/van_stock/periods.csv?unit=worker:w-8"))


def test_a_figure_that_could_not_be_read_is_no_zero(client: FlaskClient) -> None:
    broken = next(line for line in rows(client, "/export/measures/measures.csv") if line["metric"] == "broken")
    assert (broken["value"], broken["count"], broken["status"]) == ("", "", "Not read")


def test_people_stand_by_name_in_every_file(client: FlaskClient) -> None:
    names = [line["unit_label"] for line in rows(client, f"{UNITS}.csv?by=worker")]
    assert names == sorted(names)
    assert names
    assert client.get(f"{UNITS}.csv?by=worker&sort=-value").status_code == 404
    assert client.get(f"{UNITS}.xlsx?by=worker&status=missed").status_code == 404


def test_a_series_is_told_with_its_limits(client: FlaskClient) -> None:
    lines = rows(client, "/export/metric/van_stock/periods.csv")
    assert [line["period"] for line in lines] == sorted(line["period"] for line in lines)
    assert all(line["lower_limit"] < line["centre"] < line["upper_limit"] for line in lines)
    assert lines[-1]["signal"] == "outside"
    assert rows(client, "/export/metric/van_stock/periods.csv?period=2026-11-16")[-1]["complete"] == "false"


@pytest.mark.parametrize(
    "place",
    [
        "/export", "/export/", "/export/units.csv", "/export/metric/van_stock", "/export/metric/van_stock/units",
        "/export/metric/van_stock/units.pdf", "/export/metric/van_stock/units.csv.xlsx",
        "/export/metric/none/units.csv",
        "/export/metric/van_stock/measures.csv", "/export/measures/units.csv", "/export/wall/depot-north/units.csv",
        "/export/metric/van_stock/units.csv?part=1", "/export/metric/van_stock/units.csv?sort=%27",
        "/export//units.csv",
        "/export/metric/van_stock/units.csv?by=enterprise", "/export/metric/van_stock/units.csv?by=team&by=team",
        "/export/metric/van_stock/units.csv?unit=team:none", "/export/metric/van_stock/..%2f/units.csv",
        "/export/metric/van_stock/units.csv?grain=month", "/export/unit/team/Depot%20North/measures.csv?unit=team:x",
        "/export/metric/van_stock/units.csv?find=%00", "/export/metric/van_stock/units.csv?find=" + "a" * 81,
    ],
)  # fmt: skip
def test_a_forged_address_is_no_file(client: FlaskClient, place: str) -> None:
    answer = client.get(place)
    assert answer.status_code == 404, answer.text
    assert "Content-Disposition" not in answer.headers


def test_files_go_through_the_one_door(boards: SmallBoards, client: FlaskClient) -> None:
    first = client.get(f"{UNITS}.csv")
    assert {*boards.asked} == {INSIDER}
    known = client.get(f"{UNITS}.csv", headers={"If-None-Match": first.headers["ETag"]})
    assert (known.status_code, known.data) == (304, b"")
    assert client.get(f"{UNITS}.xlsx", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
    assert client.post(f"{UNITS}.csv").status_code == 405
    boards.head = None
    assert client.get(f"{UNITS}.csv").status_code == 503
