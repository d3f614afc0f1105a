"""The files of the store: where they are, who uses them, how much room there is."""
