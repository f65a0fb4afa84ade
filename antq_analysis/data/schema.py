"""What a description of data says once it is understood: tables, columns, keys.

The tables and columns that this package itself reads are named here, and nowhere else.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

OBSERVATIONS = "observations-"

# What the package itself reads; a descriptor may describe more columns and more tables.
COLUMNS = {
    "areas": ("ref_area", "name_vi", "name_en", "spellings", "valid_from", "valid_to", "successor"),
    "units": ("unit_measure", "name_vi", "name_en", "events"),
    "concepts": ("concept", "name_vi", "name_en"),
    "indicators": ("indicator", "concept", "measure_type", "unit_measure", "name_vi", "name_en", "decimals",
                   "yearly"),
    "ratios": ("ratio", "per", "name_vi", "name_en"),
    "ratio-parts": ("ratio", "numerator", "denominator"),
    "sources": ("source_id", "title", "publisher_vi", "publisher_en", "published_on"),
    OBSERVATIONS: (
        "obs_id", "ref_area", "area_basis", "indicator", "scope_org", "scope_level", "mandate",
        "period_start", "period_end", "period_years", "period_basis", "figure_printed", "obs_value",
        "qualifier", "obs_status", "part_of", "revision", "source_id", "paragraph", "note_vi", "note_en",
    ),
}  # fmt: skip
# All other columns named above are texts.
TYPES_READ = {
    "period_start": "date", "period_end": "date", "valid_from": "date", "valid_to": "date",
    "period_years": "integer", "obs_value": "number",
    "paragraph": "integer", "decimals": "integer", "per": "integer", "yearly": "boolean", "events": "boolean",
}  # fmt: skip


@dataclass(frozen=True)
class Field:
    """Describe one column: its name, its type and what its cells must fulfil."""

    name: str
    type: str
    constraints: dict[str, Any]


@dataclass(frozen=True)
class ForeignKey:
    """Say that `fields` of one table hold a key of `resource`, found there in `target`."""

    fields: tuple[str, ...]
    resource: str
    target: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """Describe one table: the files that hold it and their columns."""

    name: str
    files: tuple[str, ...]
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]

    def choices(self, name: str) -> list[str]:
        """List what the schema allows in a column; nothing where it does not say."""
        return [
            choice
            for field in self.fields
            if field.name == name
            for choice in field.constraints.get("enum", [])
        ]


@dataclass(frozen=True)
class Package:
    """Describe a folder of tables, by name."""

    folder: Path
    tables: dict[str, Table]

    def observations(self) -> list[Table]:
        """List the tables that hold observations: every one whose name begins with `observations-`."""
        return [table for name, table in self.tables.items() if name.startswith(OBSERVATIONS)]
