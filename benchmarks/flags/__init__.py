"""Invented redemptions with planted fraud and honest look-alikes, and how well the rules tell them apart."""
