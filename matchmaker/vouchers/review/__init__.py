"""The reviewers' queue: evidence beside the claim, decisions by two people."""
