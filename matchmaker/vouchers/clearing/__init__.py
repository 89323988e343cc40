"""Clearing batches: approved redemptions paid together, and what came of each payment."""
