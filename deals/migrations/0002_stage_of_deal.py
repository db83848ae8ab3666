"""A deal's pipeline and status are its stage's, kept so by a composite foreign key."""

from django.db import migrations

FORWARD = """
ALTER TABLE deals_deal ADD CONSTRAINT deal_status_and_pipeline_are_the_stages
    FOREIGN KEY (stage_id, pipeline_id, status) REFERENCES deals_stage (id, pipeline_id, kind)
    ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;
"""
BACKWARD = "ALTER TABLE deals_deal DROP CONSTRAINT deal_status_and_pipeline_are_the_stages;"


class Migration(migrations.Migration):
    dependencies = [("deals", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
