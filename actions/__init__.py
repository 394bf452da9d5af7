"""What Rasa calls to answer: thin actions over ``bot.advice``, run by the action server."""
