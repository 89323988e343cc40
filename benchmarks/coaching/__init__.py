"""How often the coach is right: hand-marked needs, and what the rules say of them."""
