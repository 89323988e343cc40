"""Mandates: who may post in an enterprise's name."""
