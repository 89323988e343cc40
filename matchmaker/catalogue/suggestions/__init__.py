"""Rows become documents of the matching library, and its matches become pages with reasons and conditions."""
