"""Routes of imports."""

from __future__ import annotations

from django.urls import path

from deals.views import imports

urlpatterns = [
    path("imports/", imports.imports, name="imports"),
    path("imports/new/", imports.new, name="import-new"),
    path("imports/<int:pk>/", imports.detail, name="import"),
    path("imports/<int:pk>/kind/", imports.kind, name="import-kind"),
    path("imports/<int:pk>/match/", imports.match, name="import-match"),
    path("imports/<int:pk>/start/", imports.start, name="import-start"),
    path("imports/<int:pk>/rejected/", imports.rejected, name="import-rejected"),
    path("imports/<int:pk>/undo/", imports.undo, name="import-undo"),
    path("imports/<int:pk>/discard/", imports.discard, name="import-discard"),
]
