"""Questions about the home: read, and answered from states and from what is kept of the past.

``clause`` unwraps a sentence, ``asking_*`` read it, ``about_*`` and ``past_*`` answer it.
"""

from lamplighter.understanding.questions.answered import Answered, Reply, ask_which
from lamplighter.understanding.questions.questions import Questions

__all__ = ["Answered", "Questions", "Reply", "ask_which"]
