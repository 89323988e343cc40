"""Redemptions: what an enterprise claims for a use of its voucher, with evidence, up to the notice in public."""
