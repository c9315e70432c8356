"""A report of scores as one page of HTML that needs nothing else, on screens and on paper."""

from agent.score.page.whole import page

__all__ = ["page"]
