"""The files below ``seeds/``: read, checked, and loaded through the domains' operations."""
