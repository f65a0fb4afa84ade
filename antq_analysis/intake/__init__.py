"""Folders of data of one's own: how they begin, and how their descriptions keep up with their files."""
