"""Writes a data set into files for other programs: Excel, CSV, Parquet, SDMX-CSV, JSON-LD or a data package.

Each keeps the print, the bounds and the source of every figure. What is not known is empty: the number of
"hàng trăm", and a bound where the words set none, which has the basis `none`.
"""

import csv
import json
from collections.abc import Collection, Hashable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

import pandas as pd

from antq_analysis.data.dataset import Dataset, records
from antq_analysis.data.read import DESCRIPTOR
from antq_analysis.errors import InvalidOption, strict_options
from antq_analysis.i18n import LANGUAGES, slugify, words

# The endings a file of each format may have; the first one tells the format.
FORMATS = {
    "xlsx": (".xlsx",), "sdmx-csv": (".sdmx.csv", ".csv"), "csv": (".csv",), "parquet": (".parquet",),
    "jsonld": (".jsonld", ".json"), "datapackage": ("",),
}  # fmt: skip
# What stands beside each figure: the key to a table, and the columns of that table.
_BESIDE = {
    "area": ("ref_area", "name_vi name_en"),
    "indicator": ("indicator", "name_vi name_en counts_vi counts_en concept measure_type unit_measure"),
    "unit": ("indicator_unit_measure", "name_vi name_en"),
    "source": ("source_id", "title publisher_vi publisher_en published_on published_basis url accessed_on "
                            "sha256 licence seen_in_vi seen_in_en"),
}  # fmt: skip
_MADE = {
    "value_lower": "Least number that the wording allows; empty where lower_basis is none",
    "value_upper": "Largest number that the wording allows; empty where upper_basis is none",
    "lower_basis": "What the bound rests on: printed, meaning, convention, logical or none",
    "upper_basis": "What the bound rests on: printed, meaning, convention, logical or none",
    "wording": "Reading behind the bounds: convention or strict",
    "dataset": "Name and version of the data set",
}
# Only its id tells a figure from all others: two sources may print the same thing.
_DIMENSIONS = ["obs_id", "ref_area", "indicator", "scope_org", "scope_level", "mandate", "time_period"]
# What makes a spreadsheet run a cell of a CSV file; the same signs as in a table that a page saves.
_RUN = tuple("=+-@\t\r\n＝＋－＠")
# A longer text would be cut in a cell of Excel.
_LONGEST = 32_767
# The columns that schema.org has a term for, and the nodes that keys lead to.
_TERMS: dict[str, Any] = {
    "obs_value": "value", "value_lower": "minValue", "value_upper": "maxValue", "period_end": "observationDate",
    "title": "name", "published_on": "datePublished", "url": "url", "licence": "copyrightNotice",
    "figure_printed": {"@id": "name", "@language": "vi"},
    "ref_area": {"@id": "observationAbout", "@type": "@id"}, "source_id": {"@id": "subjectOf", "@type": "@id"},
    "indicator": {"@id": "variableMeasured", "@type": "@id"},
    **{f"{column}_{lang}": {"@id": term, "@language": lang} for column, term in (
        ("name", "name"), ("note", "description"), ("definition", "description"), ("publisher", "creditText"),
        ("unit_name", "unitText")) for lang in LANGUAGES},
}  # fmt: skip
_NODES = {"ref_area": "area", "indicator": "indicator", "source_id": "source"}
_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"


@strict_options
def export(ds: Dataset, path: str | Path, *, format: str | None = None, overwrite: bool = False) -> Path:
    """Write the figures of a data set or a selection, with bounds and sources, for other programs.

    `format` is one of FORMATS; without it the ending of `path` tells: `.xlsx` (figures, tables, codebook),
    `.csv` (one table for spreadsheets), `.sdmx.csv` (SDMX-CSV 2.0), `.parquet`, `.jsonld` (schema.org); none
    for a folder that `load` reads. Tables hold what a selection refers to; in `xlsx` and `datapackage` a part
    whose total is not selected names none. Returns the path.

    Raises InvalidOption for another format, a place where something is unless `overwrite`, the data's own
    place, and one that cannot be written.

    >>> import antq_analysis as aq, tempfile
    >>> aq.export(aq.load().select(areas="Thanh Hóa"), tempfile.mkdtemp() + "/thanh-hoa.csv").name
    'thanh-hoa.csv'
    """
    place = Path(path)
    write = _WRITERS[_format(place, format)]
    own = {file.resolve() for each in ds.description.files for file in (each, each.parent)}
    if place.resolve() in own:
        raise InvalidOption(f"The data are read from {place}. Choose another place for the export.")
    if place.exists() and not overwrite:
        raise InvalidOption(f"{place} exists. Choose another name, or overwrite it (--force).")
    try:
        with TemporaryDirectory(prefix=".antq-", dir=place.parent) as folder:
            made = Path(folder) / place.name
            write(ds, made)
            _move(made, place)
    except OSError as error:
        raise InvalidOption(f"Cannot write {place}: {error.strerror}. Choose another place.") from None
    return place


