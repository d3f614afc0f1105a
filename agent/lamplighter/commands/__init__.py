"""What the ``lamplighter`` command does, one module for each subcommand."""
