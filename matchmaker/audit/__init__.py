"""The trail of who changed what, when: written by itself with every change, never rewritten."""
