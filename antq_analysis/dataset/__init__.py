"""From files to a checked `Dataset`: the schema, the rules, and how printed figures become numbers."""
