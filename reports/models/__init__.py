from reports.models.playings import Playing

__all__ = ["Playing"]
