"""One module a component of Home Assistant."""
