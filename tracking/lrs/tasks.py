"""The record store's background work: each task can be run twice, or by two workers at once, without harm."""

from celery import shared_task
from django.utils import timezone

from . import forwarding, importing, launches, limits, refusals, volume
from .connections import ForwardTarget, HistoryImport


@shared_task
def forward_statements() -> None:
    """One task for each target that is due: a slow one holds up no other."""
    for pk in forwarding.due(timezone.now()):
        forward_to.delay(pk)


@shared_task
def forward_to(pk: int) -> None:
    target = ForwardTarget.objects.filter(pk=pk).first()
    if target:
        forwarding.forward(target, timezone.now())


@shared_task
def import_statements() -> None:
    for pk in importing.due(timezone.now()):
        import_from.delay(pk)


@shared_task
def import_from(pk: int) -> None:
    run = HistoryImport.objects.filter(pk=pk).first()
    if run:
        importing.fetch(run, timezone.now())


@shared_task
def tidy_record_store() -> None:
    """What has served its purpose goes."""
    at = timezone.now()
    launches.forget(at)
    refusals.forget(at)
    volume.forget(at)
    limits.forget_unused()


@shared_task
def count_volume() -> None:
    volume.count_up()
