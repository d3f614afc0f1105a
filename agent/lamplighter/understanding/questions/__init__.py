"""Questions about the home: read, and answered from states and from what is kept of the past."""

from lamplighter.understanding.questions.questions import Questions, Reply, ask_which

__all__ = ["Questions", "Reply", "ask_which"]
