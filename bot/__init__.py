"""The assistant, room by room (docs/architecture.md)."""
