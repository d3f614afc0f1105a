"""What a sentence says of how much: numbers, shares, steps, colours, temperatures of light."""
