"""What Prometheus may ask: the daemon's figures on a local HTTP port, off by default."""
