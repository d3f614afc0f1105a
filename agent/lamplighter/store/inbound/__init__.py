"""What comes in: on disk before it is acknowledged."""
