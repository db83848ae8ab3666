"""Routes of reports."""

from django.urls import path

from reports.views import training

urlpatterns = [
    path("training/", training.training, name="training"),
    path("training/<slug:slug>/", training.story, name="training-story"),
    path("training/<slug:slug>/play/", training.play, name="training-play"),
]
