"""Routes of Today and of tasks."""

from django.urls import path

from deals.views import tasks, today

urlpatterns = [
    path("today/", today.today, name="today"),
    path("today/undo/", today.take_back, name="today-undo"),
    path("today/deals/<int:pk>/log/", today.log, name="today-log"),
    path("today/deals/<int:pk>/no-answer/", today.no_answer, name="today-no-answer"),
    path("today/deals/<int:pk>/next-step/", today.next_step, name="today-next-step"),
    path("today/deals/<int:pk>/step-done/", today.step_done, name="today-step-done"),
    path("today/deals/<int:pk>/close-date/", today.close_date, name="today-close-date"),
    path("tasks/new/", tasks.new, name="task-new"),
    path("tasks/<int:pk>/done/", tasks.done, name="task-done"),
    path("tasks/<int:pk>/move/", tasks.move, name="task-move"),
]
