"""Grafana dashboards as data: what an operator looks at, in two languages, made from one source."""
