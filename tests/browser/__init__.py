"""Tests that look at rendered pages in a real browser."""
