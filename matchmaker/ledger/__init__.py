"""A double-entry ledger: accounts, transfers that only ever get more, balances that the database itself keeps.

It knows amounts and accounts and nothing of what they stand for. ``docs/ledger.md`` explains it to an accountant.
"""
