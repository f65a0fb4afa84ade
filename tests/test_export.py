"""Exports: what other programs read, what is read back, and how figures are cited."""

import json
import sys
from pathlib import Path
from typing import Any

import frictionless
import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml
from conftest import OFFICIAL, PRESS, DataCopy
from openpyxl import load_workbook
from typer.testing import CliRunner

import antq_analysis as aq
from antq_analysis.cli import app
from antq_analysis.data import bundled
from antq_analysis.intake.scaffold import new

NAMES = ["a.xlsx", "a.csv", "a.sdmx.csv", "a.parquet", "a.jsonld", "a"]
TABLES = ["areas", "units", "concepts", "indicators", "ratios", "ratio_parts", "sources"]
RUN = "=HYPERLINK(1)", "+1", "-1", "@x", "＝1"
FILES = {"observations-press": PRESS, "observations-official": OFFICIAL, "indicators": "indicators.csv"}
STORED = 21  # columns of a figure
ROOT = Path(__file__).parents[1]


def assert_same(one: aq.Dataset, other: aq.Dataset) -> None:
    pd.testing.assert_frame_equal(one.observations, other.observations)
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(one, name)(), getattr(other, name)())


@pytest.fixture(scope="module")
def part() -> aq.Dataset:
    indicators = ["key_communes_with_regular_police", "population_average", "commune_units"]
    return aq.load().select(areas="Quảng Bình", indicators=indicators)


@pytest.fixture
def odd(data: DataCopy) -> aq.Dataset:
    """Load data whose notes a spreadsheet would run, read so that a figure has no upper bound."""
    for number, text in enumerate(RUN, start=1):
        data.set(PRESS, f"dienbientv-2020.0{number}", note_en=text)
    return aq.load(data.folder, wording="strict")


def test_a_folder_of_data_is_the_same_when_it_is_read_again(tmp_path: Path) -> None:
    folder = aq.export(aq.load(), tmp_path / "data")
    assert_same(aq.load(), aq.load(folder))
    assert aq.check(folder) == []
    assert frictionless.validate(str(folder / "datapackage.json")).valid
    assert all(
        (folder / f"{name}.csv").read_text() == (bundled("data") / FILES[name]).read_text() for name in FILES
    )


def test_a_workbook_is_the_same_when_it_is_read_again(data: DataCopy, tmp_path: Path) -> None:
    book = load_workbook(aq.export(aq.load(), tmp_path / "a.xlsx"))
    described = json.loads((data.folder / "datapackage.json").read_text())
    *tables, press, _ = described["resources"]  # all figures stand in one sheet, what is stored in front
    (data.folder / OFFICIAL).unlink()
    for path, sheet in [*((table["path"], table["name"]) for table in tables), (PRESS, "observations")]:
        rows = book[sheet].iter_rows(values_only=True, max_col=STORED if path == PRESS else None)
        data.write(path, [[str(cell).removesuffix(" 00:00:00") if cell is not None else "" for cell in row]
                          for row in rows])  # fmt: skip
    (data.folder / "datapackage.json").write_text(json.dumps({**described, "resources": [*tables, press]}))
    assert_same(aq.load(), aq.load(data.folder))


def test_a_selection_takes_along_what_it_refers_to_and_no_more(part: aq.Dataset, tmp_path: Path) -> None:
    again = aq.load(aq.export(part, tmp_path / "data"))
    assert frictionless.validate(str(tmp_path / "data" / "datapackage.json")).valid
    assert set(again.areas()["name_vi"]) == {"Quảng Bình", "Quảng Trị"}  # the second is what the first became
    assert set(again.indicators()["indicator"]) == set(part.distinct("indicator"))
    assert set(again.sources()["source_id"]) == set(part.distinct("source_id"))
    pd.testing.assert_frame_equal(
        again.observations.drop(columns="part_of"), part.observations.drop(columns="part_of")
    )
    assert set(again.observations["part_of"]) == {""}  # the total is not selected
    ratios = aq.export(aq.load().select(concepts=["models", "valuable_tips"]), tmp_path / "ratios")
    assert aq.load(ratios).ratios()["ratio"].tolist() == ["valuable_tips_per_model"]


def test_data_that_extend_others_are_exported_whole(tmp_path: Path) -> None:
    new(tmp_path / "mine", with_press=True)
    mine = aq.load(tmp_path / "mine")
    assert_same(mine, aq.load(aq.export(mine, tmp_path / "whole")))


