"""Learned detection: what is usual for each signal, and what is not, with nothing configured.

::

    value ──> spans ──> views (distance from what is usual) ──> surprise (how rare that is here)
                                                                    │
             Transition <── held (a condition until it is over) <── bank (records above the bar)
"""
