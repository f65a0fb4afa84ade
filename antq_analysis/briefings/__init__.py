"""Render notebooks into a folder of HTML pages."""
