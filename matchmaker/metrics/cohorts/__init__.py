"""How far the introductions of a month came, kept up like all figures: the funnel at the same cost for any length."""
