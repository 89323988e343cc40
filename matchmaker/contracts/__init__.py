"""From a match to a signed contract: introductions of the two sides, and what they agree on."""
