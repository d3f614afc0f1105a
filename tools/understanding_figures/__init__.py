"""Figures of understanding: sets of sentences, how they are asked, scored and shown."""
