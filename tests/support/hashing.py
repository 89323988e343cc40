"""Hashing of passwords with the least effort: what it costs outside of tests has a test of its own."""

from argon2 import PasswordHasher

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
