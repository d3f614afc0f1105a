"""Home Assistant MQTT discovery: devices that announce themselves, and the agent itself."""
