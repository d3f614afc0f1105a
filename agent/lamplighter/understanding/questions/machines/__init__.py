"""Questions about machines, read and answered from their kept records.

::

    sentence ──> reading (topics, naming) ──> intent ──> about ──> telling_*
                                                                     │
                        plant (alarms, reports, episodes, audit) <───┘
"""

from lamplighter.understanding.questions.machines.about import AboutMachines
from lamplighter.understanding.questions.machines.plant import Incidents, Plant, StoredIncidents

__all__ = ["AboutMachines", "Incidents", "Plant", "StoredIncidents"]
