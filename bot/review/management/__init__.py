"""Django expects this package here."""
