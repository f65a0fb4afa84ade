"""Comparisons, ratios and trends that carry their uncertainty and their reasons with them."""
