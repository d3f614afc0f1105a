"""Text to intents, intents to actions and answers."""
