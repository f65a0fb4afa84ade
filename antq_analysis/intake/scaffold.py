"""Begin a folder of data of one's own, and name in its description the files that were put there later."""

import csv
import io
import json
import re
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from antq_analysis.data import bundled
from antq_analysis.data.read import BUNDLED, DESCRIPTOR, LAYOUT, OBSERVATIONS, WITH_PRESS
from antq_analysis.data.read import read_description, unnamed_files
from antq_analysis.data.rules import EXAMPLE, without_accents
from antq_analysis.errors import InvalidData, InvalidOption

_OWN = "observations/own.csv"
_PLAN = "briefings.toml"
# One row of the two tables that a user fills in first; it is warned of as long as it is there.
_ROWS = {
    "sources.csv": {
        "source_id": EXAMPLE, "title": "Bài viết ví dụ, không có thật", "publisher_vi": "Nguồn ví dụ",
        "publisher_en": "An example, not a real source", "published_on": "2024-01-15",
        "published_basis": "stated", "accessed_on": "2024-01-20", "licence": "Example",
    },
    _OWN: {
        "obs_id": f"{EXAMPLE}.01", "ref_area": "VN-21", "area_basis": "stated",
        "indicator": "sessions_provincial_bodies", "scope_org": "aes", "scope_level": "provincial_bodies",
        "mandate": "CT07-2014", "period_start": "2019-01-01", "period_end": "2023-12-31",
        "period_years": "5", "period_basis": "stated", "figure_printed": "hơn 120 buổi tuyên truyền",
        "obs_value": "120", "qualifier": "more_than", "obs_status": "A", "source_id": EXAMPLE,
        "paragraph": "3", "note_vi": "Dòng ví dụ: xóa khi đã nhập số của mình.",
        "note_en": "An example row: remove it once you have entered your own figures.",
    },
}  # fmt: skip


def new(
    folder: Path, *, with_press: bool = False, standalone: bool = False, notebooks: bool = False
) -> list[str]:
    """Make a folder of data with an example row; return the names of its files.

    It extends the bundled data, those from the press too with `with_press`; with `standalone` it extends
    nothing and has the lookup tables whole. `notebooks` adds the bundled notebooks and their plan.
    Raises InvalidOption where the folder is there and not empty, or cannot be written.
    """
    if with_press and standalone:
        raise InvalidOption("--standalone takes no figures from the press. Leave out one of the two options.")
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise InvalidOption(f"{folder} is there already, and not empty. Give the name of a new folder.")
        files = dict(_data("" if standalone else WITH_PRESS if with_press else BUNDLED))
        files |= _notebooks() if notebooks else {}
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
    except OSError as error:
        raise InvalidOption(f"Cannot write {folder}: {error.strerror}. Give another folder.") from None
    return list(files)


def _data(extends: str) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a folder of data: its description, its schemas, its tables, how to fill them in."""
    home, resources, schemas = bundled("data"), [], dict[str, Any]()
    known = json.loads((home / DESCRIPTOR).read_text(encoding="utf-8"))["resources"]
    for table in known:
        name, path, schema = table["name"], table["path"], table["schema"]
        if name.startswith(OBSERVATIONS):
            name, path = f"{OBSERVATIONS}own", _OWN
            if path in (each["path"] for each in resources):
                continue
            schemas[schema] = json.loads((home / schema).read_text(encoding="utf-8"))
        else:
            schemas[schema := f"schemas/{Path(path).stem}.json"] = table["schema"]
        resources.append({"name": name, "path": path, "schema": schema})
        columns = [field["name"] for field in schemas[schema]["fields"]]
        is_whole = not extends and path not in _ROWS
        yield path, (home / path).read_bytes() if is_whole else _csv(columns, _ROWS.get(path, {}))
    described = {"name": "own", "schema_version": LAYOUT} | ({"extends": extends} if extends else {})
    contents = {DESCRIPTOR: described | {"resources": resources}} | schemas
    yield from ((name, _json(content)) for name, content in contents.items())
    yield "README.md", Path(__file__).with_name("README.md").read_bytes()


def _notebooks() -> dict[str, bytes]:
    home = bundled("notebooks")
    paths = [*home.glob("*.ipynb"), *home.glob("locale/*.po"), home / _PLAN]
    files = {f"notebooks/{path.relative_to(home).as_posix()}": path.read_bytes() for path in sorted(paths)}
    files[f"notebooks/{_PLAN}"] = b'data = ".."\n\n' + files[f"notebooks/{_PLAN}"]
    return files


def _csv(columns: list[str], row: dict[str, str]) -> bytes:
    text = io.StringIO()
    lines = csv.DictWriter(text, columns, lineterminator="\n")
    lines.writeheader()
    lines.writerows([row] if row else [])
    return text.getvalue().encode()


def _json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def name_files(path: Path) -> list[str]:
    """Name in the description of a folder the CSV files of observations that it does not name yet.

    Returns what was done with each file, a line each; a file with other columns stays as it is. Nothing is
    done where the description has a fault. Raises MissingData where there is none, InvalidOption where it
    cannot be written.
    """
    try:
        tables, (descriptor, *_) = read_description(path)
    except InvalidData:
        return []
    content = json.loads(descriptor.read_text(encoding="utf-8-sig"))
    resources, said = content["resources"], []
    own = [table for table in tables if table.is_of_observations and table.own_files]
    for file in unnamed_files(descriptor.parent, tables):
        if not own or _header(descriptor.parent / file) != {field.name for field in own[0].fields}:
            way = f"name it in {DESCRIPTOR} as a file of its own table, or move it out of the folder"
            said.append(f"{file} was not added: its columns are not those of observations; {way}")
            continue
        schema = next(each["schema"] for each in resources if each["name"] == own[0].name)
        name = _free(file, {each["name"] for each in resources})
        resources.append({"name": name, "path": file, "schema": schema})
        said.append(f"{file} was added to {DESCRIPTOR} as {name!r}")
    part = descriptor.with_name(f".{descriptor.name}.{secrets.token_hex(4)}.part")
    try:
        part.write_bytes(_json(content))
        part.replace(descriptor)
    except OSError as error:
        raise InvalidOption(f"Cannot write {descriptor}: {error.strerror}. Make it writable.") from None
    finally:
        part.unlink(missing_ok=True)
    return said


def _header(path: Path) -> set[str]:
    """Return the names of the columns of a file, whatever separates them."""
    with path.open(encoding="utf-8-sig", errors="replace") as lines:
        return {name.strip().strip('"') for name in re.split("[,;\t]", next(lines, ""))}


def _free(file: str, taken: Iterable[str]) -> str:
    slug = re.sub("[^a-z0-9]+", "-", without_accents(Path(file).stem)).strip("-") or "more"
    names = (f"{OBSERVATIONS}{slug}{number}" for number in ["", *(f"-{n}" for n in range(2, 1000))])
    return next(name for name in names if name not in taken)
