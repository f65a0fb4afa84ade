"""Reads a folder of data: its description, `datapackage.json`, and its CSV files.

What a description says and this package would ignore is refused: whoever reads a constraint believes that
it was checked. Cells are read as text: a reader that guesses turns `01` into 1 and the id `NA` into nothing.
"""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Self

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator
from pydantic import Field as Described

from antq_analysis.errors import InvalidData, MissingData, Problem

DESCRIPTOR = "datapackage.json"
OBSERVATIONS = "observations-"
# A file with one fault in every row must not flood the listing.
LISTED = 1000
# What the package itself reads; a description may describe more columns and more tables.
COLUMNS = {
    "areas": "ref_area name_vi name_en spellings valid_from valid_to successor",
    "units": "unit_measure name_vi name_en events",
    "concepts": "concept name_vi name_en",
    "indicators": "indicator concept measure_type unit_measure name_vi name_en decimals yearly",
    "ratios": "ratio per name_vi name_en",
    "ratio-parts": "ratio numerator denominator",
    "sources": "source_id title publisher_vi publisher_en published_on",
    OBSERVATIONS: (
        "obs_id ref_area area_basis indicator scope_org scope_level mandate period_start period_end "
        "period_years period_basis figure_printed obs_value qualifier obs_status part_of revision "
        "source_id paragraph note_vi note_en"
    ),
}
# All other columns named above are texts.
_TYPES_READ = {
    **dict.fromkeys(["period_start", "period_end", "valid_from", "valid_to"], "date"),
    **dict.fromkeys(["period_years", "paragraph", "decimals", "per"], "integer"),
    **dict.fromkeys(["yearly", "events"], "boolean"),
    "obs_value": "number",
}
# A description in the standard needs no more than about ten levels, a note some hundred characters.
_DEEPEST, _LONGEST = 25, 100_000
_KINDS = {
    "model_type": "a JSON object", "list_type": "a JSON list", "bool_type": "true or false",
    "string_type": "a text", "too_short": "at least one value", "too_long": "only one value",
}  # fmt: skip
_WRONG_PROPERTY = {
    "extra_forbidden": ("", "a property that is checked", "remove it, or spell it as in the standard"),
    "missing": ("nothing", "the property {!r}", "add it as the standard says"),
}
_BOM = b"\xef\xbb\xbf"


# ---- the description ---------------------------------------------------------------------------------------


def _listed(value: object) -> object:
    """Read what the standard lets be a text or a list of texts."""
    return [value] if isinstance(value, str) else value


def _linear(pattern: str) -> str:
    """Refuse a pattern that takes more than one pass over a text: a hostile one would never end."""
    try:
        pc.match_substring_regex(pa.array([""]), pattern)
    except pa.ArrowInvalid:
        raise ValueError("a regular expression without look-around") from None
    return pattern


