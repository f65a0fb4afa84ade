"""What a notebook, a file or a name says must not steer the terminal or the report in which it is shown."""

from antq_analysis.errors import safe

__all__ = ["safe"]
