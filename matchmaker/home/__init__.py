"""The first page: for each role it begins with what waits for them."""
