"""What is new: each night's new matches of every need and of every provider's offerings, and what was seen of them."""
