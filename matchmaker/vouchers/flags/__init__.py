"""Flags on redemptions: what a reviewer should look at twice, why, and what was said to it. Never a refusal."""
