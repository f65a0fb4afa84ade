"""Charts, tables, key figures and sentences made from results; nothing here reads files."""

from importlib import import_module
from typing import Any

import lazy_loader

_attached, __dir__, __all__ = lazy_loader.attach(__name__, ["answers", "cards", "plots", "tables"])


def __getattr__(name: str) -> Any:
    """Import a module when it is first used, and the template `antq` for charts of one's own."""
    import_module("antq_analysis.display.theme")
    return _attached(name)
