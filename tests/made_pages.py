"""What tests read back out of a page."""

import gzip
import json
import re
from base64 import b64decode
from typing import Any

_CHARTS = re.compile(r'<script type="application/gzip" id="charts">(.*?)</script>')


def unpacked(text: str) -> str:
    """Return the text that was packed."""
    return gzip.decompress(b64decode(text)).decode()


def charts_in(html: str) -> list[dict[str, Any]]:
    """Return the figures that a page carries, in their order."""
    found = _CHARTS.search(html)
    charts: list[dict[str, Any]] = json.loads(unpacked(found[1])) if found else []
    return charts
