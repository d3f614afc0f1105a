"""How far a model is from the weights that it came from: perplexity, divergence, agreement."""
