"""The checked dataset: reading, checking and selecting figures.

This module only finds the folders that come with the package, in a checkout and in an installed wheel alike.
"""

import os
from pathlib import Path

from antq_analysis.errors import MissingData

_PACKAGE = Path(__file__).resolve().parent.parent


def exists(path: Path) -> bool:
    """Tell whether a path leads to something; of a name too long for any file `Path.exists` raises."""
    return os.path.exists(path)  # noqa: PTH110


def bundled(name: str) -> Path:
    """Find the folder "data" or "notebooks" of the package, or raise MissingData where it is taken apart."""
    for place in (_PACKAGE / "_bundled" / name, _PACKAGE.parent / name):
        if place.is_dir():
            return place
    raise MissingData(str(_PACKAGE.parent / name), "reinstall the package, or give the folder yourself")
