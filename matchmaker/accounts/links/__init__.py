"""Single-use links that go out by mail."""
