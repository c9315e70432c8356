"""One map of a web configuration file, its keys asked for one by one."""

from __future__ import annotations

from agent.config_keys import Table
from agent.web.codes import OF_A_KEY, Code
from model.document import Document, KeyPath, Problem


class Section(Table):
    """A `Table` whose mistakes bear the codes of web configuration files."""

    @property
    def title(self) -> str:
        """The map's name."""
        return ".".join(str(part) for part in self.path) or "the file"

    def blame(self, name: str, message: str, code: str) -> None:
        """Notes a problem at one of the map's keys ("": at the map itself)."""
        path: KeyPath = (*self.path, name) if name else self.path
        told = str(OF_A_KEY.get(code, code))
        self.problems.append(self.document.problem(path, message, told))

    def section(self, name: str) -> Section | None:
        """A map below this one; None where nothing stands in it."""
        data = self.raw(name)
        if data is None or data == {}:
            return None
        if not isinstance(data, dict):  # not quoted: it may be a hash, or a password
            self.blame(name, f"{name}: expected KEY: VALUE in lines below it", Code.BAD_VALUE)
            return None
        return Section(self.document, (*self.path, name), data, self.problems)

    @property
    def names(self) -> tuple[str, ...]:
        """Its keys."""
        return tuple(self._data)


def top(document: Document, problems: list[Problem]) -> Section:
    """The file as a whole."""
    return Section(document, (), document.data, problems)
