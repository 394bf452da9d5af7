"""The public door: sessions, limits, the chat API, the pages, and the safe fallback."""
