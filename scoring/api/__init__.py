"""A client of the Prometheus HTTP API: Prometheus, Thanos and VictoriaMetrics answer it alike.

It asks `/api/v1/query` alone, by POST and with an explicit time. What goes wrong has a code; an
answer that is not whole is none.
"""

from scoring.api.access import Access
from scoring.api.answer import Sample, Track
from scoring.api.engine import Engine
from scoring.api.failure import Code, QueryFailed

__all__ = ["Access", "Code", "Engine", "QueryFailed", "Sample", "Track"]
