"""The pool: what is funded, issued, held, used, paid and expired, and the transfers behind each figure."""
