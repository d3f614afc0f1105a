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

The way of a value: ``signals`` (detectors, recent past) -> ``alarms`` (life cycle, episodes) ->
``evidence`` (what is known) -> ``reports`` (model or template, checked).
"""
