"""The devices of the demo home: pure state, no network, no clock."""
