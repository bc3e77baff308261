"""What all kinds of tests share."""

from hypothesis import HealthCheck, settings

# How quickly examples are made says something about the machine, not about the code.
settings.register_profile("kotha", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kotha")
