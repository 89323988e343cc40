"""Innovation vouchers: the rules of a year, the life of a voucher, and what is paid from it."""
