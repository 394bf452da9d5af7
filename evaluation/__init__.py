"""Measuring and writing tools; the product never imports them."""
