"""Accelerators: on the bus, with their vendor's tool, and with leave to use it."""

from __future__ import annotations

import stat
from collections.abc import Iterator

from agent.diagnosis import Text
from agent.doctor.finding import Finding, Subject
from agent.doctor.surroundings import Surroundings
from collectors.accelerators.pci import functions
from collectors.accelerators.registry import adapters
from collectors.accelerators.tool import Tool

TOOL_MISSING, TOOL_CLOSED, DEVICE_CLOSED = "DCA-HOST-033", "DCA-HOST-034", "DCA-HOST-035"
NONE = Subject("environment.accelerators", Text("加速卡", "accelerators"))

_PLACES = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
_NODES = {
    "ascend": ("/dev/davinci_manager",),
    "hygon": ("/dev/kfd",),
    "nvidia": ("/dev/nvidiactl",),
}
"""Vendor → the device file without which its tool sees nothing."""


def accelerators(s: Surroundings) -> Iterator[Finding]:
    """One finding per vendor on the bus."""
    present = functions(s.root)
    tools = [adapter.tool for adapter in adapters()]
    found = [(tool, len(tool.pci.of(present))) for tool in tools]
    for tool, count in found:
        if count:
            yield _vendor(s, tool, count)
    if not any(count for _, count in found):
        yield NONE.info(Text("PCI 上没有加速卡", "no accelerator on PCI"))


def _vendor(s: Surroundings, tool: Tool, count: int) -> Finding:
    subject = Subject(
        f"environment.accelerator.{tool.vendor}",
        Text(f"{tool.maker} 加速卡", f"{tool.maker} accelerators"),
    )
    words = {
        "maker": tool.maker,
        "count": str(count),
        "tool": tool.programs[0],
        "user": s.who(s.agent),
    }
    place = _find(s, tool)
    if not place:
        text = Text(
            "{maker} 加速卡 {count} 张，但没有装 {tool}",
            "{count} × {maker} on PCI, but {tool} is not installed",
        )
        return subject.warn(text, TOOL_MISSING, **words)
    words["file"] = place
    status = s.files.status(place)
    if status is None or not s.agent.runs(status):
        text = Text(
            "{maker} 加速卡 {count} 张；用户 {user} 不得运行 {file}",
            "{count} × {maker}; user {user} may not run {file}",
        )
        return subject.warn(text, TOOL_CLOSED, **words)
    for node in _NODES.get(tool.vendor, ()):
        told = s.files.status(node)
        if told is not None and not s.agent.may(told, write=True):
            mode = f"{stat.S_IMODE(told.st_mode):04o}"
            words |= {"file": node, "mode": mode, "group": s.files.group(told.st_gid)}
            text = Text(
                "{maker} 加速卡 {count} 张；{file} 不许用户 {user} 使用 ({mode}，组 {group})",
                "{count} × {maker}; {file} closed to user {user} ({mode}, group {group})",
            )
            return subject.warn(text, DEVICE_CLOSED, **words)
    text = Text("{maker} 加速卡 {count} 张，工具 {file}", "{count} × {maker}, asked through {file}")
    return subject.ok(text, **words)


def _find(s: Surroundings, tool: Tool) -> str:
    """Where the tool is: the PATH of services, then the vendor's own places."""
    named = (f"{place}/{name}" for name in tool.programs for place in (*_PLACES, *tool.directories))
    return next((path for path in named if s.files.there(path)), "")
