"""Everything the agent must not lose: SQLite, one writer, and what is kept in it."""
