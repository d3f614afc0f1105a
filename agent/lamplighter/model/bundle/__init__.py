"""A built model as a folder that can be checked."""
