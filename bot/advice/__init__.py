"""The clinical core: facts in, advice out. Pure Python, no engine and no network."""
