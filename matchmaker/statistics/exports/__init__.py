"""Tables as files: asked for, written beside the pages, kept for some days for the person who asked."""
