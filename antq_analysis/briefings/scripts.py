"""A page carries plotly's script: which small ones are at hand decides what is in it, as its figures do.

An installed package brings them along; beside a checkout `npm ci` puts them.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent

# The small scripts, the smallest first.
SMALL = ("basic", "cartesian")


def script_files() -> dict[str, Path]:
    """Return the files of the small scripts that are at hand, by their names, the smallest first."""
    return {name: path for name in SMALL if (path := _file(name))}


def _file(name: str) -> Path | None:
    file = f"plotly-{name}.min.js"
    places = (
        _PACKAGE / "_bundled" / "scripts" / file,
        _PACKAGE.parent / "node_modules" / f"plotly.js-{name}-dist-min" / file,
    )
    return next((path for path in places if path.is_file()), None)