def test_a_folder_is_replaced_only_where_it_is_an_earlier_export(part: aq.Dataset, tmp_path: Path) -> None:
    place = aq.export(aq.load(), tmp_path / "data")
    (place / "observations-old.csv").touch()
    assert len(aq.load(aq.export(part, place, overwrite=True))) == len(part)
    (place / "mine.txt").touch()
    with pytest.raises(
        aq.InvalidOption, match=r"data is no earlier export\. Give the name of a new folder\."
    ):
        aq.export(part, place, overwrite=True)
    assert (place / "mine.txt").exists()


@pytest.mark.parametrize("name", NAMES)
def test_every_format_takes_a_selection_without_figures(name: str, tmp_path: Path) -> None:
    assert aq.export(aq.load().select(areas="Điện Biên", until=1999), tmp_path / name).exists()


def test_what_is_not_known_is_empty_and_says_why(odd: aq.Dataset, tmp_path: Path) -> None:
    table = pq.read_table(aq.export(odd, tmp_path / "a.parquet"))
    for rows in (pd.read_csv(aq.export(odd, tmp_path / "a.csv")), table.to_pandas()):
        row = rows.set_index("obs_id").loc["baothanhhoa-2024.13"]
        assert (row["value_lower"], row["upper_basis"], row["wording"]) == (1000, "none", "strict")
        assert row[["obs_value", "value_upper"]].isna().all()
    types = [
        str(table.schema.field(name).type) for name in ("period_end", "paragraph", "obs_value", "part_of")
    ]
    assert types == ["date32[day]", "int64", "double", "string"]
    assert table["period_end"].to_pylist() == [day.date() for day in odd.observations["period_end"]]
    assert all(field.metadata[b"description"] for field in table.schema)
    assert json.loads(table.schema.metadata[b"datapackage"])["licenses"][0]["name"] == "CC0-1.0"


def test_no_cell_runs_as_a_formula(odd: aq.Dataset, tmp_path: Path) -> None:
    sheet = load_workbook(aq.export(odd, tmp_path / "a.xlsx"))["observations"]
    notes = [cell for row in sheet.iter_rows() for cell in row if cell.value in RUN]
    assert [(cell.value, cell.data_type, cell.number_format) for cell in notes] == [
        (text, "s", "@") for text in RUN
    ]
    for name in ("a.csv", "a.sdmx.csv"):
        cells = pd.read_csv(aq.export(odd, tmp_path / name), dtype=str).stack()
        assert set(cells) >= {f"'{text}" for text in RUN}
        assert not cells.str.startswith(tuple("=+-@＝")).any()


def test_a_workbook_explains_itself(tmp_path: Path) -> None:
    book = load_workbook(aq.export(aq.load(), tmp_path / "a.xlsx"))
    head = book["observations"][1]
    assert [cell.value for cell in head][:STORED] == list(aq.load().observations)[:STORED]
    grey = [cell.fill.fgColor.rgb == "00D9D9D9" for cell in head]
    assert grey == [number >= STORED for number in range(len(head))]
    explained = {row[:2] for row in book["codebook"].iter_rows(values_only=True)}
    assert {("observations", cell.value) for cell in head} < explained
    assert "giấy phép CC0-1.0" in book["README"]["A2"].value


def test_sdmx_csv_is_as_the_standard_says(tmp_path: Path) -> None:
    rows = pd.read_csv(aq.export(aq.load(), tmp_path / "a.sdmx.csv")).set_index("OBS_ID", drop=False)
    assert list(rows)[:5] == ["STRUCTURE", "STRUCTURE_ID", "ACTION", "OBS_ID", "REF_AREA"]
    times = rows["TIME_PERIOD"]
    assert times["dienbientv-2020.02"] == "2014-01-01/P6Y"
    assert times["gso-population-2014.01"] == "2014-07-01"
    assert times.str.fullmatch(r"\d{4}-\d\d-\d\d(/P\d+[YD])?").all()


def test_sdmx_csv_can_be_read_by_its_library(tmp_path: Path) -> None:
    library, figures = pytest.importorskip("pysdmx.io"), aq.load().observations
    (read,) = library.read_sdmx(aq.export(aq.load(), tmp_path / "a.sdmx.csv")).data
    assert read.structure == "Dataflow=ANTQ:FIGURES(0.1.0)"
    values = pd.to_numeric(read.data["OBS_VALUE"]).tolist()
    assert values == pytest.approx(figures["obs_value"].tolist(), nan_ok=True)


