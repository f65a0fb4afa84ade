"""Writes a data set into files for other programs: Excel, CSV, Parquet, SDMX-CSV, JSON-LD or a data package.

Each keeps the print, the bounds and the source of every figure. What is not known is empty: the number of
"hàng trăm", and a bound where the words set none, which has the basis `none`.
"""

import json
import math
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

import pandas as pd
import pyarrow as pa

from antq_analysis.data import exists
from antq_analysis.data.dataset import Dataset
from antq_analysis.data.read import DESCRIPTOR, LAYOUT
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
# The columns that schema.org has a term for, and the keys that lead to other nodes.
_TERMS: dict[str, Any] = {
    "obs_value": "value", "value_lower": "minValue", "value_upper": "maxValue", "length": "observationPeriod",
    "period_end": "observationDate", "title": "name", "published_on": "datePublished", "url": "url",
    "licence": "copyrightNotice", "figure_printed": {"@id": "name", "@language": "vi"},
    **{key: {"@id": term, "@type": "@id"} for key, term in (
        ("ref_area", "observationAbout"), ("indicator", "variableMeasured"), ("source_id", "subjectOf"))},
    **{f"{column}_{lang}": {"@id": term, "@language": lang} for lang in LANGUAGES for column, term in (
        ("name", "name"), ("note", "description"), ("definition", "description"), ("publisher", "creditText"),
        ("unit_name", "unitText"))},
}  # fmt: skip
README = "README.md"
_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"


@strict_options
def export(ds: Dataset, path: str | Path, *, format: str | None = None, overwrite: bool = False) -> Path:
    """Write the figures of a data set or a selection, with bounds and sources, for other programs.

    `format` is one of FORMATS; without it the ending of `path` tells: `.xlsx` (figures, tables, codebook),
    `.csv` (one table for spreadsheets), `.sdmx.csv` (SDMX-CSV 2.0), `.parquet`, `.jsonld` (schema.org); none
    for a folder that `load` reads. Tables hold what a selection refers to; in `xlsx` and `datapackage` a part
    whose total is not selected names none. In both forms of CSV a `'` stands before a text that a spreadsheet
    would run as a formula. Returns the path.

    Raises InvalidOption for another format, a place where something is unless `overwrite`, the data's own
    place, and one that cannot be written.

    >>> import antq_analysis as aq, tempfile
    >>> aq.export(aq.load().select(areas="Thanh Hóa"), tempfile.mkdtemp() + "/thanh-hoa.csv").name
    'thanh-hoa.csv'
    """
    place = Path(path)
    if "\0" in str(place):
        raise InvalidOption(f"{str(place)!r} is no name that a file can have. Choose another.")
    write = _WRITERS[_format(place, format)]
    own = {file.resolve() for each in ds.description.files for file in (each, each.parent)}
    if place.resolve() in own:
        raise InvalidOption(f"The data are read from {place}. Choose another place for the export.")
    if exists(place) and not overwrite:
        raise InvalidOption(f"{place} exists. Choose another name, or overwrite it (--force).")
    try:
        with TemporaryDirectory(prefix=".antq-", dir=place.parent) as folder:
            made = Path(folder) / place.name
            write(ds, made)
            if made.is_dir() and place.is_dir():
                _check_replaceable(place)
                # It goes with the temporary folder.
                place.rename(Path(folder) / ".old")
            made.replace(place)
    except OSError as error:
        raise InvalidOption(f"Cannot write {place}: {error.strerror}. Choose another place.") from None
    return place


def _check_replaceable(place: Path) -> None:
    """Refuse to replace a folder that is neither empty nor an earlier export."""
    names = {file.name for file in place.iterdir()}
    if names and {name for name in names if not name.endswith(".csv")} != {DESCRIPTOR, README}:
        raise InvalidOption(f"{place} is no earlier export. Give the name of a new folder.")


def _format(place: Path, format: str | None) -> str:
    ending = place.name.lower()
    told = (name for name, endings in FORMATS.items() if ending.endswith(endings[0] or place.stem.lower()))
    format = format or next(told, place.suffix)
    if format not in FORMATS:
        raise InvalidOption(f"{format!r} is no format of an export. Give one of: {', '.join(FORMATS)}.")
    if not ending.endswith(FORMATS[format]):
        raise InvalidOption(f"{place.name} is no name for {format}. Let it end in {FORMATS[format][0]}.")
    return format


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
    """Return a row per figure: the stored columns, its bounds, then what other tables say of it."""
    rows, tables, about = ds.observations, _tables(ds), ds.description.about
    bounds = ["value_lower", "value_upper"]
    rows[bounds] = rows[bounds].replace(math.inf, math.nan)
    for noun, (key, columns) in _BESIDE.items():
        table = tables[f"{noun}s"].set_index(key.removeprefix("indicator_"))
        given = table[[name for name in columns.split() if name in table]]
        rows = rows.join(given.add_prefix(f"{noun}_"), on=key)
    return rows.assign(wording=ds.wording, dataset=f"{about.name} {about.version}".strip())


