"""Uses: a part of a voucher held for a service under a contract, until it is claimed or given up."""
