"""What enterprises need and what complexes and institutes offer, and which of them fit together."""
