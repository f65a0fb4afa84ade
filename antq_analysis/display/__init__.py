"""Charts, tables, key figures and sentences made from results; nothing here reads files."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, ["answers", "cards", "plots", "tables"])
