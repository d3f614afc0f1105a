"""What is seen only over several signals of a machine, or in raw vibration.

``pattern_*``: whether a machine's signals still go together as they used to (PCA). ``zones``:
vibration zones of ISO 20816-3. ``waveform_*``, ``envelope``, ``bearings``: features of raw
vibration, which become signals like any other. ``expansion``: a machine with all that.
"""
