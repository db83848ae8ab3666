"""Routes of the board."""

from django.urls import path

from deals.views import board

urlpatterns = [
    path("deals/board/", board.board, name="board"),
    path("deals/board/column/<int:stage_pk>/", board.column, name="board-column"),
    path("deals/board/totals/", board.totals, name="board-totals"),
    path("deals/board/move/<int:pk>/", board.move, name="board-move"),
]
