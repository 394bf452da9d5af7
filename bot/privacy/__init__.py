"""What keeps visitors' identities out of what is stored: redaction, and deletion after a while."""
