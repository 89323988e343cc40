"""The coach: what would make a need more exact, said while it is being written."""
