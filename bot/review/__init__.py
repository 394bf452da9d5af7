"""The team's review pages (not built yet)."""
