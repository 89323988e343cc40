"""What one year brought an enterprise, on one page; every number opens its records."""
