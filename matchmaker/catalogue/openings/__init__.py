"""Which of its matches a need's side opened, by the day and without a name: the engine learns from it."""