def _format(place: Path, format: str | None) -> str:
    told = (name for name, endings in FORMATS.items() if place.name.endswith(endings[0] or place.stem))
    format = format or next(told, place.suffix)
    if format not in FORMATS:
        raise InvalidOption(f"{format!r} is no format of an export. Give one of: {', '.join(FORMATS)}.")
    if not place.name.endswith(FORMATS[format]):
        raise InvalidOption(f"{place.name} is no name for {format}. Let it end in {FORMATS[format][0]}.")
    return format


def _move(made: Path, place: Path) -> None:
    """Put a whole file, or the files of a folder, into place; the description of a folder comes last."""
    if not made.is_dir():
        made.replace(place)
        return
    place.mkdir(exist_ok=True)
    for file in sorted(made.iterdir(), key=lambda file: file.name == DESCRIPTOR):
        file.replace(place / file.name)


# ---- tables ------------------------------------------------------------------------------------------------


def _tables(ds: Dataset) -> dict[str, pd.DataFrame]:
    """Return the tables beside the figures, cut down to the rows that a selection refers to."""
    names = ["areas", "units", "concepts", "indicators", "ratios", "ratio-parts", "sources"]
    tables: dict[str, pd.DataFrame] = {name: getattr(ds, name.replace("-", "_"))() for name in names}
    if len(ds) == len(ds.whole):
        return tables
    areas, known = {*ds.distinct("ref_area")}, {*ds.distinct("indicator")}
    after = dict(tables["areas"][["ref_area", "successor"]].to_numpy().tolist())
    while more := {after[area] for area in areas} - areas - {""}:
        areas |= more

    def keep(table: str, column: str, wanted: Any) -> pd.DataFrame:
        tables[table] = tables[table][tables[table][column].isin(wanted)]
        return tables[table]

    keep("areas", "ref_area", areas)
    keep("sources", "source_id", ds.distinct("source_id"))
    keep("concepts", "concept", ds.distinct("concept"))
    keep("units", "unit_measure", keep("indicators", "indicator", known)["unit_measure"])
    divisors = tables["ratio-parts"]["denominator"]
    keep("ratio-parts", "denominator", [each for each in divisors if known.issuperset(each.split("+"))])
    keep("ratios", "ratio", keep("ratio-parts", "numerator", known)["ratio"])
    return tables


def _figures(ds: Dataset) -> pd.DataFrame:
    """Return a row per figure: the stored columns, the bounds, then what is beside it in other tables."""
    rows, tables, about = ds.observations, _tables(ds), ds.description.about
    rows["value_upper"] = rows["value_upper"].where(rows["upper_basis"] != "none")
    rows["value_lower"] = rows["value_lower"].where(rows["lower_basis"] != "none")
    for noun, (key, columns) in _BESIDE.items():
        table = tables[f"{noun}s"].set_index(key.removeprefix("indicator_"))
        given = table[[name for name in columns.split() if name in table]]
        rows = rows.join(given.add_prefix(f"{noun}_"), on=key)
    return rows.assign(wording=ds.wording, dataset=f"{about.name} {about.version}".strip())


def _stored(ds: Dataset) -> pd.DataFrame:
    """Return the figures with no reference to a total that is not among them."""
    rows = _figures(ds)
    return rows.assign(part_of=rows["part_of"].where(rows["part_of"].isin(rows["obs_id"]), ""))


def _meanings(ds: Dataset) -> dict[str, dict[str, str]]:
    """Return what each column of each table holds; the figures' columns together as "observations"."""
    tables = ds.description.tables
    said = {table.name: {field.name: field.description for field in table.fields} for table in tables}
    figures = {name: text for table in tables if table.is_of_observations
               for name, text in said.pop(table.name).items()}  # fmt: skip
    beside = {f"{noun}_{name}": said[f"{noun}s"].get(name) or f"{name} of {noun}s"
              for noun, (_, columns) in _BESIDE.items() for name in columns.split()}  # fmt: skip
    return {"observations": figures | beside | _MADE, "stored": figures, **said}


