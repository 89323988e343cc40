"""Months whose figures two people declared final, and what was corrected since."""
