"""What the areas of the contract share."""

from workbench.compose import Workbench


class Area:
    """Some of the endpoints: one method for each, named like it. Each checks and decides nothing; services do."""

    def __init__(self, workbench: Workbench) -> None:
        self._bench = workbench
