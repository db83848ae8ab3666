"""Routes of deals. The risk desk and the imports keep their own modules beside this one."""

from __future__ import annotations

from django.urls import include, path

from deals.views import bulk, deal, export, forecast, home, interactions, logging, opening, pipeline, search

urlpatterns = [
    path("", home.home, name="home"),
    path("settings/", home.settings, name="settings"),
    path("settings/theme/", home.theme, name="theme"),
    path("search/", search.search, name="search"),
    path("log/", logging.log_anywhere, name="log-anywhere"),
    path("log/deals/", logging.log_deals, name="log-deals"),
    path("log/<int:pk>/undo/", logging.log_undo, name="log-undo"),
    path("settings/keys/", home.keys, name="keys"),
    path("search/account-names/", search.account_names, name="account-names"),
    path("search/contact-names/", search.contact_names, name="contact-names"),
    path("deals/", pipeline.pipeline, name="pipeline"),
    path("deals/forecast/", forecast.forecast, name="forecast"),
    path("deals/filter/", pipeline.choose, name="pipeline-filter"),
    path("deals/totals/", pipeline.totals, name="deals-totals"),
    path("deals/bulk/", bulk.bulk, name="deals-bulk"),
    path("deals/export/", export.export, name="deals-export"),
    path("deals/columns/", pipeline.columns, name="deals-columns"),
    path("deals/new/", opening.new, name="deal-new"),
    path("deals/<int:pk>/", deal.deal, name="deal"),
    path("deals/<int:pk>/history/", deal.history, name="deal-history"),
    path("deals/<int:pk>/stage/", deal.stage, name="deal-stage"),
    path("deals/<int:pk>/next-step/", deal.next_step, name="deal-next-step"),
    path("deals/<int:pk>/edit/", opening.edit, name="deal-edit"),
    path("deals/<int:pk>/log/", interactions.log, name="deal-log"),
    path("", include("deals.outbox.urls")),
    path("", include("deals.handoff_urls")),
    path("interactions/<int:pk>/withdraw/", interactions.withdraw, name="interaction-withdraw"),
    path("interactions/<int:pk>/no-answer-needed/", interactions.no_answer, name="interaction-no-answer"),
]
