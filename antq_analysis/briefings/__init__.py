"""From a plan of notebooks and parameters to a folder of pages that open anywhere."""
