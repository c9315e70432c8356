"""Families as text, byte for byte what prometheus_client writes, only sooner.

Which format a scraper gets is prometheus_client's decision, by the Accept header. The two that
Prometheus 2 and 3 ask for (text, OpenMetrics) are written here from the series' own lines; a
scraper that wants names escaped in another way gets prometheus_client's own text.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from prometheus_client.core import Metric
from prometheus_client.exposition import choose_encoder, generate_latest
from prometheus_client.openmetrics import exposition as openmetrics
from prometheus_client.utils import floatToGoString

from exporters.series import Family

_PLAIN_NAMES = ("underscores", "allow-utf-8")
"""Escapings that leave names like ours (letters, digits, "_") as they are."""
_END = b"# EOF\n"
_GZIP = 31
"""zlib's window bits for a gzip envelope (no name, no time in it)."""
_EXPONENTS = [f"e+{digits - 1:02}" for digits in range(18)]
_LINES = 1000
_MOST_WRITTEN = 4096
_written: dict[float, str] = {}
"""Numbers that came before: a fleet says the same volts and amperes over and over."""


class Registry:
    """What prometheus_client's encoders ask for: families, once."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        """The families."""
        return self._metrics


def exposition(metrics: Iterable[Metric], accept: str) -> tuple[str, Iterator[bytes]]:
    """Content type and text, in pieces, for a scraper that sent this Accept header."""
    encoder, content_type = choose_encoder(accept)
    kind, _, _ = content_type.partition(";")
    escaping = content_type.partition("escaping=")[2] or "underscores"
    if escaping not in _PLAIN_NAMES:
        return content_type, iter([encoder(Registry(metrics))])
    if kind == "application/openmetrics-text":
        return content_type, open_metrics(metrics)
    return content_type, text(metrics)


def text(metrics: Iterable[Metric]) -> Iterator[bytes]:
    """Text format 0.0.4, in pieces."""
    for metric in metrics:
        if isinstance(metric, Family):
            name = f"{metric.name}_total" if metric.type == "counter" else metric.name
            yield from _pieces(name, _one_line(metric.documentation), metric)
        else:
            yield generate_latest(Registry([metric]))


def open_metrics(metrics: Iterable[Metric]) -> Iterator[bytes]:
    """OpenMetrics 1.0 text, in pieces, and the end mark."""
    for metric in metrics:
        if isinstance(metric, Family):
            help_text = _one_line(metric.documentation).replace('"', r"\"")
            yield from _pieces(metric.name, help_text, metric)
        else:
            whole: bytes = openmetrics.generate_latest(Registry([metric]))  # type: ignore[no-untyped-call]  # prometheus_client leaves it untyped
            yield whole.removesuffix(_END)
    yield _END


def _one_line(documentation: str) -> str:
    return documentation.replace("\\", r"\\").replace("\n", r"\n")


def _pieces(name: str, help_text: str, family: Family) -> Iterator[bytes]:
    """Some lines at a time: those of all outlets of a fleet would take 10 MiB at once."""
    head, known = f"# HELP {name} {help_text}\n# TYPE {name} {family.type}\n", _written.get
    for at in range(0, max(len(family.starts), 1), _LINES):
        part = slice(at, at + _LINES)
        pairs = zip(family.starts[part], family.values[part], strict=True)
        lines = [f"{start}{known(value) or _number(value)}\n" for start, value in pairs]
        yield f"{head}{''.join(lines)}".encode()
        head = ""


def _number(value: float) -> str:
    """A value as Go writes it: from a million on with an exponent.

    The rarest are left to prometheus_client's own rules.
    """
    if not -1e300 < value < 1e16:
        return str(floatToGoString(value))  # type: ignore[no-untyped-call]  # prometheus_client leaves it untyped
    written = repr(float(value))
    if value >= 1e6:
        whole, _, rest = written.partition(".")
        return f"{whole[0]}.{whole[1:]}{rest}".rstrip("0.") + _EXPONENTS[len(whole)]
    if value:  # 0.0 and -0.0 are equal, but not written alike
        if len(_written) >= _MOST_WRITTEN:
            _written.clear()
        _written[value] = written
    return written


def gzipped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same in gzip; compressing lets other threads run."""
    squeeze = zlib.compressobj(1, zlib.DEFLATED, _GZIP)
    for piece in pieces:
        yield squeeze.compress(piece)
    yield squeeze.flush()
