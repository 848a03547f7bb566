"""How the app is, and what it keeps of its work."""

from workbench.api.area import Area
from workbench.api.values import plain


class SystemEndpoints(Area):
    """How the app is, and what it keeps of its work."""

    def health(self) -> dict:
        """How the app is: status ready, loading or degraded, with its model, embedder, queue and database."""
        return self._bench.system.health()

    def count_tokens(self, text: str) -> dict:
        """Count the tokens of a text as the model counts them."""
        return plain(self._bench.system.count_tokens(text))

    def telemetry(self, kind: str = "", limit: int = 100) -> list:
        """Events kept on this machine, newest first: model calls with their tokens and times, chapters viewed."""
        return self._bench.system.telemetry(kind, limit)

    def activity(self) -> dict:
        """What the text model does now and did in the last three minutes."""
        return plain(self._bench.system.activity())
