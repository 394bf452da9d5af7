"""The review database.

Two kinds of tables. The *projection* (:class:`Conversation`, :class:`Turn`, :class:`Label`,
:class:`Cursor`) is made from Rasa's tracker store and can be rebuilt at any time. The rest is what the
team added, and is kept apart: it names a conversation by its ``ref`` and a message by its number, which
a rebuild does not change.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

URGENCIES = ("self_care", "soon", "urgent", "emergency")


class Conversation(models.Model):
    """One chat of one visitor, as Rasa's tracker store holds it under one sender id."""

    ref = models.CharField(max_length=16, unique=True)
    sender = models.CharField(max_length=255, unique=True)
    channel = models.CharField(max_length=64, default="")
    started_at = models.DateTimeField(db_index=True)
    last_at = models.DateTimeField(db_index=True)
    first_event = models.BigIntegerField()
    last_event = models.BigIntegerField()
    turns = models.PositiveIntegerField(default=0)
    #: The highest urgency that was reached.
    urgency = models.SmallIntegerField(default=0)
    #: Which group of the queue it belongs to, 0 is worst (``bot.review.queue.GROUPS``).
    rank = models.SmallIntegerField(default=9)
    failed = models.PositiveIntegerField(default=0)
    unanswered = models.PositiveIntegerField(default=0)
    thumbs_up = models.PositiveIntegerField(default=0)
    thumbs_down = models.PositiveIntegerField(default=0)
    #: Of the guided check: empty, "open", "left" or "done".
    check_state = models.CharField(max_length=4, default="")
    #: Of the latest reply.
    content_version = models.CharField(max_length=64, default="", db_index=True)
    model = models.CharField(max_length=64, default="", db_index=True)
    #: Between a session's start and its first message: slots set there belong to no turn.
    between = models.BooleanField(default=False)
    #: What the visitor wrote, redacted: the text that is searched.
    said = models.TextField(default="")

    class Meta:
        """Indexes for the queue (worst first, then latest) and for the latest activity."""

        indexes: ClassVar = [
            models.Index(fields=["rank", "-last_event"], name="review_conv_rank"),
            models.Index(fields=["-last_event"], name="review_conv_latest"),
        ]


class Turn(models.Model):
    """One message of the visitor and what the assistant said to it. Texts are redacted."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="turn_set")
    number = models.PositiveIntegerField()
    event = models.BigIntegerField(unique=True)
    #: Rasa's message id, which a visitor's feedback names.
    message = models.CharField(max_length=64, default="")
    at = models.DateTimeField(db_index=True)
    text = models.TextField(default="")
    redacted = models.BooleanField(default=False)
    #: Whether a button was pressed instead of typing.
    choice = models.BooleanField(default=False)
    new_session = models.BooleanField(default=False)
    replies: models.JSONField[Any, Any] = models.JSONField(default=list)
    intent = models.CharField(max_length=64, default="")
    top = models.CharField(max_length=64, default="")
    confidence = models.FloatField(null=True)
    runner_up = models.CharField(max_length=64, default="")
    runner_up_confidence = models.FloatField(null=True)
    urgency = models.SmallIntegerField(null=True)
    advice: models.JSONField[Any, Any] = models.JSONField(default=dict)
    #: Facts as they were read in this message: fact, assertion and place.
    mentions: models.JSONField[Any, Any] = models.JSONField(default=list)
    #: "pending", "answered", "unanswered" or "failed".
    outcome = models.CharField(max_length=10, default="pending")
    #: The visitor's verdict: 1 up, -1 down, 0 none; with their comment, redacted.
    thumb = models.SmallIntegerField(default=0)
    comment = models.TextField(default="")
    content_version = models.CharField(max_length=64, default="")

    class Meta:
        """A number is given once in a conversation."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "number"], name="review_turn_number")
        ]
        indexes: ClassVar = [
            models.Index(fields=["outcome", "-event"], name="review_turn_outcome"),
            models.Index(fields=["thumb"], name="review_turn_thumb"),
        ]


class Label(models.Model):
    """One topic, reason, scope or content entry of a turn, so that they can be counted and filtered by."""

    turn = models.ForeignKey(Turn, on_delete=models.CASCADE, related_name="labels")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="labels")
    kind = models.CharField(max_length=8)
    value = models.CharField(max_length=64)

    class Meta:
        """Indexed for counting by value and for the filter."""

        indexes: ClassVar = [
            models.Index(fields=["kind", "value", "conversation"], name="review_label_value")
        ]


class Cursor(models.Model):
    """How far the projection has read; one row. ``beat`` is when the follower last looked."""

    last_event = models.BigIntegerField(default=0)
    last_sender = models.CharField(max_length=255, default="")
    last_timestamp = models.FloatField(default=0)
    beat = models.DateTimeField(null=True)
    #: Conversations checked so far for having been deleted from the tracker store.
    swept = models.BigIntegerField(default=0)


