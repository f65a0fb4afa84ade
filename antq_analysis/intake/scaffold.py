"""Begin a folder of data of one's own, and name in its description the files that were put there later."""

import json
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from antq_analysis.data import bundled
from antq_analysis.data.read import DESCRIPTOR, LAYOUT, OBSERVATIONS, Table, read_description, stray
from antq_analysis.errors import InvalidData, InvalidOption

_SCHEMA = "observations/schema.json"


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
        files = dict(_data("" if standalone else "bundled with press" if with_press else "bundled"))
        files |= _below(Path(__file__).with_name("folder"))
        if notebooks:
            files |= _below(bundled("notebooks"), "notebooks/")
            # In JupyterLab they read the folder above them, as the plan does.
            own = (rb"data: str = \"\"", rb"data: str = \"..\"")
            files = {name: text.replace(*own) for name, text in files.items()}
            files["notebooks/briefings.toml"] = b'data = ".."\n\n' + files["notebooks/briefings.toml"]
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
    except OSError as error:
        raise InvalidOption(f"Cannot write {folder}: {error.strerror}. Give another folder.") from None
    return list(files)


def _data(extends: str) -> Iterator[tuple[str, bytes]]:
    """Yield the description of a folder of data, its schemas, and its lookup tables, whole or empty."""
    home, resources = bundled("data"), []
    for table in json.loads((home / DESCRIPTOR).read_bytes())["resources"]:
        if not table["name"].startswith(OBSERVATIONS):
            file, schema = table["path"], f"schemas/{table['name']}.json"
            resources.append({"name": table["name"], "path": file, "schema": schema})
            rows = (home / file).read_bytes()
            yield file, rows.partition(b"\n")[0] + b"\n" if extends else rows
            yield schema, _json(table["schema"])
    resources.append({"name": f"{OBSERVATIONS}own", "path": "observations/own.csv", "schema": _SCHEMA})
    yield _SCHEMA, (home / _SCHEMA).read_bytes()
    described = {"name": "own", "schema_version": LAYOUT} | ({"extends": extends} if extends else {})
    yield DESCRIPTOR, _json(described | {"resources": resources})


def _below(folder: Path, place: str = "") -> dict[str, bytes]:
    """Read the files below a folder, without those that Jupyter leaves."""
    files = (path for path in sorted(folder.rglob("*.*")) if path.is_file())
    names = {path: path.relative_to(folder).as_posix() for path in files}
    return {place + name: path.read_bytes() for path, name in names.items() if "/." not in f"/{name}"}


def _json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()


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
    folder, added, said = descriptor.parent, list[str](), list[str]()
    own = next((table for table in tables if table.is_of_observations and table.own_files), None)
    for file in (problem.file for problem in stray(folder, tables)):
        if not (folder / file).resolve().is_relative_to(folder.resolve()) or not file.isprintable():
            said.append(f"{file} was not added: it leads out of the folder, or no name can be written so")
        elif own is None or not _has_columns(folder / file, own):
            way = f"name it in {DESCRIPTOR} as a file of its own table, or move it out of the folder"
            said.append(f"{file} was not added: its columns are not those of observations; {way}")
        else:
            added.append(file)
            said.append(f"{file} was added to {DESCRIPTOR}")
    if own is None or not added:
        return said
    descriptor = descriptor.resolve()
    before = descriptor.read_bytes()
    content = json.loads(before)
    for table in content["resources"]:
        if table["name"] == own.name:
            table["path"] = [*own.own_files, *added]
    try:
        written = _json(content)
    except ValueError:
        raise InvalidOption(f"{descriptor} holds a number too large to write. Correct it.") from None
    replace_files(descriptor.parent, {descriptor.name: before}, {descriptor.name: written})
    return said


def replace_files(folder: Path, before: Mapping[str, bytes], contents: Mapping[str, bytes]) -> None:
    """Put new files in place of others: each appears whole, and where one cannot, none does."""
    changed = {(folder / file).resolve(): file for file, known in before.items() if contents[file] != known}
    parts = {place: place.with_name(f".{place.name}.{secrets.token_hex(4)}.part") for place in changed}
    placed: list[Path] = []
    try:
        for place, part in parts.items():
            with part.open("xb") as stream:
                stream.write(contents[changed[place]])
                stream.flush()
                os.fsync(stream.fileno())
        if any((folder / file).read_bytes() != known for file, known in before.items()):
            raise InvalidOption(f"The files in {folder} changed meanwhile. Run the same command again.")
        for place, part in parts.items():
            part.replace(place)
            placed.append(place)
    except OSError as error:
        for place in placed:
            place.write_bytes(before[changed[place]])
        fault = f"Cannot write into {folder}: {error.strerror or error}. "
        raise InvalidOption(f"{fault}Nothing was added; make it writable.") from None
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


def _has_columns(path: Path, table: Table) -> bool:
    header = path.read_bytes().partition(b"\n")[0].decode("utf-8-sig", "replace")
    return {*re.split('[,;\t"]+', header.strip(' \r"'))} == {field.name for field in table.fields}
