"""What people and devices said, unreadable on disk without the key."""
