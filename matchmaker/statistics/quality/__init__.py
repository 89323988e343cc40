"""What the records lack: codes, registrations, confirmations; each finding opens its record."""
