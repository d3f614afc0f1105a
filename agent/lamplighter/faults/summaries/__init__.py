"""What befell the machines in a stretch of time, told from the records: a shift, a night, a day.

The way: ``happened`` (episodes out of kept reports) -> ``summary`` (what adds up) -> ``telling``
(one short text); ``shifts`` says when one is due.
"""
