"""Background work: Huey queues that carry ids only, the workers, and the sweeper. `python -m workbench.jobs` runs them
in a process of their own."""
