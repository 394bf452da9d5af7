"""What Rasa calls to answer: thin actions over ``bot.advice``, run by the action server."""

from bot.privacy.errors import hide_words

# an error's message may be what the visitor wrote
hide_words()
