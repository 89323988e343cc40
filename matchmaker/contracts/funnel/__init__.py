"""The funnel: how many introductions became talks, contracts, services and effects, and where it breaks."""
