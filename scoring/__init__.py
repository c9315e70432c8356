"""What it means: KPIs and scores as recording rules, generated from one table of breakpoints."""
