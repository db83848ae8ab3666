"""Routes of the log of changes."""

from django.urls import path

from deals.audit import views

urlpatterns = [
    path("settings/audit/", views.audit, name="audit"),
    path("settings/audit/export/", views.export, name="audit-export"),
]
