"""The addresses of the review pages."""

from __future__ import annotations

from django.urls import path
from django.views.generic import RedirectView

from bot.review import accounts, dashboard, learning_pages, pages, privacy_pages

handler403 = "bot.review.pages.forbidden"
handler404 = "bot.review.pages.not_found"
handler500 = "bot.review.pages.failed"

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="queue", query_string=True)),
    path("health", privacy_pages.health_page, name="health"),
    path("login/", accounts.Login.as_view(), name="login"),
    path("logout/", accounts.logout, name="logout"),
    path("second-factor/", accounts.second_factor, name="second_factor"),
    path("set-up/<str:token>/", accounts.set_up, name="set_up"),
    path("account/", accounts.account, name="account"),
    path("account/scan.svg", accounts.factor_image, name="factor_image"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/<int:number>/", accounts.account_change, name="account_change"),
    path("queue/", pages.queue_page, name="queue"),
    path("conversations/<slug:ref>/", pages.conversation_page, name="conversation"),
    path("conversations/<slug:ref>/original/", pages.original_page, name="original"),
    path("conversations/<slug:ref>/judge/", pages.judge, name="judge"),
    path("conversations/<slug:ref>/erase/", privacy_pages.erase_page, name="erase"),
    path("conversations/<slug:ref>/person.json", privacy_pages.person_file, name="person"),
    path("conversations/<slug:ref>/test.py", learning_pages.test_file, name="test_file"),
    path("conversations/<slug:ref>/<int:number>/", pages.message_page, name="message"),
    path("conversations/<slug:ref>/<int:number>/events/", pages.events_page, name="events"),
    path("conversations/<slug:ref>/<int:number>/correct/", pages.correct, name="correct"),
    path("dashboard/", dashboard.dashboard_page, name="dashboard"),
    path("dashboard/<slug:name>.csv", dashboard.dashboard_csv, name="dashboard_csv"),
    path("learning/", learning_pages.learning_page, name="learning"),
    path("learning/nlu.yml", learning_pages.nlu_file, name="nlu_file"),
    path("content/", learning_pages.content_page, name="content"),
    path("content.csv", learning_pages.content_csv, name="content_csv"),
    path("tags/", pages.tags_page, name="tags"),
    path("erasures/", privacy_pages.erasures_page, name="erasures"),
    path("audit/", privacy_pages.audit_page, name="audit"),
]
