"""Charts, tables, key figures and sentences made from results; nothing here reads files."""
