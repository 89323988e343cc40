"""Schemes: the rules by which vouchers of a year are issued, used and paid out, in versions."""
