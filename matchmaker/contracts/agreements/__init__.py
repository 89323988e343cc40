"""Technical contracts: written by one side, confirmed by both, corrected in the open, ended."""
