"""Routes of what an admin sets: pipelines and stages, exchange rates, and the first run."""

from django.urls import path

from deals.views import pipelines, rates, stages, welcome

urlpatterns = [
    path("welcome/", welcome.welcome, name="welcome"),
    path("welcome/hours/", welcome.hours, name="welcome-hours"),
    path("welcome/teams/", welcome.teams, name="welcome-teams"),
    path("welcome/later/", welcome.later, name="welcome-later"),
    path("settings/pipelines/", pipelines.pipelines, name="pipelines"),
    path("settings/pipelines/new/", pipelines.new, name="pipeline-new"),
    path("settings/pipelines/<int:pk>/", pipelines.edit, name="pipeline-edit"),
    path("settings/pipelines/<int:pk>/retire/", pipelines.retire, name="pipeline-retire"),
    path("settings/pipelines/<int:pk>/again/", pipelines.again, name="pipeline-again"),
    path("settings/pipelines/<int:pk>/stages/", stages.new, name="stage-new"),
    path("settings/pipelines/<int:pk>/order/", stages.order, name="stages-order"),
    path("settings/stages/<int:pk>/", stages.edit, name="stage"),
    path("settings/stages/<int:pk>/retire/", stages.retire, name="stage-retire"),
    path("settings/stages/<int:pk>/again/", stages.again, name="stage-again"),
    path("settings/rates/", rates.rates, name="rates"),
    path("settings/rates/file/", rates.upload, name="rates-upload"),
    path("settings/rates/<int:pk>/remove/", rates.remove, name="rate-remove"),
    path("settings/rates/<slug:code>/", rates.currency, name="rate-history"),
]
