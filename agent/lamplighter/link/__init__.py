"""The links to brokers: the only place that knows paho.

``link.py`` keeps a connection up, ``connection.py`` is one life of it, ``stream.py`` its socket,
``packets.py`` the wire format of what has to be fast. ``subscriptions.py`` says what to ask the
broker for, ``topics.py`` whom a message is for. ``pump.py`` empties the store's outbox into the
link, with the rules of ``outgoing.py``.
"""
