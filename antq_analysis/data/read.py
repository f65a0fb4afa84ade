"""Reads a folder of data: its description, `datapackage.json`, and its CSV files.

What a description says and this package would ignore is refused: whoever reads a constraint believes that
it was checked. Cells are read as text: a reader that guesses turns `01` into 1 and the id `NA` into nothing.
"""

import csv
import datetime
import io
import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Self

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator
from pydantic import Field as Described
from pydantic_core import from_json

from antq_analysis.data import bundled, exists
from antq_analysis.errors import InvalidData, MissingData, Problem, suggest

Fault = tuple[str, str, str]  # what was found, what was expected, how to mend it

DESCRIPTOR = "datapackage.json"
OBSERVATIONS, OFFICIAL = "observations-", "observations-official"
# The layout that this package reads, the second since units have `words_vi`; a description that names none
# has the first.
LAYOUT = 2
# A file with one fault in every row must not flood the listing.
LISTED = 1000
# What the package itself reads; a description may describe more columns and more tables.
COLUMNS = {
    "areas": "ref_area name_vi name_en spellings valid_from valid_to successor",
    "units": "unit_measure name_vi name_en words_vi events",
    "concepts": "concept name_vi name_en",
    "indicators": (
        "indicator concept measure_type unit_measure name_vi name_en counts_vi counts_en decimals yearly"
    ),
    "ratios": "ratio per name_vi name_en",
    "ratio-parts": "ratio numerator denominator definition_vi definition_en",
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
    **dict.fromkeys(["paragraph", "decimals", "per"], "integer"),
    **dict.fromkeys(["yearly", "events"], "boolean"),
    **dict.fromkeys(["obs_value", "period_years"], "number"),
}
_KINDS = {
    "model_type": "a JSON object", "list_type": "a JSON list", "bool_type": "true or false",
    "string_type": "a text", "too_short": "at least one value", "too_long": "only one value",
}  # fmt: skip
# Properties that say nothing about the cells.
_REMARKS = {"$schema", "title", "description", "example", "mediatype", "profile", "licenses", "sources",
            "bytes", "hash"}  # fmt: skip
# The constraints that fit columns of some types alone.
_ENDS = {"minimum", "maximum"}
_FITTING = {"string": {"enum", "pattern"}, "integer": _ENDS, "number": _ENDS}
_BOM, _UTF_16 = b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")
_SEPARATORS = {";": "semicolons", "\t": "tabs"}


# ---- the description ---------------------------------------------------------------------------------------


def _linear(pattern: str) -> str:
    """Refuse a pattern that takes more than one pass over a text: a hostile one would never end."""
    try:
        pc.match_substring_regex(pa.array([""]), pattern)
    except pa.ArrowInvalid:
        raise ValueError("a regular expression without look-around") from None
    return pattern


def _inside(file: str, reading: Any) -> str:
    """Refuse a path that leads out of the folder of the data, or that no file can have."""
    folder, _ = reading.context
    try:
        place = (folder / file).resolve()
        place.exists()
        inside = "://" not in file and not Path(file).is_absolute() and place.is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):
        inside = False
    if not inside:
        raise ValueError("a path inside the folder of the data; move the file there, give its relative path")
    return file


def _json(path: Path) -> Any:
    try:
        return from_json(path.read_bytes(), allow_inf_nan=False)
    except (OSError, ValueError) as error:
        raise ValueError(f"a file in JSON; restore or correct it ({error})") from None


def _schema(schema: Any, reading: Any) -> Any:
    """Read a schema that lies in a file of its own."""
    if not isinstance(schema, str):
        return schema
    folder, schemas = reading.context
    schemas[schema] = _json(folder / _inside(schema, reading))
    return schemas[schema]


