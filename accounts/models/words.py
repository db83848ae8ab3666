"""The words names are made of: where a search looks for what a mistyped word may have meant."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models


class KnownWord(models.Model):
    """One word that stands in a name, plain (``accounts.plain``), of three letters or more and without digits.

    Triggers of the database add words when somebody or something gets a name. None is removed, and two writers may add
    the same one: the table only ever suggests spellings, and what is shown is looked up by them under the reader's sight.
    """

    class Kind(models.TextChoices):
        PERSON = "person"
        ACCOUNT = "account"
        DEAL = "deal"

    kind = models.CharField(max_length=7, choices=Kind)
    word = models.TextField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(kind__in=["person", "account", "deal"]), name="known_word_kind_known")]
        indexes = [
            models.Index(OpClass("word", name="text_pattern_ops"), "kind", name="known_word_begins"),
            GinIndex(OpClass("word", name="gin_trgm_ops"), name="known_word_trigrams"),
        ]

    def __str__(self) -> str:
        return self.word
