"""Prompts: turns framed by the model's own chat template, text to tokens and back."""
