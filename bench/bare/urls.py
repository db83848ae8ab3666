from django.urls import path

from bench.bare.views import bare, ready

urlpatterns = [path("ready/", ready), path("bare/<slug:name>/", bare)]
