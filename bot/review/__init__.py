"""The team's review pages: read what was said, worst first; judge it; learn from it (docs/review.md)."""
