"""Data of one's own: folders and their descriptions, and files for and from other programs."""
