"""Reads `datapackage.json`, the one description of the data, and refuses what it would otherwise ignore.

A constraint that is silently skipped is worse than none: the reader believes the data were checked.
"""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from antq_analysis.data.schema import COLUMNS, OBSERVATIONS, TYPES_READ, Field, ForeignKey, Package, Table
from antq_analysis.errors import InvalidData, MissingData, Problem

DESCRIPTOR = "datapackage.json"
TYPES = ("string", "integer", "number", "date", "boolean")
# A description in the standard needs no more than about ten.
_DEEPEST = 25
_NUMERIC = ("integer", "number")
_RESOURCE_KEYS = {"name", "type", "path", "title", "description", "scheme", "format", "mediatype", "encoding",
                  "schema", "profile", "$schema", "licenses", "sources", "bytes", "hash"}  # fmt: skip
_SCHEMA_KEYS = {"$schema", "name", "title", "description", "fields", "primaryKey", "foreignKeys",
                "missingValues"}  # fmt: skip
_FIELD_KEYS = {"name", "type", "title", "description", "example", "constraints"}


def read_package(path: Path) -> Package:
    """Read the description of the data in a folder.

    `path` is the folder or its `datapackage.json`.

    Raises MissingData where there is none, and InvalidData with everything in it that cannot be honoured.
    """
    if path.is_file() and path.suffix != ".json":
        raise MissingData(str(path), f"it is no {DESCRIPTOR}; give the folder that holds one")
    descriptor_path = path / DESCRIPTOR if path.is_dir() else path
    if not descriptor_path.is_file():
        raise MissingData(str(path), f"give a folder that holds {DESCRIPTOR}, or that file itself")
    reader = _Reader(descriptor_path.parent, descriptor_path.name)
    descriptor = reader.json(descriptor_path.name)
    tables = {} if reader.problems else reader.tables(descriptor)
    if reader.problems:
        raise InvalidData(reader.problems)
    return Package(reader.folder, tables)


