"""What holds for every test."""

from hypothesis import HealthCheck, settings

# A busy machine is no fault of the code: nothing is timed in a test, speed is measured in tests/benchmarks.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")
