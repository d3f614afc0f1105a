"""Building a model: fetch, read, adapt, quantise, write."""
