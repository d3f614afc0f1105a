"""Machine faults: from sensor values to alarms, evidence and a report worth reading.

The rest of the daemon needs two classes::

    monitor = FaultMonitor(config.machines, clock=time.time, config=config.faults)
    for change in monitor.sample(sample):         # also .tick(now) and .control({"op": "ack" ...})
        match change:
            case AlarmChanged():                  # publish record on alarms/<asset>/<condition>
            case EpisodeDue():                    # report on change.evidence
    writer = ReportWriter(lexicon=monitor.lexicon(), model="SmolLM2-135M")
    report = await writer.write(evidence, engine)  # engine None: the template writes
    report.payload()                              # to publish on reports

The way of a value: ``signal_watch`` (``detectors``, ``trace``) → ``alarms`` → ``episodes`` →
``evidence`` (``fault_tables``, ``log_templates``) → ``report_writer`` (``prompt``, ``checker``,
``template_text``).
"""

from lamplighter.faults.evidence import Evidence
from lamplighter.faults.monitor import AlarmChanged, Change, EpisodeDue, FaultMonitor
from lamplighter.faults.report_writer import Report, ReportWriter

__all__ = [
    "AlarmChanged",
    "Change",
    "EpisodeDue",
    "Evidence",
    "FaultMonitor",
    "Report",
    "ReportWriter",
]
