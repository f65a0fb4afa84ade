"""Brings figures into a data set: folders of data of one's own, and the figures of articles."""
