"""The code lists every domain points at: districts, industries, service categories, source documents."""
