"""Which industry has a complex in which district, and how that compares with what the documents ask for."""