def test_every_node_of_the_linked_data_is_there(part: aq.Dataset, tmp_path: Path) -> None:
    content = json.loads(aq.export(part, tmp_path / "a.jsonld").read_text())
    context, nodes = content["@context"], {node["@id"]: node for node in content["@graph"]}
    assert len(nodes) == len(content["@graph"])
    used = {name for node in nodes.values() for name in node if not name.startswith("@")}
    assert used <= {*context, *nodes["#dataset"]}
    keys = [name for name, term in context.items() if isinstance(term, dict) and term.get("@type") == "@id"]
    assert {node[key] for node in nodes.values() for key in keys if key in node} <= set(nodes)
    assert [nodes[each["@id"]]["@type"] for each in nodes["#dataset"]["mainEntity"]] == ["Observation"] * len(
        part
    )


def test_the_command_says_what_it_has_written_and_overwrites_only_when_told(tmp_path: Path) -> None:
    def antq(*options: str) -> Any:
        return CliRunner().invoke(app, ["export", "--out", str(place), *options])

    place = tmp_path / "a.csv"
    assert antq().stdout == f"{place}: 223 figures from 26 sources\n"
    place.write_text("mine")
    refused = antq()
    assert (refused.exit_code, place.read_text()) == (2, "mine")
    assert refused.stderr == f"{place} exists. Choose another name, or overwrite it (--force).\n"
    assert antq("--force", "--format", "sdmx-csv").exit_code == 0
    assert place.read_text().startswith("STRUCTURE,")
    assert list(tmp_path.iterdir()) == [place]


@pytest.mark.parametrize(
    ("name", "format", "message"),
    [
        ("a.ods", None, r"'\.ods' is no format of an export\. Give one of: xlsx, .*datapackage\."),
        ("a.csv", "xlsx", r"a\.csv is no name for xlsx\. Let it end in \.xlsx\."),
        ("no/a.csv", None, r"Cannot write .*: No such file or directory\. Choose another place\."),
        ("data", None, r"The data are read from .*data\. Choose another place"),
        ("data/areas.csv", None, r"The data are read from .*areas\.csv\. Choose another place"),
        ("a.xlsx", None, r"Excel needs openpyxl: pip install 'antq-analysis\[excel\]'\."),
    ],
)
def test_what_cannot_be_exported_is_told_and_nothing_is_left(
    data: DataCopy, monkeypatch: pytest.MonkeyPatch, name: str, format: str | None, message: str
) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(aq.InvalidOption, match=message):
        aq.export(aq.load(data.folder), data.folder.parent / name, format=format, overwrite=True)
    assert list(data.folder.parent.iterdir()) == [data.folder]


def test_a_text_that_excel_would_cut_is_refused(data: DataCopy, tmp_path: Path) -> None:
    data.set(PRESS, "dienbientv-2020.01", note_en="x" * 40_000)
    with pytest.raises(aq.InvalidOption, match=r"A text of 32,767 characters is all that Excel holds\."):
        aq.export(aq.load(data.folder), tmp_path / "a.xlsx")


def test_a_citation_tells_the_sources_and_what_the_data_say_of_themselves(
    part: aq.Dataset, data: DataCopy
) -> None:
    first, *sources = part.citation().splitlines()
    assert first.startswith("antq_analysis contributors: Số liệu đã công bố về phong trào ")
    assert first.endswith(f", giấy phép CC0-1.0. {len(part)} trong 223 số liệu, theo các nguồn:")
    assert len(sources) == len(part.distinct("source_id"))
    data.json(
        "datapackage.json",
        lambda it: [it.pop(key) for key in list(it) if key not in ("name", "schema_version", "resources")],
    )
    assert aq.load(data.folder).citation("en").startswith("antq. 223 of 223 figures, printed in:\n- ")


def test_the_citation_file_says_what_the_package_and_the_data_say() -> None:
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= set(cited)  # what its schema requires
    assert (cited["version"], cited["license"]) == (aq.__version__, "MIT")
    about, (data,) = aq.load().description.about, cited["references"]
    assert (data["title"], data["version"], data["license"]) == (
        about.title,
        about.version,
        about.licenses[0]["name"],
    )
