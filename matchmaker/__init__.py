"""Matchmaker links a city's enterprises to its innovation-service complexes and institutes."""

__version__ = "0.1.0"
