"""What all pages need alike is in each of them, or once in a folder beside them: fifty pages are then small.

A file beside pages is named after its content: pages of different days share it, and a newer version of
this package never changes what an older page takes.
"""

import hashlib
import re
from functools import cache

from antq_analysis.briefings.drawing import script_named
from antq_analysis.briefings.shell import read

# The page's own scripts in the order in which they build on each other.
SCRIPTS = ("popover.js", "tables.js", "provenance.js", "paper.js", "tools.js", "charts.js")

_REFERENCE = re.compile(r'(?:src|href)="(assets/(page|plotly(?:-[a-z]+)?)-[0-9a-f]{12}\.(css|js))"')


@cache
def beside(name: str) -> str:
    """Return the path from a page to a file that it shares: `page.css`, `page.js`, `plotly-basic.js` …

    >>> beside("page.css").startswith("assets/page-")
    True
    """
    stem, _, suffix = name.partition(".")
    return f"assets/{stem}-{hashlib.sha256(_content(name)).hexdigest()[:12]}.{suffix}"


def shared_files(html: str) -> dict[str, bytes]:
    """Return the files that a page takes its style and scripts from, by their paths from the page.

    There are none for a page that carries all it needs. A file that another version of this package
    made is not among them.
    """
    referred = {path: f"{stem}.{suffix}" for path, stem, suffix in _REFERENCE.findall(html)}
    return {path: _content(name) for path, name in referred.items() if beside(name) == path}


@cache
def _content(name: str) -> bytes:
    if name == "page.css":
        return read(name).encode()
    if name == "page.js":
        return "\n".join(map(read, SCRIPTS)).encode()
    return script_named(name.removesuffix(".js")).text.encode()
