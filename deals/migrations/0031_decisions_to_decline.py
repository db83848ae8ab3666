from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("deals", "0030_handoffs_end_with_their_deal"),
    ]

    operations = [
        migrations.AlterField(
            model_name="task",
            name="kind",
            field=models.CharField(
                choices=[
                    ("todo", "To do"),
                    ("name_next_step", "Name the next step"),
                    ("answer_or_pass_on", "Answer or pass on"),
                    ("confirm_meeting", "Say how the meeting went"),
                    ("apologise", "Apologise for the missed meeting"),
                    ("rebook", "Agree on a new date"),
                    ("decide_decline", "Say whether we decline it"),
                ],
                default="todo",
                max_length=30,
            ),
        ),
        migrations.AlterField(
            model_name="taskevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("todo", "To do"),
                    ("name_next_step", "Name the next step"),
                    ("answer_or_pass_on", "Answer or pass on"),
                    ("confirm_meeting", "Say how the meeting went"),
                    ("apologise", "Apologise for the missed meeting"),
                    ("rebook", "Agree on a new date"),
                    ("decide_decline", "Say whether we decline it"),
                ],
                default="todo",
                max_length=30,
            ),
        ),
    ]
