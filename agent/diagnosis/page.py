"""One entry as a document: `docs/codes.md` is every page, in both languages."""

from __future__ import annotations

from agent.diagnosis.entries import Entry, Fix, Lang, catalogue, fill

_WORDS: dict[str, dict[Lang, str]] = {
    "seen": {"zh": "常见原文", "en": "Seen as"},
    "cause": {"zh": "原因", "en": "Cause"},
    "fix": {"zh": "处理", "en": "Fix"},
}
_HEAD = """\
# Codes 代码表

Generated from `agent/diagnosis/catalogue` by `make docs`; do not edit. `dcagent explain CODE` \
prints one entry, `dcagent explain "words of some tool"` finds it by what you saw. Words in \
capitals stand for your own: USER, ADDRESS, FILE.

本页由 `make docs` 生成，请勿手改。`dcagent explain 代码` 打印一条，`dcagent explain "原文"` \
按所见原文查找。大写的词换成你自己的: USER、ADDRESS、FILE。
"""


def document() -> str:
    """The whole catalogue as Markdown."""
    entries = catalogue().values()
    rows = [f"| [{e.code}](#{e.code.lower()}) | {e.title.en} | {e.title.zh} |" for e in entries]
    index = "\n".join(("| code | | |", "|---|---|---|", *rows))
    pages = "\n".join(_page(entry) for entry in entries)
    return f"{_HEAD}\n{index}\n\n{pages}"


def _page(entry: Entry) -> str:
    seen = " · ".join(f"`{words}`" for words in entry.raw)
    head = [f"## {entry.code}", ""]
    if seen:
        head += [f"{_WORDS['seen']['en']} {_WORDS['seen']['zh']}: {seen}", ""]
    return "\n".join((*head, *_told(entry, "en"), *_told(entry, "zh")))


def _told(entry: Entry, lang: Lang) -> list[str]:
    cause = f"{_WORDS['cause'][lang]}: {entry.cause.say(lang)}"
    fixes = [f"{number}. {_fix(fix, lang)}" for number, fix in enumerate(entry.fixes, 1)]
    title = f"**{entry.title.say(lang)}**"
    return [title, "", cause, "", f"{_WORDS['fix'][lang]}:", "", *fixes, ""]


def _fix(fix: Fix, lang: Lang) -> str:
    text = fix.text.say(lang)
    where = f" ({fix.where})" if fix.where != "here" else ""
    return f"{text}{where}: `{fill(fix.command)}`" if fix.command else f"{text}{where}"
