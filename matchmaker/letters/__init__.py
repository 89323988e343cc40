"""Mail: written in the transaction that gives the reason for it, sent after the commit."""
