"""一企一档: everything the platform knows of an organisation, in the order in which it happened."""