class _Model(BaseModel):
    """Refuse unknown properties, and values of another type."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _without_remarks(cls, content: Any) -> Any:
        if not isinstance(content, dict):
            return content
        ignored = _REMARKS - cls.model_fields.keys()
        return {name: value for name, value in content.items() if name not in ignored}


# The standard lets a list of one text be that text.
_LISTED = BeforeValidator(lambda value: [value] if isinstance(value, str) else value)
Names = Annotated[list[str], _LISTED]
Files = Annotated[list[Annotated[str, AfterValidator(_inside)]], _LISTED, Described(min_length=1)]


class Constraints(_Model):
    """Say what the cells of a column must fulfil."""

    required: bool = False
    unique: bool = False
    enum: list[str] | None = None
    pattern: Annotated[str, AfterValidator(_linear)] | None = None
    minimum: int | float | None = None
    maximum: int | float | None = None


class Field(_Model):
    """Describe one column: its name, its type and what its cells must fulfil."""

    name: str
    type: Literal["string", "integer", "number", "date", "boolean"]
    description: str = ""
    constraints: Constraints = Constraints()

    @model_validator(mode="after")
    def _fit_constraints(self) -> Self:
        unfit = self.constraints.model_fields_set - {"required", "unique"} - _FITTING.get(self.type, set())
        if unfit:
            raise ValueError(f"no {' and '.join(sorted(unfit))} in a field of type {self.type}")
        return self


class Reference(_Model):
    """Name the columns of a table that a key refers to; without a table, of the same one."""

    resource: str = ""
    fields: Names


class ForeignKey(_Model):
    """Say that `fields` of one table hold a key of another."""

    fields: Annotated[Names, Described(min_length=1)]
    reference: Reference


class Schema(_Model):
    """Describe the columns and keys of a table."""

    name: str = ""
    fields: Annotated[list[Field], Described(min_length=1)]
    primary_key: Names = Described(default=[], alias="primaryKey")
    foreign_keys: list[ForeignKey] = Described(default=[], alias="foreignKeys")
    missing: list[Literal[""]] = Described(default=[""], alias="missingValues", min_length=1, max_length=1)


class Table(_Model):
    """Describe one table: the files that hold it, its columns and its keys."""

    name: str
    files: Files = Described(alias="path")
    described: Annotated[Schema, BeforeValidator(_schema)] = Described(alias="schema")
    title: str = ""
    type: Literal["table"] = "table"
    scheme: Literal["file"] = "file"
    format: Literal["csv"] = "csv"
    encoding: Literal["utf-8"] = "utf-8"

    @property
    def fields(self) -> list[Field]:
        """The columns in their order."""
        return self.described.fields

    @property
    def is_of_observations(self) -> bool:
        """Whether the table holds observations, as its name says."""
        return self.name.startswith(OBSERVATIONS)

    @property
    def own_files(self) -> list[str]:
        """The files that lie in the folder itself; those of the bundled data have absolute paths."""
        return [file for file in self.files if not Path(file).is_absolute()]

    @property
    def place(self) -> str:
        """Where a row may be added."""
        return ", ".join(self.own_files) or f"a table {self.name!r} in {DESCRIPTOR}"


def _layout(version: Any) -> Any:
    """Refuse data of another layout, with what to do about it."""
    if version != LAYOUT:
        is_newer = isinstance(version, int) and version > LAYOUT
        ways = "make a new folder with `antq new` and move the rows there", "install a newer antq_analysis"
        raise ValueError(f"{LAYOUT}, the layout that this antq_analysis reads; {ways[is_newer]}")
    return version


class About(BaseModel):
    """Say what a description says of the data as a whole."""

    name: str = ""
    title: str = ""
    title_vi: str = ""
    description: str = ""
    version: str = ""
    created: datetime.datetime | None = None
    licenses: list[dict[str, str]] = []
    contributors: list[dict[str, str]] = []


class _Package(About):
    """Describe a folder of tables."""

    schema_version: Annotated[Any, AfterValidator(_layout)] = Described(default=1, validate_default=True)
    extends: Literal["bundled", "bundled with press"] | None = None
    resources: list[Table]


class Description(NamedTuple):
    """Hold what a folder says of its data: as a whole, the tables, all files, the table of each figure."""

    about: About
    tables: list[Table]
    files: list[Path]
    table_of: dict[str, str]


def existing(path: Path) -> Path:
    """Return a path that leads to something, or raise MissingData."""
    if not exists(path):
        raise MissingData(str(path), f"give a folder that holds {DESCRIPTOR}, or that file itself")
    return path


def read_description(path: Path) -> tuple[list[Table], list[Path]]:
    """Read the description of the data in a folder.

    `path` is the folder or its `datapackage.json`. Returns the tables described, and every file that was read
    or is named, the description first. Raises MissingData where there is none, and InvalidData with all of it
    that cannot be honoured.
    """
    if existing(path).is_file() and path.suffix != ".json":
        raise MissingData(str(path), f"it is no {DESCRIPTOR}; give the folder that holds one")
    descriptor = path / DESCRIPTOR if path.is_dir() else path
    if not descriptor.is_file():
        raise MissingData(str(path), f"give a folder that holds {DESCRIPTOR}, or that file itself")
    folder, schemas, content = descriptor.parent, dict[str, Any](), None
    try:
        content = _json(descriptor)
        package = _Package.model_validate(content, context=(folder, schemas))
    except ValidationError as invalid:
        faults = [_fault(content, schemas, error) for error in invalid.errors()]
    except ValueError as unread:
        expected, _, remedy = str(unread).partition("; ")
        faults = [(descriptor.name, expected, remedy)]
    else:
        tables, read, faults = _extended(package, descriptor)
        faults += [*_unknown_names(tables), *_incomplete(tables)]
    if faults:
        raise InvalidData([Problem(descriptor.name, None, None, *fault) for fault in faults])
    files = [descriptor.name, *schemas, *(file for table in tables for file in table.files)]
    return tables, [*(folder / file for file in files), *read, *_folders(folder, tables)]


def _extended(package: _Package, descriptor: Path) -> tuple[list[Table], list[Path], list[Fault]]:
    """Put tables of the bundled data before those of a description that extends them.

    "bundled" are the lookup tables and the official series. Tables of one name become one. Returns them, the
    files read beside, and what does not fit together.
    """
    own, faults = {table.name: table for table in package.resources}, list[Fault]()
    if package.extends is None or len(own) < len(package.resources):
        return package.resources, [], []
    home = bundled("data")
    if descriptor.parent.resolve() == home.resolve():
        return package.resources, [], [("extends", "bundled data that extend nothing", "remove it")]
    known, read = read_description(home)
    for table in known:
        if package.extends == "bundled" and table.is_of_observations and table.name != OFFICIAL:
            continue
        mine = own.get(table.name)
        if mine and _columns(mine) != _columns(table):
            way = "copy the schema that `antq new` writes"
            faults.append((table.name, "the columns and the key of the bundled table of this name", way))
        files = [*(str(home / file) for file in table.files), *(mine.files if mine else [])]
        # The constraints of one's own hold for all rows.
        own[table.name] = (mine or table).model_copy(update={"files": files})
    return list(own.values()), read, faults


def _columns(table: Table) -> tuple[list[tuple[str, str]], list[str]]:
    return [(field.name, field.type) for field in table.fields], table.described.primary_key


def _folders(folder: Path, tables: Sequence[Table]) -> list[Path]:
    """List the folders in which the files of a description lie, the folder itself first."""
    files = (file for table in tables for file in table.own_files)
    return list(dict.fromkeys([folder, *((folder / file).parent for file in files)]))


def stray(folder: Path, tables: Sequence[Table]) -> list[Problem]:
    """List the CSV files beside those of a description that it does not name."""
    named = {(folder / file).resolve() for table in tables for file in table.own_files}
    found = (path for each in _folders(folder, tables) if each.is_dir() for path in sorted(each.iterdir()))
    # What begins so is hidden, or the lock of a spreadsheet program.
    csvs = (path for path in found if path.suffix.lower() == ".csv" and not path.name.startswith((".", "~$")))
    files = [
        path.relative_to(folder).as_posix() for path in csvs if path.is_file() and path.resolve() not in named
    ]
    remedy = f"`antq check {shlex.quote(str(folder))} --fix` adds it, or move it out of the folder"
    return [Problem(file, None, None, file, f"a CSV that {DESCRIPTOR} names", remedy) for file in files]


def read_about(descriptor: Path) -> About:
    """Read what a description that `read_description` has found sound says of the data as a whole."""
    return About.model_validate(_json(descriptor))


def _fault(content: Any, schemas: dict[str, Any], error: Any) -> Fault:
    """Put a fault that pydantic found in our words, naming the place by names and not by numbers."""
    path = []
    for step in error["loc"]:
        try:
            content = content[step]
            content = schemas[content] if isinstance(content, str) and step == "schema" else content
        except (LookupError, TypeError):
            content = None
        named = isinstance(content, dict) and isinstance(step, int) and "name" in content
        path.append(repr(content["name"]) if named else str(step))
    last = path.pop() if error["type"] in ("extra_forbidden", "missing") else ""
    at = f"at {' → '.join(path)}" if path else "in the file"
    if error["type"] == "extra_forbidden":
        return last, f"a property that is checked {at}", "remove it, or spell it as in the standard"
    if error["type"] == "missing":
        return "nothing", f"the property {last!r} {at}", "add it as the standard says"
    told = error["msg"].removeprefix("Input should be ").removeprefix("Value error, ")
    expected, _, remedy = _KINDS.get(error["type"], told).partition("; ")
    way = "write one of these" if error["type"] == "literal_error" else "correct it as the standard says"
    return str(error["input"]), f"{expected} {at}", remedy or way


def _unknown_names(tables: list[Table]) -> Iterator[Fault]:
    """Find names that are repeated, and keys that name no column of a table."""
    known: dict[str, list[str]] = {}
    for table in tables:
        if table.name in known:
            yield table.name, "a name for each resource of its own", "rename one of the two"
        known[table.name] = names = [field.name for field in table.fields]
        if len(set(names)) < len(names):
            yield ",".join(names), f"a name for each field of {table.name!r} of its own", "rename one of two"
    for table in tables:
        keys = [(table.name, table.described.primary_key)]
        for key in table.described.foreign_keys:
            target = key.reference
            if len(key.fields) != len(target.fields):
                yield ",".join(key.fields), "as many fields on both sides of a key", "correct the key"
            keys += [(table.name, key.fields), (target.resource or table.name, target.fields)]
        for name, columns in keys:
            for column in dict.fromkeys(columns):
                if column not in known.get(name, []):
                    yield f"{name}.{column}", f"keys of {table.name!r} that exist", "name a described column"


def _incomplete(tables: list[Table]) -> Iterator[Fault]:
    """Find tables and columns that this package reads and that are not described."""
    for needed, columns in COLUMNS.items():
        found = [table for table in tables if needed in (table.name, table.name[: len(OBSERVATIONS)])]
        if not found:
            yield "", f"a resource named {needed!r}", "add it to the description"
        for table in found:
            types = {field.name: field.type for field in table.fields}
            for column in columns.split():
                kind = _TYPES_READ.get(column, "string")
                if types.get(column) != kind:
                    remedy = "describe the column so, or use the common schema"
                    yield table.name, f"a field {column!r} of type {kind} in it", remedy


# ---- the files ---------------------------------------------------------------------------------------------


def read_file(folder: Path, file: str, known: list[str]) -> tuple[pd.DataFrame | None, list[Problem]]:
    """Read one CSV file of a table whose columns are `known`.

    Returns its cells as texts, indexed by the rows a spreadsheet shows, or None where the file cannot be read
    as rows, and the faults of file, header and rows. A column that is not there is missing in the frame; of a
    row with too many or too few cells only the first is in it, a key that other rows may refer to.
    """

    def fault(value: str, expected: str, remedy: str, row: int | None = None) -> Problem:
        return Problem(file, row, None, value, expected, remedy)

    if not (folder / file).is_file():
        return None, [fault("no file", "the file that the description names", "restore it")]
    data = (folder / file).read_bytes()
    content = data.removeprefix(_BOM)
    problems = []
    if data != content:
        remedy = "it is read all the same; an editor saves it as 'UTF-8' without one"
        problems = [replace(fault("a byte-order mark", "UTF-8 without one", remedy), is_warning=True)]
    if unreadable := _unreadable(content, known):
        return None, [*problems, fault(*unreadable)]
    # What frictionless sets it to as well; a cell that is too long is found as other faulty cells are.
    csv.field_size_limit(2**31 - 1)
    labels, *rows = csv.reader(io.StringIO(content.decode(), newline=""))
    problems += _header_faults(file, labels, known)
    if not labels or len(set(labels)) < len(labels):
        return None, problems
    count = len(labels)
    numbered = dict(enumerate(rows, start=2))
    broken = {row: cells for row, cells in numbered.items() if not any(cells) or len(cells) != count}
    faults = (fault(*_row_fault(cells, count), row) for row, cells in broken.items())
    kept = {row: [cells[0], *[None] * (count - 1)] if row in broken else cells
            for row, cells in numbered.items() if any(cells)}  # fmt: skip
    frame = pd.DataFrame(list(kept.values()), index=list(kept), columns=labels, dtype=object)
    return frame, [*problems, *listed(faults, len(broken))]


def _unreadable(content: bytes, known: list[str]) -> tuple[str, str, str, int | None] | None:
    """Say why a file cannot be read as rows: what was found, what expected, how to mend it, and where."""
    if not content.strip():
        return "an empty file", "a header row", "restore the file", None
    if content.startswith(_UTF_16) or b"\0" in content[:2]:
        return "text in UTF-16", "text in UTF-8", "save it as 'CSV UTF-8', not as Unicode text", None
    try:
        header = content.decode().partition("\n")[0].strip()
    except UnicodeDecodeError:
        lines = enumerate((line.decode("utf-8", "replace") for line in content.split(b"\n")), start=1)
        (row, line), *others = ((row, line) for row, line in lines if "\ufffd" in line)
        more = f"; {len(others)} more rows hold other bytes" if others else ""
        return line, "text in UTF-8", f"save the file as 'CSV UTF-8'{more}", row
    for mark, name in _SEPARATORS.items():
        if len({label.strip('"') for label in header.split(mark)} & {*known}) > 1:
            return (
                name,
                "commas between the cells",
                f"save it with commas instead of {name}; Excel takes them from the Region settings",
                1,
            )
    return None


def _row_fault(cells: list[str], count: int) -> Fault:
    if not any(cells):
        return "an empty row", f"{count} cells", "delete the row"
    many, few = "put a text that holds commas in quotes", "add the missing cells, empty ones too"
    return f"{len(cells)} cells", f"{count} cells", many if len(cells) > count else few


def _header_faults(file: str, labels: list[str], known: list[str]) -> list[Problem]:
    unknown = [label for label in labels if label not in known]
    missing = [name for name in known if name not in labels]
    renamed = {label: nearest for label in unknown if (nearest := suggest(label, missing))}
    repeated = [label for label in dict.fromkeys(labels) if labels.count(label) > 1]
    faults: list[tuple[str, str | None, str, str]]
    faults = [(label, None, f"the column {name!r}", "rename the column") for label, name in renamed.items()]
    faults += [(label, None, "a column of the schema", "rename or remove the column")
               for label in unknown if label not in renamed]  # fmt: skip
    faults += [(label, label, "each column once", "remove one of the two") for label in repeated]
    faults += [("", name, f"a column {name!r}", "add the column")
               for name in missing if name not in renamed.values()]  # fmt: skip
    if not faults and labels != known:
        faults = [(",".join(labels), None, f"the order {','.join(known)}", "put the columns in this order")]
    return [Problem(file, 1, column, found, expected, remedy) for found, column, expected, remedy in faults]


def listed(problems: Iterable[Problem], count: int) -> list[Problem]:
    """List the first of `count` problems of one kind; the last of them says how many more there are."""
    first = list(islice(problems, LISTED + 1))
    if count > LISTED:
        more = f"the same fault stands in {count - LISTED} rows from this one on; mend the listed ones first"
        first[-1] = replace(first[-1], remedy=more)
    return first