def _cells(frame: pd.DataFrame) -> list[list[Any]]:
    """Return the rows as values of plain Python, None for what is empty."""

    def plain(value: Any) -> Any:
        if pd.isna(value) or value == "":
            return None
        if isinstance(value, pd.Timestamp):
            return value.date()
        return int(value) if isinstance(value, float) and value.is_integer() else value

    return [[plain(value) for value in row] for row in frame.astype(object).to_numpy().tolist()]


def _write_csv(frame: pd.DataFrame, path: Path, *, encoding: str = "utf-8", inert: bool = True) -> None:
    """Write a frame as CSV; `inert` puts a `'` before a text that a spreadsheet would run."""

    def text(value: Any) -> str:
        said = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
        return f"'{said}" if inert and said.startswith(_RUN) else said

    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([list(frame), *([text(value) for value in row] for row in _cells(frame))])


# ---- formats -----------------------------------------------------------------------------------------------


def _csv(ds: Dataset, path: Path) -> None:
    # Excel takes a file without a byte-order mark for one in the code page of the country.
    _write_csv(_figures(ds), path, encoding="utf-8-sig")


def _sdmx_csv(ds: Dataset, path: Path) -> None:
    rows, about = (
        _figures(ds).rename(columns={"indicator_unit_measure": "unit_measure"}),
        ds.description.about,
    )
    rows["time_period"] = [_period(row["period_start"], row["period_end"]) for row in records(rows)]
    version = f"({about.version})" if about.version else ""
    structure = f"{slugify(about.name).upper() or 'ANTQ'}:FIGURES{version}"
    rows = rows[list(dict.fromkeys([*_DIMENSIONS, "obs_value", *rows]))].rename(columns=str.upper)
    head = pd.DataFrame({"STRUCTURE": "dataflow", "STRUCTURE_ID": structure, "ACTION": "I"}, rows.index)
    _write_csv(head.join(rows), path)


def _period(start: Any, end: pd.Timestamp) -> str:
    """Write a window as a time range of SDMX, its first day and length, and a stock as its day."""
    if pd.isna(start):
        return str(end.date())
    after = end + pd.Timedelta(days=1)
    years = after.year - start.year
    is_whole = start + pd.DateOffset(years=years) == after
    return f"{start.date()}/P{f'{years}Y' if is_whole else f'{(after - start).days}D'}"