class _Model(BaseModel):
    """Refuse unknown properties, and values of another type."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, frozen=True)


Names = Annotated[list[str], BeforeValidator(_listed)]
Number = int | float


class Constraints(_Model):
    """Say what the cells of a column must fulfil."""

    required: bool = False
    unique: bool = False
    enum: list[str] | None = None
    pattern: Annotated[str, AfterValidator(_linear)] | None = None
    minimum: Number | None = None
    maximum: Number | None = None


class Field(_Model):
    """Describe one column: its name, its type and what its cells must fulfil."""

    name: str
    type: Literal["string", "integer", "number", "date", "boolean"]
    title: str = ""
    description: str = ""
    example: Any = None
    constraints: Constraints = Constraints()

    @model_validator(mode="after")
    def _fit_constraints(self) -> Self:
        texts = {"enum", "pattern"} & self.constraints.model_fields_set
        numbers = {"minimum", "maximum"} & self.constraints.model_fields_set
        if texts and self.type != "string":
            raise ValueError(f"no {' and '.join(sorted(texts))} in a field that is not of type string")
        if numbers and self.type not in ("integer", "number"):
            raise ValueError(f"no {' and '.join(sorted(numbers))} in a field that holds no numbers")
        return self


class Reference(_Model):
    """Name the columns of a table that a key refers to; without a table, of the same one."""

    resource: str = ""
    fields: Names


class ForeignKey(_Model):
    """Say that `fields` of one table hold a key of another."""

    fields: Annotated[Names, Described(min_length=1)]
    reference: Reference

    @model_validator(mode="after")
    def _pair(self) -> Self:
        if len(self.fields) != len(self.reference.fields):
            raise ValueError("as many fields on both sides of a key")
        return self


class Schema(_Model):
    """Describe the columns and keys of a table."""

    fields: Annotated[list[Field], Described(min_length=1)]
    primary_key: Names = Described(default=[], alias="primaryKey")
    foreign_keys: list[ForeignKey] = Described(default=[], alias="foreignKeys")
    missing: list[Literal[""]] = Described(default=[""], alias="missingValues", min_length=1, max_length=1)
    profile: str = Described(default="", alias="$schema")
    name: str = ""
    title: str = ""
    description: str = ""

    @model_validator(mode="after")
    def _name_fields_apart(self) -> Self:
        if len({field.name for field in self.fields}) < len(self.fields):
            raise ValueError("a name for each field of its own")
        return self


class Table(_Model):
    """Describe one table: the files that hold it, its columns and its keys."""

    name: str
    files: Annotated[Names, Described(min_length=1)] = Described(alias="path")
    described: Schema = Described(alias="schema")
    type: Literal["table"] = "table"
    scheme: Literal["file"] = "file"
    format: Literal["csv"] = "csv"
    encoding: Literal["utf-8"] = "utf-8"
    # What says nothing about the cells.
    about: Any = Described(default=None, alias="$schema")
    title: Any = None
    description: Any = None
    mediatype: Any = None
    profile: Any = None
    licenses: Any = None
    sources: Any = None
    bytes: Any = None
    hash: Any = None

    @property
    def fields(self) -> list[Field]:
        """The columns in their order."""
        return self.described.fields

    @property
    def is_of_observations(self) -> bool:
        """Whether the table holds observations, as its name says."""
        return self.name.startswith(OBSERVATIONS)


class _Package(BaseModel):
    """Describe a folder of tables."""

    resources: list[Table]


class Description(NamedTuple):
    """Hold the tables of a folder, and every file that says something about them or is named by it."""

    folder: Path
    tables: list[Table]
    files: list[Path]


def read_description(path: Path) -> Description:
    """Read the description of the data in a folder.

    `path` is the folder or its `datapackage.json`.

    Raises MissingData where there is none, and InvalidData with everything in it that cannot be honoured.
    """
    if path.is_file() and path.suffix != ".json":
        raise MissingData(str(path), f"it is no {DESCRIPTOR}; give the folder that holds one")
    descriptor = path / DESCRIPTOR if path.is_dir() else path
    if not descriptor.is_file():
        raise MissingData(str(path), f"give a folder that holds {DESCRIPTOR}, or that file itself")
    reader = _Reader(descriptor)
    tables = reader.tables()
    if reader.problems:
        raise InvalidData(reader.problems)
    files = [*reader.read, *(file for table in tables for file in table.files)]
    return Description(reader.folder, tables, [reader.folder / file for file in files])


class _Reader:
    """Read a description and collect every fault instead of stopping at the first."""

    def __init__(self, descriptor: Path) -> None:
        self.folder, self.file = descriptor.parent, descriptor.name
        self.read: list[str] = []
        self.problems: list[Problem] = []

    def fault(self, value: object, expected: str, remedy: str) -> None:
        self.problems.append(Problem(self.file, None, None, str(value), expected, remedy))

    def tables(self) -> list[Table]:
        content = self.json(self.file)
        if not isinstance(content, dict) and not self.problems:
            self.fault(content, "a JSON object", "write {...}")
        for resource in _mappings(content, "resources"):
            self.inside(resource)
        if self.problems:
            return []
        try:
            tables = _Package.model_validate(content).resources
        except ValidationError as invalid:
            self.problems += [_problem(self.file, content, error) for error in invalid.errors()]
            return []
        self.references(tables)
        self.completeness(tables)
        return tables

    def json(self, file: str) -> Any:
        """Read a file in JSON; None, with a fault, where there is none."""
        self.read.append(file)
        try:
            content = json.loads((self.folder / file).read_text(encoding="utf-8"))
            # What JSON allows and nothing after it can bear.
            json.dumps(content, ensure_ascii=False).encode()
            if _depth(content) > _DEEPEST:
                raise ValueError(f"it is nested more than {_DEEPEST} deep")
        except (OSError, ValueError, RecursionError) as error:
            self.fault(file, "a file in JSON", f"restore or correct it ({error})")
            return None
        return content

    def inside(self, resource: dict[str, Any]) -> None:
        """Check that files lie in the folder of the data, and put a schema from a file in its place."""
        schema = resource.get("schema")
        for file in filter(lambda name: isinstance(name, str), [*_as_list(resource.get("path")), schema]):
            if not _is_inside(self.folder, file):
                expected = "a path inside the folder of the data"
                self.fault(file, expected, "move the file there and give its relative path")
                return
        if isinstance(schema, str):
            resource["schema"] = self.json(schema)

    def references(self, tables: list[Table]) -> None:
        """Check that names are not repeated, and that keys name columns and tables that exist."""
        known: dict[str, set[str]] = {}
        for table in tables:
            if table.name in known:
                self.fault(table.name, "a name for each resource of its own", "rename one of the two")
            known[table.name] = {field.name for field in table.fields}
        for table in tables:
            foreign = table.described.foreign_keys
            keys = [(table.name, key.fields) for key in foreign] + [(table.name, table.described.primary_key)]
            keys += [(key.reference.resource or table.name, key.reference.fields) for key in foreign]
            for name, columns in keys:
                for column in set(columns) - known.get(name, set()):
                    expected = f"keys of {table.name!r} that exist"
                    self.fault(f"{name}.{column}", expected, "name a described column")

    def completeness(self, tables: list[Table]) -> None:
        """Check that the tables this package reads are there with the columns it reads."""
        for needed, columns in COLUMNS.items():
            found = [
                t for t in tables if t.name == needed or (needed == OBSERVATIONS and t.is_of_observations)
            ]
            if not found:
                self.fault("", f"a resource named {needed!r}", "add it to the description")
            for table in found:
                types = {field.name: field.type for field in table.fields}
                for column in columns.split():
                    kind = _TYPES_READ.get(column, "string")
                    if types.get(column) != kind:
                        remedy = "describe the column so, or use the common schema"
                        self.fault(table.name, f"a field {column!r} of type {kind} in it", remedy)


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _mappings(content: Any, key: str) -> Iterator[dict[str, Any]]:
    listed = content.get(key) if isinstance(content, dict) else None
    return (item for item in _as_list(listed) if isinstance(item, dict))


def _depth(value: Any) -> int:
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if children is None else 1 + max(map(_depth, children), default=0)


def _is_inside(folder: Path, file: str) -> bool:
    try:
        place = (folder / file).resolve()
        place.exists()  # a name that no file can have is refused here, not where it is opened
        return "://" not in file and place.is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):
        return False


def _problem(file: str, content: Any, error: Any) -> Problem:
    """Put a fault that pydantic found as a problem of ours, naming the place by names and not by numbers."""
    path = []
    for step in error["loc"]:
        try:
            content = content[step]
        except (LookupError, TypeError):
            content = None
        named = isinstance(content, dict) and isinstance(step, int) and "name" in content
        path.append(repr(content["name"]) if named else str(step))
    if error["type"] in ("extra_forbidden", "missing"):
        *path, last = path
        found, expected, remedy = _WRONG_PROPERTY[error["type"]]
        return Problem(file, None, None, found or last, f"{expected.format(last)} {_at(path)}", remedy)
    told = error["msg"].removeprefix("Input should be ").removeprefix("Value error, ")
    expected = _KINDS.get(error["type"], told)
    remedy = "correct it as the standard says"
    return Problem(file, None, None, str(error["input"]), f"{expected} {_at(path)}", remedy)


def _at(path: list[str]) -> str:
    return f"at {' → '.join(path)}" if path else "in the file"


# ---- the files ---------------------------------------------------------------------------------------------


def read_file(folder: Path, file: str, known: list[str]) -> tuple[pd.DataFrame | None, list[Problem]]:
    """Read one CSV file of a table whose columns are `known`.

    Returns its cells as texts, indexed by the rows a spreadsheet shows, or None where the file cannot be read
    as rows, and the faults of file, header and rows. A column that is not there is missing in the frame.
    """
    if not (folder / file).is_file():
        return None, [_of_file(file, "no file", "the file that the description names", "restore it")]
    data = (folder / file).read_bytes()
    if not data.removeprefix(_BOM).strip():
        return None, [_of_file(file, "an empty file", "a header row", "restore the file")]
    problems = []
    if data.startswith(_BOM):
        remedy = "save it as 'UTF-8', not as 'UTF-8 with BOM'"
        problems = [_of_file(file, "a byte-order mark", "UTF-8 without one", remedy)]
    try:
        labels, *rows = _rows(data.removeprefix(_BOM).decode())
    except UnicodeDecodeError:
        return None, [*problems, *_not_utf8(file, data)]
    problems += _header_faults(file, labels, known)
    long = _too_long(file, labels, rows)
    if long or not labels or len(set(labels)) < len(labels):
        return None, [*problems, *long]
    numbered = dict(enumerate(rows, start=2))
    broken = {row: f"{len(cells)} cells" if any(cells) else "an empty row"
              for row, cells in numbered.items() if not any(cells) or len(cells) != len(labels)}  # fmt: skip
    sound = {row: cells for row, cells in numbered.items() if row not in broken}
    frame = pd.DataFrame(list(sound.values()), index=list(sound), columns=labels, dtype=object)
    return frame, [*problems, *_broken(file, broken, len(labels))]


def _rows(text: str) -> list[list[str]]:
    # The limit of the module is below what a cell of ours may hold; too long ones are told of by name.
    limit = csv.field_size_limit()
    csv.field_size_limit(max(limit, len(text) + 1))
    try:
        return list(csv.reader(io.StringIO(text, newline="")))
    finally:
        csv.field_size_limit(limit)


def _of_file(file: str, value: str, expected: str, remedy: str) -> Problem:
    return Problem(file, None, None, value, expected, remedy)


def _not_utf8(file: str, data: bytes) -> Iterator[Problem]:
    for row, line in enumerate(data.split(b"\n"), start=1):
        try:
            line.decode()
        except UnicodeDecodeError:
            found = line.decode("utf-8", "replace")[:80]
            yield Problem(file, row, None, found, "text in UTF-8", "save the file as UTF-8")


def _header_faults(file: str, labels: list[str], known: list[str]) -> list[Problem]:
    unknown = [label for label in labels if label not in known]
    repeated = [label for label in dict.fromkeys(labels) if labels.count(label) > 1]
    faults: list[tuple[str, str | None, str, str]]
    faults = [(label, None, "a column of the schema", "rename or remove the column") for label in unknown]
    faults += [(label, label, "each column once", "remove one of the two") for label in repeated]
    faults += [("", name, f"a column {name!r}", "add the column") for name in known if name not in labels]
    if not faults and labels != known:
        faults = [(",".join(labels), None, f"the order {','.join(known)}", "put the columns in this order")]
    return [Problem(file, 1, column, found, expected, remedy) for found, column, expected, remedy in faults]


def _too_long(file: str, labels: list[str], rows: list[list[str]]) -> list[Problem]:
    """Name the cells that are too long, be it that quotes before them do not close."""
    expected, remedy = f"at most {_LONGEST:,} characters in a cell", "shorten it, or close its quotes"
    return [
        Problem(file, row, labels[place] if place < len(labels) else None, cell[:1000], expected, remedy)
        for row, cells in enumerate([labels, *rows], start=1)
        for place, cell in enumerate(cells)
        if len(cell) > _LONGEST
    ][:LISTED]


def _broken(file: str, rows: dict[int, str], width: int) -> list[Problem]:
    """List rows that do not have the cells of the header; beyond LISTED their number only."""
    remedy = "delete the row if it is empty, and put a text that holds commas in quotes"
    problems = [Problem(file, row, None, found, f"{width} cells", remedy) for row, found in rows.items()]
    if len(rows) > LISTED:
        row, found = list(rows.items())[LISTED]
        also = f"{len(rows) - LISTED} rows from this one on have the same fault; mend the listed ones first"
        problems[LISTED:] = [Problem(file, row, None, found, f"{width} cells", also)]
    return problems
