"""``lamplighter doctor``: one small module for each thing that is looked at."""
