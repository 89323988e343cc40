"""Needs of several enterprises of one industry that ask for the same: candidates for a generic technology."""
