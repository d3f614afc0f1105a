"""The one thread that writes, what it carries, and how it spares the disk."""
