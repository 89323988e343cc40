"""Complexes and institutes as the public documents know them: what they are and what was said of them, when."""
