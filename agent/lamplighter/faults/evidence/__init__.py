"""What is known of an episode: signals, log lines, likely faults, what to check."""