def _closed(rows: pd.DataFrame) -> pd.DataFrame:
    """Return figures that name no total which is not among them: a reference must lead somewhere."""
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


def _arrow(frame: pd.DataFrame) -> Any:
    """Return a frame as a table of Arrow, with days instead of moments and null for what is empty."""
    texts: Any = frame.select_dtypes("str")
    table = pa.Table.from_pandas(frame.assign(**texts.mask(texts == "")), preserve_index=False)
    kinds = {pa.large_string(): pa.string(), pa.timestamp("us"): pa.date32()}
    fields = [field.with_type(kinds.get(field.type, field.type)) for field in table.schema]
    return table.cast(pa.schema(fields, table.schema.metadata))


def _write_csv(frame: pd.DataFrame, path: Path, encoding: str = "utf-8") -> None:
    options: Any = {"index": False, "date_format": "%Y-%m-%d", "lineterminator": "\n", "encoding": encoding}
    flags: Any = frame.select_dtypes("boolean").apply(lambda cells: cells.map({True: "true", False: "false"}))
    frame.assign(**flags).to_csv(path, float_format=lambda number: f"{number:.15g}", **options)


def _inert(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with `'` before each text that a spreadsheet would run as a formula."""
    texts: Any = frame.select_dtypes("str")
    runs = texts.apply(lambda column: column.str.startswith(_RUN))
    return frame.assign(**texts.mask(runs, "'" + texts))


# ---- formats -----------------------------------------------------------------------------------------------


def _csv(ds: Dataset, path: Path) -> None:
    # Excel takes a file without a byte-order mark for one in the code page of the country.
    _write_csv(_inert(_figures(ds)), path, "utf-8-sig")


def _sdmx_csv(ds: Dataset, path: Path) -> None:
    about, rows = ds.description.about, _figures(ds)
    rows = rows.rename(columns={"indicator_unit_measure": "unit_measure"}).assign(time_period=_periods(rows))
    columns = list(dict.fromkeys([*_DIMENSIONS, "obs_value", *rows]))
    version = f"({about.version})" if about.version else ""
    structure = f"{slugify(about.name).upper() or 'ANTQ'}:FIGURES{version}"
    head = pd.DataFrame({"STRUCTURE": "dataflow", "STRUCTURE_ID": structure, "ACTION": "I"}, rows.index)
    _write_csv(_inert(head.join(rows[columns].rename(columns=str.upper))), path)


def _periods(rows: pd.DataFrame) -> list[str]:
    """Write each window as a time range of SDMX, its first day and length, and a stock as its day."""

    def period(start: Any, end: pd.Timestamp) -> str:
        if pd.isna(start):
            return str(end.date())
        after = end + pd.Timedelta(days=1)
        years = after.year - start.year
        is_whole = start + pd.DateOffset(years=years) == after
        return f"{start.date()}/P{f'{years}Y' if is_whole else f'{(after - start).days}D'}"

    return [*map(period, rows["period_start"], rows["period_end"])]


def _parquet(ds: Dataset, path: Path) -> None:
    from pyarrow.parquet import write_table

    table, meanings = _arrow(_figures(ds)), _meanings(ds)["observations"]
    fields = [field.with_metadata({"description": meanings[field.name]}) for field in table.schema]
    said = {"datapackage": ds.description.about.model_dump_json(), "citation": ds.citation("en")}
    write_table(table.cast(pa.schema(fields, {**table.schema.metadata, **said})), path)


def _xlsx(ds: Dataset, path: Path) -> None:
    try:
        from openpyxl import styles
    except ImportError:
        raise InvalidOption("Excel needs openpyxl: pip install 'antq-analysis[excel]'.") from None
    about = {lang: [*ds.citation(lang).splitlines(), *words(lang)("export.readme").splitlines()]
             for lang in LANGUAGES}  # fmt: skip
    sheets, meanings = {"observations": _closed(_figures(ds)), **_tables(ds)}, _meanings(ds)
    derived = meanings["observations"].keys() - meanings["stored"].keys()
    codebook = [(name, column, meanings[name][str(column)]) for name in sheets for column in sheets[name]]
    sheets["codebook"] = pd.DataFrame(codebook, columns=["sheet", "column", "meaning"])
    for frame in sheets.values():
        texts: Any = frame.select_dtypes("str")
        if any(len(text) > _LONGEST for text in texts.to_numpy().ravel()):
            raise InvalidOption(f"A text of {_LONGEST:,} characters is all that Excel holds. Export csv.")
    with pd.ExcelWriter(path, engine="openpyxl", datetime_format="yyyy-mm-dd") as book:
        for name, frame in {"README": pd.DataFrame(about), **sheets}.items():
            frame.to_excel(book, sheet_name=name, index=False, freeze_panes=(1, 1))
            _format_sheet(book.sheets[name], derived if name == "observations" else set(), styles)


def _format_sheet(sheet: Any, derived: set[str], styles: Any) -> None:
    """Make texts texts, whatever they look like, columns as wide as they need, and derived columns grey."""
    grey = styles.PatternFill("solid", fgColor="D9D9D9")
    wrapped, is_prose = (
        styles.Alignment(vertical="top", wrap_text=True),
        sheet.title in ("README", "codebook"),
    )
    for cells in sheet.columns:
        widths = [len(str(cell.value or "")) for cell in cells]
        sheet.column_dimensions[cells[0].column_letter].width = min(max(widths) + 2, 60)
        for cell in cells:
            if is_prose:
                cell.alignment = wrapped
            if isinstance(cell.value, str):
                # Not a formula, an error or a number, nor made one when the cell is edited.
                cell.data_type, cell.number_format = "s", "@"
            if cells[0].value in derived:
                cell.fill = grey


def _jsonld(ds: Dataset, path: Path) -> None:
    # schema.org and not the RDF Data Cube: search engines read it, its observations have bounds, and a cube
    # allows one figure only for each combination of dimensions.
    tables, about, rows, stored = _tables(ds), ds.description.about, _figures(ds), _meanings(ds)["stored"]
    rows["length"] = [period.partition("/")[2] for period in _periods(rows)]
    figures = rows[[*stored, *_MADE, "unit_name_vi", "unit_name_en", "length"]]
    nodes = {
        "spatialCoverage": _nodes("AdministrativeArea", "ref_area", tables["areas"]),
        "variableMeasured": _nodes("StatisticalVariable", "indicator", tables["indicators"]),
        "citation": _nodes("CreativeWork", "source_id", tables["sources"]),
        "mainEntity": _nodes("Observation", "obs_id", figures),
    }
    whole = {
        "@type": "Dataset", "@id": "#dataset", "name": about.title, "description": about.description,
        "version": about.version, "dateCreated": about.created and about.created.date(),
        "license": [each.get("path") or each.get("name") for each in about.licenses],
        "creator": [{"@type": "Organization", "name": each.get("title")} for each in about.contributors],
        "creditText": ds.citation("en"),
        **{term: [{"@id": node["@id"]} for node in found] for term, found in nodes.items()},
    }  # fmt: skip
    parts = [*chain(*nodes.values())]
    own = {name: f"urn:antq:{name}" for node in parts for name in node if name not in whole}
    context = {"@vocab": "https://schema.org/", **own, **_TERMS}
    content = {"@context": context, "@graph": [whole, *parts]}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1, default=str), encoding="utf-8")


def _nodes(kind: str, key: str, frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows as nodes of JSON-LD without empty cells; keys of other tables lead to their nodes."""
    keys = {key, "ref_area", "indicator", "source_id"}
    rows = [{name: f"#{name}-{value}" if name in keys else value for name, value in row.items()
             if value is not None} for row in _arrow(frame).to_pylist()]  # fmt: skip
    return [{"@type": kind, "@id": row.pop(key), **row} for row in rows]


def _datapackage(ds: Dataset, path: Path) -> None:
    path.mkdir()
    rows, about, resources = _closed(ds.observations), ds.description.about, []
    tables, table_of = _tables(ds), rows["obs_id"].map(ds.description.table_of)
    for table in ds.description.tables:
        if table.is_of_observations or table.name in tables:
            found = rows[table_of == table.name] if table.is_of_observations else tables[table.name]
            file = f"{quote(table.name, safe='')}.csv"
            _write_csv(found[[field.name for field in table.fields]], path / file)
            described = table.model_dump(by_alias=True, exclude_unset=True) | {"path": file}
            described["schema"]["foreignKeys"] = [
                key for key in described["schema"].get("foreignKeys", [])
                if key["reference"].get("resource", "") in ("", *tables)
            ]  # fmt: skip
            resources.append(described)
    said = about.model_dump(mode="json", exclude_defaults=True)
    descriptor = {"$schema": _PROFILE, **said, "schema_version": LAYOUT, "resources": resources}
    text = json.dumps(descriptor, ensure_ascii=False, indent=2)
    (path / DESCRIPTOR).write_text(text, encoding="utf-8")
    (path / README).write_text("\n\n".join(map(ds.citation, LANGUAGES)), encoding="utf-8")


_WRITERS = {
    "xlsx": _xlsx, "sdmx-csv": _sdmx_csv, "csv": _csv, "parquet": _parquet, "jsonld": _jsonld,
    "datapackage": _datapackage,
}  # fmt: skip
