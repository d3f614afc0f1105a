"""From logits to text: grammars, their token masks, decoding under one or freely."""
