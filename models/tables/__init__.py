"""Every table of the product, declared once.

A declaration is a dataframely schema with grain, key, comment, units, audience and the weeks it
reads. Validation with quarantine, DuckDB comments, the data dictionary, the asset checks and the
widening of touched weeks all come from here. How a table is filled is in the layer of its name.
"""

from models.tables.table import LAYERS, Table

__all__ = ["LAYERS", "Table"]
