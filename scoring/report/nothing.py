"""Why an engine has nothing to score: told instead of an empty report."""

from __future__ import annotations

from datetime import datetime

from scoring.api import Engine
from scoring.levels import SITE
from scoring.report.model import Absent
from scoring.report.question import Question
from scoring.report.reasons import some

_LOADED = '{__name__=~"dcagent_score_limit|dcagent_score_table_info"}'
_LAST = f"max(max_over_time(timestamp({_LOADED})[30d:10m]))"
_INVENTORY = (
    "count(dcagent_inventory_node_info) or count(dcagent_inventory_rack_info)"
    " or count(dcagent_inventory_site_info)"
)


class NothingToScore(Exception):
    """No member of the level is there."""

    def __init__(self, absent: Absent) -> None:
        self.absent = absent
        super().__init__(absent.code)


def nothing(engine: Engine, question: Question) -> NothingToScore:
    """What is missing: the rules, the inventory, or whatever the filters ask for."""
    words = {"url": engine.url, "level": question.level.name}
    if not question.raw and not engine.query(_LOADED, question.at):
        last = engine.query(_LAST, question.at)
        if last:
            since = datetime.fromtimestamp(last[0].value).astimezone()
            told = {**words, "since": since.isoformat(sep=" ", timespec="minutes")}
            return NothingToScore(Absent("DCA-KPI-032", told))
        return NothingToScore(Absent("DCA-KPI-017", words))
    if not engine.query(_INVENTORY, question.at) and not _known(engine, question):
        return NothingToScore(Absent("DCA-KPI-018", words))
    names = some(_known(engine, question)) or "—"
    return NothingToScore(Absent("DCA-KPI-019", {**words, "names": names}))


def _known(engine: Engine, question: Question) -> list[str]:
    """The sites that the engine knows, by their place."""
    place = SITE.of("dcagent_inventory:place")
    raw = f"count by ({SITE.by}) (dcagent_inventory_node_info or dcagent_inventory_rack_info)"
    samples = engine.query(raw if question.raw else place, question.at)
    paths = ("/".join(s.labels.get(n, "") or "-" for n in SITE.labels) for s in samples)
    return sorted(set(paths))
