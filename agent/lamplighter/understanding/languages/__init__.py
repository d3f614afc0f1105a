"""Languages: which there are, which one a sentence is in, and the small words of each."""
