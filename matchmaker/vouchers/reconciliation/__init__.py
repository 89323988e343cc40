"""Reconciliation: all that was issued, held, paid and expired recomputed, and clearing stopped where it disagrees."""
