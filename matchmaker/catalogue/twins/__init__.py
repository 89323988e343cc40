"""Needs or offerings that may be one and the same, and what people decided about them."""
