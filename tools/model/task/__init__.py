"""Training data for what the model does in the daemon: reading sentences, writing reports."""
