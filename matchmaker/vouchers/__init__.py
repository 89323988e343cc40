"""Innovation vouchers: schemes of a year, vouchers, their use, redemption and payment."""
