"""From a signal's values to the conditions that hold: detectors, recent past, health."""