def _parquet(ds: Dataset, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows, about = _figures(ds), ds.description.about
    texts = rows.select_dtypes("str")
    rows[list(texts)] = texts.mask(texts == "")
    table, meanings = pa.Table.from_pandas(rows, preserve_index=False), _meanings(ds)["observations"]
    kinds = {pa.large_string(): pa.string(), pa.timestamp("us"): pa.date32()}
    fields = [pa.field(field.name, kinds.get(field.type, field.type),
                       metadata={"description": meanings[field.name]}) for field in table.schema]  # fmt: skip
    said = about.model_dump_json(exclude={"resources"}), ds.citation("en")
    metadata = {**table.schema.metadata, b"datapackage": said[0], b"citation": said[1]}
    pq.write_table(table.cast(pa.schema(fields, metadata)), path)


def _xlsx(ds: Dataset, path: Path) -> None:
    try:
        from openpyxl import Workbook
    except ImportError:
        raise InvalidOption("Excel needs openpyxl: pip install 'antq-analysis[excel]'.") from None
    about = {lang: [*ds.citation(lang).splitlines(), *words(lang)("export.readme").splitlines()]
             for lang in LANGUAGES}  # fmt: skip
    sheets = {"README": pd.DataFrame(about), "observations": _stored(ds), **_tables(ds)}
    meanings, book = _meanings(ds), Workbook(write_only=True)
    codebook = [(name, column, meanings[name][column]) for name in [*sheets][1:] for column in sheets[name]]
    sheets["codebook"] = pd.DataFrame(codebook, columns=["sheet", "column", "meaning"])
    for name, frame in sheets.items():
        derived = [column for column in frame if name == "observations" and column not in meanings["stored"]]
        _fill(book.create_sheet(name), frame, derived)
    book.save(path)


def _fill(sheet: Any, frame: pd.DataFrame, derived: Collection[Hashable]) -> None:
    """Write a frame into a sheet: texts as texts, whatever they look like, and derived columns in grey."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    bold, grey = Font(bold=True), PatternFill("solid", fgColor="D9D9D9")
    wrapped = Alignment(vertical="top", wrap_text=sheet.title in ("README", "codebook"))

    def cell(value: Any, column: Hashable) -> Any:
        made = WriteOnlyCell(sheet, value)
        if isinstance(value, str):
            if len(value) > _LONGEST:
                raise InvalidOption(f"A text in {column} is too long for Excel. Export another format.")
            # Not a formula, an error or a number, nor made one when the cell is edited.
            made.data_type, made.number_format = "s", "@"
        made.alignment = wrapped
        if column in derived:
            made.fill = grey
        return made

    columns, rows = list(frame), _cells(frame)
    sheet.freeze_panes = "B2"
    for number, cells in enumerate(zip(columns, *rows, strict=True), start=1):
        width = max(len(str(value)) for value in cells) + 2
        sheet.column_dimensions[get_column_letter(number)].width = min(width, 60)
    head = [cell(column, column) for column in columns]
    for each in head:
        each.font = bold
    for line in [head, *([*map(cell, row, columns)] for row in rows)]:
        sheet.append(line)


def _jsonld(ds: Dataset, path: Path) -> None:
    # schema.org and not the RDF Data Cube: search engines read it, its observations have bounds, and a cube
    # allows one figure only for each combination of dimensions.
    tables, about, figures = _tables(ds), ds.description.about, _figures(ds)
    ends = zip(figures["period_start"], figures["period_end"], strict=True)
    figures["observationPeriod"] = [_period(*window).partition("/")[2] for window in ends]
    kept = [
        *_meanings(ds)["stored"],
        *_MADE,
        *(f"unit_name_{lang}" for lang in LANGUAGES),
        "observationPeriod",
    ]
    areas = _nodes("AdministrativeArea", "ref_area", tables["areas"])
    variables = _nodes("StatisticalVariable", "indicator", tables["indicators"])
    sources = _nodes("CreativeWork", "source_id", tables["sources"])
    observations = _nodes("Observation", "obs_id", figures[kept])
    whole = {
        "@type": "Dataset", "@id": "#dataset", "name": about.title, "description": about.description,
        "version": about.version, "dateCreated": about.created and about.created.date(),
        "license": [each.get("path") or each.get("name") for each in about.licenses],
        "creator": [{"@type": "Organization", "name": each.get("title")} for each in about.contributors],
        "creditText": ds.citation("en"), "spatialCoverage": _ids(areas), "variableMeasured": _ids(variables),
        "citation": _ids(sources), "mainEntity": _ids(observations),
    }  # fmt: skip
    graph = [whole, *areas, *variables, *sources, *observations]
    others = {
        name: f"urn:antq:{name}"
        for node in graph[1:]
        for name in node
        if name not in {*whole, "observationPeriod"}
    }
    content = {"@context": {"@vocab": "https://schema.org/", **others, **_TERMS}, "@graph": graph}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1, default=str), encoding="utf-8")


def _nodes(kind: str, key: str, frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows as nodes of JSON-LD without empty cells; keys of other tables lead to their nodes."""
    nodes = []
    for cells in _cells(frame):
        row = {str(name): f"#{_NODES[name]}-{value}" if name in _NODES else value
               for name, value in zip(frame, cells, strict=True) if value is not None}  # fmt: skip
        own = row.pop(key)
        nodes.append({"@type": kind, "@id": own if key in _NODES else f"#figure-{own}", **row})
    return nodes


def _ids(nodes: list[dict[str, Any]]) -> list[dict[str, str]]:
    return [{"@id": node["@id"]} for node in nodes]


def _datapackage(ds: Dataset, path: Path) -> None:
    path.mkdir()
    rows, tables, table_of = _stored(ds), _tables(ds), ds.description.table_of
    tables |= dict(tuple(rows.groupby(rows["obs_id"].map(table_of))))
    resources = []
    for table in ds.description.tables:
        if table.name in tables:
            described = table.model_dump(by_alias=True, exclude_unset=True)
            resources.append(described | {"path": f"{quote(table.name, safe='')}.csv"})
            names = [field.name for field in table.fields]
            _write_csv(tables[table.name][names], path / resources[-1]["path"], inert=False)
    about = ds.description.about.model_dump(mode="json", exclude_defaults=True)
    descriptor = {"$schema": _PROFILE, **about, "resources": resources}
    text = json.dumps(descriptor, ensure_ascii=False, indent=2)
    (path / DESCRIPTOR).write_text(text, encoding="utf-8")
    (path / "README.md").write_text("\n\n".join(map(ds.citation, LANGUAGES)), encoding="utf-8")


_WRITERS = {
    "xlsx": _xlsx, "sdmx-csv": _sdmx_csv, "csv": _csv, "parquet": _parquet, "jsonld": _jsonld,
    "datapackage": _datapackage,
}  # fmt: skip
