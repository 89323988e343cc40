"""Which needs find an offering, and why some offerings are found by none."""
