"""Brings figures from articles and folders into a data set."""
