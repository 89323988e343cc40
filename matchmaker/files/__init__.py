"""Files that people send, kept by what they hold; who may see one is decided by what it belongs to."""
