"""What the process tells of itself."""

from lamplighter import process_facts


def test_latencies_are_median_and_95th_percentile() -> None:
    assert process_facts.latencies([]) == {"asks": 0, "p50_ms": None, "p95_ms": None}
    assert process_facts.latencies([3.0, 1.0, 2.0]) == {"asks": 3, "p50_ms": 2.0, "p95_ms": 3.0}
    hundred = [float(number) for number in range(1, 101)]
    assert process_facts.latencies(hundred) == {"asks": 100, "p50_ms": 50.5, "p95_ms": 96.0}


def test_memory_is_read_from_the_kernel() -> None:
    facts = process_facts.memory()
    assert facts["rss_mib"] is not None
    assert facts["peak_mib"] is not None
    assert 0 < facts["rss_mib"] <= facts["peak_mib"]


def test_versions_name_what_matters() -> None:
    assert {"lamplighter", "python", "onnxruntime", "paho-mqtt"} <= set(process_facts.versions())
