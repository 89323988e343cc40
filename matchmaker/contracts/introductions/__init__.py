"""Introductions (对接): one side asks, the other answers, they talk, and it is said what came of it."""
