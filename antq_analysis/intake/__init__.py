"""Brings figures into a data set and out of it: folders of data, workbooks, files of other formats."""
