"""Brings figures in and out: folders of data of one's own, articles, and files for other programs."""
