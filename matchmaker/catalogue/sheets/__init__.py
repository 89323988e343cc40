"""Offerings come in from spreadsheets, many at once, and go out as one."""
