"""Plays recorded values through the machines' watch: what would have been said of them?

The way of a file: ``files`` (which format?) -> ``columns`` (CSV) or ``topics`` (recorded messages)
-> ``history`` (the monitor on the recording's own clock).
"""
