"""Lamplighter: an AI agent for MQTT gateways."""

__version__ = "0.1.0"
