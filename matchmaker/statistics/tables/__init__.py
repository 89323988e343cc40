"""Tables of records for bureaus: narrowed, sorted, with chosen columns, kept under a name, exported as seen."""