class _Reader:
    """Walk through a descriptor and collect every fault instead of stopping at the first."""

    def __init__(self, folder: Path, file: str) -> None:
        self.folder, self.file = folder, file
        self.problems: list[Problem] = []

    def fault(self, value: object, expected: str, remedy: str) -> None:
        self.problems.append(Problem(self.file, None, None, str(value), expected, remedy))

    def refuse_unknown(self, found: dict[str, Any], known: set[str], where: str) -> None:
        for key in found.keys() - known:
            self.fault(
                key,
                f"a property of {where} that is checked here",
                "remove it, or spell it as in the standard",
            )

    def json(self, file: str) -> dict[str, Any]:
        """Read a JSON object of the package; an empty one, with a fault, where there is none."""
        if not self.is_inside(file):
            return {}
        try:
            content = json.loads((self.folder / file).read_text(encoding="utf-8"))
            _check_content(content)
        except (OSError, ValueError, RecursionError) as error:
            self.fault(file, "a file in JSON", f"restore or correct it ({error})")
            return {}
        return self.mapping(content, file)

    def mapping(self, value: object, where: str) -> dict[str, Any]:
        """Return a JSON object as it is; an empty one, with a fault, where something else stands."""
        if isinstance(value, dict):
            return value
        self.fault(value, f"a JSON object in {where}", "write {...}")
        return {}

    def mappings(self, value: object, where: str) -> list[dict[str, Any]]:
        if value is None:
            return []
        if not isinstance(value, list):
            self.fault(value, f"a JSON list in {where}", "write [...]")
            return []
        return [self.mapping(item, where) for item in value]

    def is_inside(self, file: str) -> bool:
        """Check that a path stays in the folder of the data."""
        try:
            place = (self.folder / file).resolve()
            inside = "://" not in file and place.is_relative_to(self.folder.resolve())
            place.exists()  # a name that no file can have is refused here, not where it is opened
        except (OSError, ValueError, RuntimeError):
            inside = False
        if not inside:
            self.fault(
                file, "a path inside the folder of the data", "move the file there and give its relative path"
            )
        return inside

    def tables(self, descriptor: dict[str, Any]) -> dict[str, Table]:
        tables: dict[str, Table] = {}
        for resource in self.mappings(descriptor.get("resources"), "resources"):
            table = self.table(resource)
            if table.name in tables:
                self.fault(table.name, "a name for each resource of its own", "rename one of the two")
            tables[table.name] = table
        for table in tables.values():
            self.references(table, tables)
        self.completeness(tables)
        return tables

    def table(self, resource: dict[str, Any]) -> Table:
        name = str(resource.get("name", ""))
        self.refuse_unknown(resource, _RESOURCE_KEYS, f"resource {name!r}")
        for key, only in (("encoding", "utf-8"), ("format", "csv"), ("scheme", "file"), ("type", "table")):
            if resource.get(key, only) != only:
                self.fault(
                    resource[key], f"{key} {only!r} in resource {name!r}", "save the file so and say so"
                )
        files = _strings(resource.get("path"))
        if not files:
            self.fault(name, "a path in every resource", "add the path of its CSV file")
        files = tuple(file for file in files if self.is_inside(file))
        schema = resource.get("schema", {})
        schema = self.json(schema) if isinstance(schema, str) else schema
        return self.schema(name, files, self.mapping(schema, f"the schema of {name!r}"))

    def schema(self, name: str, files: tuple[str, ...], schema: dict[str, Any]) -> Table:
        self.refuse_unknown(schema, _SCHEMA_KEYS, f"the schema of {name!r}")
        if schema.get("missingValues", [""]) != [""]:
            self.fault(
                schema["missingValues"],
                "only the empty cell as a missing value",
                'write [""], or leave it out',
            )
        if not schema.get("fields"):
            self.fault(name, "a schema with fields in every resource", "describe the columns of the file")
        fields = tuple(self.field(name, field) for field in self.mappings(schema.get("fields"), "fields"))
        primary_key = _strings(schema.get("primaryKey"))
        foreign_keys = self.foreign_keys(name, schema)
        return Table(name, files, fields, primary_key, foreign_keys)

    def field(self, table: str, field: dict[str, Any]) -> Field:
        name, kind = str(field.get("name", "")), str(field.get("type", "any"))
        where = f"field {name!r} of {table!r}"
        self.refuse_unknown(field, _FIELD_KEYS, where)
        if kind not in TYPES:
            self.fault(kind, f"a type for {where} out of {', '.join(TYPES)}", "choose one of them")
        constraints = self.mapping(field.get("constraints", {}), where)
        for key, value in constraints.items():
            if (fault := _constraint_fault(kind, key, value)) is not None:
                self.fault(f"{key}: {value}", f"{fault} for {where}", "correct the constraint, or remove it")
        return Field(name, kind, constraints)

    def foreign_keys(self, table: str, schema: dict[str, Any]) -> tuple[ForeignKey, ...]:
        keys = []
        for key in self.mappings(schema.get("foreignKeys"), "foreignKeys"):
            reference = self.mapping(key.get("reference", {}), "foreignKeys")
            resource = str(reference.get("resource") or table)
            keys.append(ForeignKey(_strings(key.get("fields")), resource, _strings(reference.get("fields"))))
            if not keys[-1].fields or len(keys[-1].fields) != len(keys[-1].target):
                self.fault(
                    key, f"as many fields on both sides of a key of {table!r}", "name the fields in pairs"
                )
        return tuple(keys)

    def references(self, table: Table, tables: dict[str, Table]) -> None:
        """Check that keys name columns and tables that exist."""
        keys = [(table.name, table.primary_key)]
        keys += [(table.name, key.fields) for key in table.foreign_keys]
        keys += [(key.resource, key.target) for key in table.foreign_keys]
        for name, columns in keys:
            known = {field.name for field in tables[name].fields} if name in tables else set()
            for column in set(columns) - known:
                self.fault(
                    f"{name}.{column}", f"keys of {table.name!r} that exist", "name a described column"
                )

    def completeness(self, tables: dict[str, Table]) -> None:
        """Check that the tables this package reads are there with the columns it reads."""
        for needed, columns in COLUMNS.items():
            several = needed == OBSERVATIONS
            found = [
                t for name, t in tables.items() if name == needed or (several and name.startswith(needed))
            ]
            if not found:
                self.fault("", f"a resource named {needed!r}", "add it to the description")
            for table in found:
                types = {field.name: field.type for field in table.fields}
                for column in columns:
                    kind = TYPES_READ.get(column, "string")
                    if types and types.get(column) != kind:
                        remedy = "describe the column so, or use the common schema"
                        self.fault(table.name, f"a field {column!r} of type {kind} in it", remedy)


def _check_content(content: object) -> None:
    """Refuse, by a ValueError, what JSON allows and nothing after it can bear."""
    json.dumps(content, ensure_ascii=False).encode()
    depth, level = 0, [content]
    while level:
        depth += 1
        children = [item.values() if isinstance(item, dict) else item for item in level
                    if isinstance(item, dict | list)]  # fmt: skip
        level = [child for items in children for child in items]
    if depth > _DEEPEST:
        raise ValueError(f"it is nested more than {_DEEPEST} deep")


def _constraint_fault(kind: str, key: str, value: object) -> str | None:
    """Say what a constraint should be, if it is not."""
    numeric = kind in _NUMERIC and isinstance(value, int | float) and not isinstance(value, bool)
    texts = isinstance(value, list) and all(isinstance(item, str) for item in value)
    sound: dict[str, tuple[bool, str]] = {
        "required": (isinstance(value, bool), "true or false"),
        "unique": (isinstance(value, bool), "true or false"),
        "enum": (kind == "string" and texts, "a list of texts, of a field of type string,"),
        "pattern": (kind == "string" and _is_pattern(value), "a regular expression without look-around"),
        "minimum": (numeric, "a number, of a field of numbers,"),
        "maximum": (numeric, "a number, of a field of numbers,"),
    }
    holds, expected = sound.get(key, (False, f"a constraint out of {', '.join(sound)}"))
    return None if holds else expected


def _is_pattern(value: object) -> bool:
    try:
        pc.match_substring_regex(pa.array([""]), str(value))
    except pa.ArrowInvalid:
        return False
    return isinstance(value, str)


def _strings(value: object) -> tuple[str, ...]:
    """Read what the standard lets be a text or a list of texts."""
    return (value,) if isinstance(value, str) else tuple(map(str, value)) if isinstance(value, list) else ()
