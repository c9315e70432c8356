"""The agent on this host: whether it runs, answers, and has room to go on."""

from __future__ import annotations

from collections.abc import Iterator

from agent.config import Config
from agent.diagnosis import Text
from agent.doctor import process
from agent.doctor.amounts import lasting, size
from agent.doctor.finding import Finding, Subject
from agent.doctor.page import NoPage, Page
from agent.doctor.process import Running
from agent.doctor.surroundings import Surroundings

SERVICE = Subject("service.process", Text("服务", "service"))
ANSWER = Subject("service.answer", Text("应答", "answer"))
RELOAD = Subject("service.reload", Text("重新加载", "reload"))
FILES = Subject("service.open_files", Text("文件描述符", "open files"))
SPACE = Subject("service.directory", Text("目录", "directory"))

STOPPED, NOT_HERE, SILENT, STRANGER = "DCA-SVC-001", "DCA-SVC-002", "DCA-SVC-003", "DCA-SVC-004"
NOT_RELOADED, FULL, CLOSED, FEW_FILES = "DCA-SVC-006", "DCA-SVC-007", "DCA-SVC-008", "DCA-SVC-009"
NO_STATE, GUARDED = "DCA-SVC-015", "DCA-SVC-016"

_LEAST, _LEAST_FILES = 64 << 20, 1000
_SHARE = 0.8
"""Of the open files that a process may have, from which it is told."""


def service(
    s: Surroundings, found: Running | None, answers: bool, configured: bool
) -> Iterator[Finding]:
    """Whether the agent runs, since when, and what it takes."""
    if found is not None:
        yield _runs(s, found)
    elif answers:
        text = Text(
            "dcagent 在 {url} 应答；它的进程从这里看不到",
            "dcagent answers at {url}; its process is not seen from here",
        )
        yield SERVICE.ok(text, url=s.url)
    elif unit := process.unit(s.files):
        text = Text("dcagent.service 没有运行 ({unit})", "dcagent.service is not running ({unit})")
        yield SERVICE.fail(text, STOPPED, unit=unit)
    elif configured:
        yield SERVICE.fail(
            Text("没有运行中的 dcagent 进程", "no dcagent process is running"), STOPPED
        )
    else:
        text = Text("本机没有安装 dcagent 服务", "the dcagent service is not set up here")
        yield SERVICE.info(text, NOT_HERE)


def _runs(s: Surroundings, found: Running) -> Finding:
    words = {"pid": str(found.pid), "memory": size(found.memory)}
    time = lasting(s.now - found.since) if found.since else "?"
    if found.by_unit:
        text = Text(
            "dcagent.service 已运行 {time}，内存 {memory}",
            "dcagent.service active {time}, RSS {memory}",
        )
    else:
        text = Text(
            "dcagent 进程 {pid} 已运行 {time}，内存 {memory} (不由 systemd 管理)",
            "dcagent runs as process {pid} for {time}, RSS {memory} (not by systemd)",
        )
    return SERVICE.ok(text, time=time, **words)


def silent(s: Surroundings, why: NoPage) -> Iterator[Finding]:
    """The agent that runs and is not heard, or another program in its place."""
    words = {"url": s.url, "why": str(why)}
    if why.guarded:
        text = Text("{url} 要求 {why}: 不读它的指标", "{url} asks for {why}: its page is not read")
        yield ANSWER.info(text, GUARDED, **words)
    elif why.stranger:
        text = Text(
            "{url} 应答的不是 dcagent: {why}", "what answers at {url} is not dcagent: {why}"
        )
        yield ANSWER.fail(text, STRANGER, **words)
    else:
        text = Text("{url}/metrics 没有应答: {why}", "{url}/metrics does not answer: {why}")
        yield ANSWER.fail(text, SILENT, **words)


def reload(page: Page) -> Iterator[Finding]:
    """A configuration that the agent has not taken."""
    if page.value("dcagent_config_last_reload_successful") == 0:
        text = Text(
            "上次重新加载失败，旧配置仍在运行",
            "the latest reload failed; the old configuration goes on",
        )
        yield RELOAD.warn(text, NOT_RELOADED)


def open_files(page: Page, found: Running | None) -> Iterator[Finding]:
    """How many files the agent has open, of how many."""
    used = page.value("process_open_fds")
    most = page.value("process_max_fds") or (found.most_files if found else 0)
    if used is None or not most:
        return
    words = {"used": f"{used:.0f}", "most": f"{most:.0f}"}
    text = Text("文件描述符: 已用 {used}，上限 {most}", "open files: {used} of {most}")
    yield FILES.warn(text, FEW_FILES, **words) if used > most * _SHARE else FILES.ok(text, **words)


def directories(
    s: Surroundings, config: Config | None, set_up: bool, *, serves: bool = False
) -> Iterator[Finding]:
    """Room and leave to write where the agent keeps things, as far as that is there already.

    What holds its lists it makes itself; where it keeps energy must be there for one that serves
    by this configuration.
    """
    taken = config or Config(())
    state = s.files.told(taken.state)
    for name in dict.fromkeys((s.files.told(taken.cache), state)):
        if s.files.there(name):
            yield _directory(s, name, set_up)
        elif serves and name == state:
            text = Text(
                "没有目录 {file}: 重启后电能从零累计",
                "there is no directory {file}: energy is counted anew after each start",
            )
            yield SPACE.warn(text, NO_STATE, file=name, user=s.who(s.agent))


def _directory(s: Surroundings, name: str, set_up: bool) -> Finding:
    status, room = s.files.status(name), s.space(s.files.path(name))
    words = {"file": name, "user": s.who(s.agent)}
    if set_up and status is not None and not s.agent.may(status, write=True):
        text = Text("用户 {user} 不能写 {file}", "user {user} may not write to {file}")
        return SPACE.warn(text, CLOSED, **words)
    if room is None:
        return SPACE.skip(Text("{file}: 不知剩余空间", "{file}: its room is not known"), **words)
    words["free"] = size(room.free)
    text = Text("{file} 剩余 {free}", "{file} has {free} free")
    if room.files < _LEAST_FILES:
        text = Text("{file} 只能再建 {files} 个文件", "{file} takes only {files} more files")
        return SPACE.warn(text, FULL, files=str(room.files), **words)
    return SPACE.warn(text, FULL, **words) if room.free < _LEAST else SPACE.ok(text, **words)
