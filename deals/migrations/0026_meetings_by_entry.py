"""What calendars say is kept by UID, and the meetings are made from it; doubts wait for a person; a feed remembers what it read."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_what_came_by_statement"),
        ("deals", "0025_the_last_word_with_a_contact"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="calendarfeed",
            name="digest",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="meeting",
            name="written_outcome",
            field=models.CharField(blank=True, max_length=10),
        ),
        migrations.AlterField(
            model_name="calendarfeed",
            name="modified",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.CreateModel(
            name="CalendarEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.CharField(max_length=998, unique=True)),
                ("texts", models.JSONField(default=dict)),
                ("versions", models.JSONField(default=dict)),
                ("answers", models.JSONField(default=dict)),
                ("zone", models.CharField(max_length=64)),
                ("repeats", models.BooleanField(default=False)),
                ("gone_at", models.DateTimeField(blank=True, null=True)),
                ("deal_chosen_at", models.DateTimeField(blank=True, null=True)),
                ("rows_until", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="accounts.account"),
                ),
                ("deal", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="deals.deal")),
                (
                    "deal_chosen_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("feeds", models.ManyToManyField(related_name="entries", to="deals.calendarfeed")),
                ("user", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "verbose_name_plural": "calendar entries",
            },
        ),
        migrations.AddField(
            model_name="meeting",
            name="entry",
            field=models.ForeignKey(default=0, on_delete=django.db.models.deletion.CASCADE, related_name="meetings", to="deals.calendarentry"),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="MeetingDoubt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("stranger", "not from the organizer"), ("proposal", "another time")], max_length=8)),
                ("key", models.CharField(blank=True, max_length=40)),
                ("digest", models.CharField(max_length=64)),
                ("method", models.CharField(blank=True, max_length=20)),
                ("text", models.TextField()),
                ("sender", models.CharField(blank=True, max_length=320)),
                ("starts_at", models.DateTimeField(blank=True, null=True)),
                ("cancels", models.BooleanField(default=False)),
                ("said_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("taken_over", models.BooleanField(default=False)),
                ("entry", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="doubts", to="deals.calendarentry")),
                (
                    "message",
                    models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="deals.mailmessage"),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="calendarentry",
            index=models.Index(condition=models.Q(("repeats", True)), fields=["rows_until"], name="calendar_entry_to_extend"),
        ),
        migrations.AddConstraint(
            model_name="meetingdoubt",
            constraint=models.UniqueConstraint(fields=("entry", "digest"), name="meeting_doubt_once"),
        ),
        migrations.AddConstraint(
            model_name="meetingdoubt",
            constraint=models.CheckConstraint(condition=models.Q(("kind__in", ["stranger", "proposal"])), name="meeting_doubt_kind_known"),
        ),
    ]
