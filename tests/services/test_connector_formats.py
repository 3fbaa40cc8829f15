"""A file for another system reads back as what went in, in every format, in the system's own words."""

import csv
import io
import json
from dataclasses import replace
from io import BytesIO
from xml.etree import ElementTree

import pytest
from python_calamine import CalamineWorkbook

from services.connectors import FileConnector, profiles, telling
from services.connectors.profiles import FORMATS, _read
from services.visiting.visit_errors import BadProfile

LINES = [
    {"credit_code": "91411721MA0000000X", "site_name": "甲<厂>&“一”", "visit_type": "random", "result": None},
    {"credit_code": "-1", "site_name": "=1+1\x00", "visit_type": "special", "result": "未发现问题"},
]
MARKET = profiles()["market-results"]


def cells(profile, data: bytes) -> list[list[str]]:
    if profile.format == "xlsx":
        rows = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python()
        start = next(n for n, row in enumerate(rows) if row[0] == profile.columns[0].heading)
        return [[str(c) for c in row] for row in rows[start:]]
    if profile.format == "csv":
        return [*csv.reader(io.StringIO(data.decode("utf-8-sig")))]
    if profile.format == "json":
        rows = json.loads(data)["rows"]
        return [[*rows[0]], *([c or "" for c in row.values()] for row in rows)]
    rows = ElementTree.fromstring(data).findall("row")
    return [[c.get("name", "") for c in rows[0]], *([c.text or "" for c in row] for row in rows)]


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_holds_the_same_cells(form):
    profile = replace(MARKET, format=form)
    file = FileConnector(profile).results("x", LINES, ["说明"])
    assert file.name == f"x.{form}" and file == FileConnector(profile).results("x", LINES, ["说明"])
    head, first, second = cells(profile, file.data)
    assert head == [column.heading for column in profile.columns]
    at = {column.field: n for n, column in enumerate(profile.columns)}
    assert first[at["site_name"]] == "甲<厂>&“一”" and first[at["result"]] == ""
    assert first[at["visit_type"]] == "双随机抽查", "the system's own word"
    assert second[at["visit_type"]] == "special", "no word of its own: as it is"
    assert second[at["site_name"]].lstrip("'").replace("\x00", "") == "=1+1"
    assert (form == "csv") == second[at["site_name"]].startswith("'")


def test_every_profile_says_that_its_columns_are_assumed():
    for profile in profiles().values():
        assert "假定" in profile.note and {c.field for c in profile.columns} <= set(profile.fields)
    assert telling("public").keys() == {"credit-results", "market-results"}


@pytest.mark.parametrize(
    "odd", ["format: pdf", "tells: nobody", "codes: {nonsense: {a: b}}", "columns: [{heading: x, field: y}]"]
)
def test_a_profile_of_another_shape_is_refused_by_name(odd):
    good = "id: a\ntarget: b\nprovince: ''\nsheet: c\nreceipt: x\nnote: 假定\n"
    columns = "" if odd.startswith("columns") else "columns: [{heading: 序号, field: n}]\n"
    with pytest.raises(BadProfile, match=r"odd\.yaml"):
        _read("odd.yaml", good + columns + odd)
