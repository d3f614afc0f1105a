"""The second broker: what is forwarded to it, and what it may ask for."""