# ------------------------------------------------------------------ what the team adds


class AppendOnly(models.Model):
    """Rows that are written once. The database refuses to change them too (migration 0002)."""

    class Meta:
        """No table of its own."""

        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Inserts; an existing row cannot be saved again."""
        if self.pk is not None:
            raise TypeError(f"{type(self).__name__} is append-only.")
        super().save(*args, **kwargs)


class Judgement(models.Model):
    """One step of judging. Nothing is overwritten: what holds now is the latest of its kind.

    ``kind`` is one of ``reviewed``, ``verdict``, ``topic``, ``urgency``, ``note``, ``tag``, ``assigned``,
    ``flag`` and ``second``; ``turn`` is the number of the message it is about, if any.
    """

    ref = models.CharField(max_length=16)
    turn = models.PositiveIntegerField(null=True)
    kind = models.CharField(max_length=8)
    value = models.CharField(max_length=64, default="")
    text = models.TextField(default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """Read by conversation, and by kind for the learning page."""

        indexes: ClassVar = [
            models.Index(fields=["ref", "id"], name="review_judgement_ref"),
            models.Index(fields=["kind", "ref"], name="review_judgement_kind"),
        ]


class Standing(models.Model):
    """What holds now for one conversation, worked out from its judgements so that lists can filter by it."""

    #: Without a constraint: a rebuild makes the conversation anew under the same ref.
    conversation = models.OneToOneField(
        Conversation,
        to_field="ref",
        db_column="ref",
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="standing",
        primary_key=True,
    )
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    flagged = models.BooleanField(default=False)
    second_wanted = models.BooleanField(default=False)
    verdict = models.CharField(max_length=20, default="")
    #: Verdicts given by different people, and whether they are all the same.
    verdicts = models.PositiveSmallIntegerField(default=0)
    agree = models.BooleanField(null=True)
    corrections = models.PositiveSmallIntegerField(default=0)

    @property
    def sealed(self) -> bool:
        """Whether lists hide the verdict, so that the second opinion is not led by the first."""
        return self.second_wanted and self.verdicts < 2


class Tag(models.Model):
    """A word from the managed list. A retired one stays where it is and is no longer offered."""

    name = models.CharField(max_length=40, unique=True)
    retired = models.BooleanField(default=False)

    class Meta:
        """In the order of the alphabet."""

        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        """Its name."""
        return self.name


class Tagged(models.Model):
    """A tag that a conversation has now."""

    ref = models.CharField(max_length=16)
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE)

    class Meta:
        """Once only."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["tag", "ref"], name="review_tagged_once")]


class Audit(AppendOnly):
    """Who looked at, changed or exported what. Never holds what was said or searched for."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    who = models.CharField(max_length=150)
    action = models.CharField(max_length=40)
    ref = models.CharField(max_length=16, default="", db_index=True)
    detail = models.CharField(max_length=200, default="")
    address = models.CharField(max_length=45, default="")


class Export(models.Model):
    """A file that was downloaded: what kind, by whom. The file itself is not kept."""

    at = models.DateTimeField(auto_now_add=True)
    who = models.CharField(max_length=150)
    kind = models.CharField(max_length=20)


class Exported(models.Model):
    """A conversation that an export contained, so that an erasure can say which files to delete."""

    export = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="items")
    ref = models.CharField(max_length=16, db_index=True)


class Erasure(models.Model):
    """An erasure that was asked for. Written before anything is deleted, so that a kill cannot lose it.

    ``sender`` is emptied when the conversation is gone.
    """

    ref = models.CharField(max_length=16)
    sender = models.CharField(max_length=255, default="")
    who = models.CharField(max_length=150)
    asked_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True)
    compacted_at = models.DateTimeField(null=True)
    events = models.PositiveIntegerField(default=0)
    #: Downloads that contained it: their numbers and dates.
    exports = models.CharField(max_length=400, default="")


class SetupLink(models.Model):
    """A one-time link to choose a password: for the first account, a new one, or one that lost it."""

    digest = models.CharField(max_length=64, unique=True)
    #: None: the very first account, which also chooses its name.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class Right(models.Model):
    """Only carries the permissions that the groups are made of; has no rows."""

    class Meta:
        """What somebody may do (``bot.review.access`` gives them to groups)."""

        managed = False
        default_permissions = ()
        permissions: ClassVar = [
            ("view", "Read conversations, redacted"),
            ("original", "See the original words"),
            ("judge", "Judge conversations"),
            ("export", "Download files"),
            ("manage", "Manage accounts and tags, read the audit"),
            ("erase", "Erase a conversation, export one person's data"),
        ]
