"""Standing orders: what is to be done whenever something happens; kept, watched, carried out."""
