"""Routes of saved views."""

from django.urls import path

from deals.views import views

urlpatterns = [
    path("views/", views.views, name="views"),
    path("views/new/", views.new, name="view-new"),
    path("views/<int:pk>/", views.view, name="view"),
    path("views/<int:pk>/edit/", views.edit, name="view-edit"),
    path("views/<int:pk>/again/", views.again, name="view-again"),
    path("views/<int:pk>/remove/", views.remove, name="view-remove"),
    path("views/<int:pk>/start/", views.start, name="view-start"),
]
