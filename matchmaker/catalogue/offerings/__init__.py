"""Services, results, instruments and expert teams that complexes and institutes offer."""
