"""Forms drawn from their definitions: editors, lines, observations, and the session that keeps what is typed."""
