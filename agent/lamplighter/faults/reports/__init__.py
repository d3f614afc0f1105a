"""The text on an episode: written by the model or the template, held against its evidence."""
