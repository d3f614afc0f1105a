"""Models as other tools export them: which files of a folder are read, and what they say."""
