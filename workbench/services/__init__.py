"""Use cases: each public method is one thing a person wants done. Interface, API and queues call nothing else."""
