"""The page for people who open the agent in a browser: no scripts, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from urllib.parse import urlencode

from exporters.source import About
from model.devices import Health, TargetStatus
from model.readings import Fault

_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "dcagent",
        "says": "{up} of {all} targets up.",
        "target": "Target",
        "place": "Place",
        "device": "Device",
        "state": "State",
        "age": "Last poll",
        "faults": "Faults",
        "up": "up",
        "degraded": "up, with faults",
        "down": "down",
        "locked": "credential locked",
        "waiting": "not polled yet",
        "retry": "asked again in {:.0f} s",
        "ago": "{:.0f} s ago",
        "metrics": "Metrics",
        "sd": "Service discovery",
    },
    "zh": {
        "title": "dcagent",
        "says": "{all} 个目标，{up} 个在线。",
        "target": "目标",
        "place": "位置",
        "device": "设备",
        "state": "状态",
        "age": "最近轮询",
        "faults": "故障",
        "up": "在线",
        "degraded": "在线，有故障",
        "down": "离线",
        "locked": "凭据已锁定",
        "waiting": "尚未轮询",
        "retry": "{:.0f} 秒后重试",
        "ago": "{:.0f} 秒前",
        "metrics": "指标",
        "sd": "服务发现",
    },
}

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;margin:2em;color:#222}
table{border-collapse:collapse}th,td{text-align:left;padding:.2em 1em .2em 0}
th{border-bottom:1px solid #999}.down,.locked{color:#b00}.degraded{color:#a60}.waiting{color:#777}
"""


def language(accept_language: str) -> str:
    """The one of "zh" and "en" that an Accept-Language header names first (RFC 9110 §12.5.4)."""
    for offer in accept_language.lower().split(","):
        primary = offer.strip()[:2]
        if primary in _WORDS:
            return primary
    return "en"


def page(statuses: Sequence[TargetStatus], about: About, now: float, lang: str) -> str:
    """The whole page as HTML. `now`: Unix seconds."""
    words = _WORDS[lang]
    says = words["says"].format(up=sum(s.up for s in statuses), all=len(statuses))
    heads = ("target", "place", "device", "state", "age", "faults")
    head = "".join(f"<th>{words[name]}</th>" for name in heads)
    rows = "\n".join(_row(status, now, words) for status in statuses)
    return f"""<!DOCTYPE html>
<html lang="{lang}"><head><meta charset="utf-8"><title>{words["title"]}</title>
<style>{_STYLE}</style></head><body>
<h1>{words["title"]} {escape(about.version)}</h1>
<p>{says} <a href="/metrics">{words["metrics"]}</a> · <a href="/sd">{words["sd"]}</a></p>
<table><tr>{head}</tr>
{rows}
</table></body></html>
"""


def _row(status: TargetStatus, now: float, words: dict[str, str]) -> str:
    target, last = status.target, status.last
    place = target.place
    where = " / ".join(filter(None, (place.site, place.room, place.row, place.rack, place.u)))
    device = last.device if last else None
    who = " ".join(filter(None, (device.vendor, device.model))) if device else ""
    state = _state(status)
    told = words[state]
    if status.backoff > 0:
        told = f"{told}, {words['retry'].format(status.backoff)}"
    age = words["ago"].format(max(0.0, now - last.at)) if last else ""
    link = urlencode({"target": target.name}, errors="replace")
    return (
        f'<tr><td><a href="/probe?{escape(link)}">{escape(target.name)}</a></td>'
        f"<td>{escape(where)}</td><td>{escape(who)}</td>"
        f'<td class="{state}">{escape(told)}</td>'
        f"<td>{age}</td><td>{escape(_faults(status))}</td></tr>"
    )


def _state(status: TargetStatus) -> str:
    if status.locked:
        return "locked"
    if status.last is None:
        return "waiting"
    if not status.up:
        return "down"
    return "up" if all(poll.health is Health.UP for poll in status.polls) else "degraded"


def _faults(status: TargetStatus) -> str:
    """The reasons, most frequent first, with how often each came."""
    polls = status.polls if status.up else filter(None, (status.last,))
    reasons = [o.reason.value for p in polls for o in p.outcomes if isinstance(o, Fault)]
    counts = sorted(((reasons.count(r), r) for r in set(reasons)), key=lambda c: (-c[0], c[1]))
    return ", ".join(reason if n == 1 else f"{reason} × {n}" for n, reason in counts)
