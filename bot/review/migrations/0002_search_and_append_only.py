"""Full-text search, and tables that the database refuses to change: each in the words of its database.

A later migration that alters one of these tables makes it anew on SQLite, and loses its triggers: it must
make them again.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

_SQLITE = (
    # external content: the words are kept once, in review_conversation
    """CREATE VIRTUAL TABLE review_search USING fts5(
        said, content='review_conversation', content_rowid='id', tokenize='porter unicode61')""",
    """CREATE TRIGGER review_search_insert AFTER INSERT ON review_conversation BEGIN
        INSERT INTO review_search(rowid, said) VALUES (new.id, new.said); END""",
    """CREATE TRIGGER review_search_delete AFTER DELETE ON review_conversation BEGIN
        INSERT INTO review_search(review_search, rowid, said) VALUES ('delete', old.id, old.said); END""",
    """CREATE TRIGGER review_search_update AFTER UPDATE OF said ON review_conversation
        WHEN old.said IS NOT new.said BEGIN
        INSERT INTO review_search(review_search, rowid, said) VALUES ('delete', old.id, old.said);
        INSERT INTO review_search(rowid, said) VALUES (new.id, new.said); END""",
    """CREATE TRIGGER review_audit_keep BEFORE UPDATE ON review_audit BEGIN
        SELECT RAISE(ABORT, 'the audit is append-only'); END""",
    """CREATE TRIGGER review_audit_stay BEFORE DELETE ON review_audit BEGIN
        SELECT RAISE(ABORT, 'the audit is append-only'); END""",
    # judgements may go with their conversation, but may not be changed
    """CREATE TRIGGER review_judgement_keep BEFORE UPDATE ON review_judgement BEGIN
        SELECT RAISE(ABORT, 'judgements are not overwritten'); END""",
)
_POSTGRESQL = (
    """ALTER TABLE review_conversation ADD COLUMN search tsvector
        GENERATED ALWAYS AS (to_tsvector('english', said)) STORED""",
    "CREATE INDEX review_conversation_search ON review_conversation USING gin (search)",
    """CREATE FUNCTION review_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '%% is append-only', TG_TABLE_NAME; END $$""",
    """CREATE TRIGGER review_audit_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON review_audit
        FOR EACH STATEMENT EXECUTE FUNCTION review_refuse()""",
    """CREATE TRIGGER review_judgement_keep BEFORE UPDATE ON review_judgement
        FOR EACH STATEMENT EXECUTE FUNCTION review_refuse()""",
)


def _run(apps: Any, schema_editor: Any) -> None:
    statements = _SQLITE if schema_editor.connection.vendor == "sqlite" else _POSTGRESQL
    for statement in statements:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    """Needs the tables of 0001."""

    dependencies: ClassVar = [("review", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(_run, migrations.RunPython.noop)]
