"""Names: found by any part of them, as they are written or as they sound, and nearly so. A library of its own."""

from .correction import correction
from .spelling import normal, said
from .table import Hit, How, Mask, Table

__all__ = ["Hit", "How", "Mask", "Table", "correction", "normal", "said"]
