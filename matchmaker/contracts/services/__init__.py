"""Services done for enterprises: recorded one by one or by spreadsheet, confirmed by the enterprise, rated."""
