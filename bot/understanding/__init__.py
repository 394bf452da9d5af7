"""Text to topics, facts and red flags: Rasa graph components and the pure modules behind them."""
