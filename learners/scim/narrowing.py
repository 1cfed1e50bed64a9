"""A filter as a first, rougher query: the rows that may match. What it lets through, scim2-models looks at itself."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Q
from scim2_models.path import CompareOperator, FilterVisitor, LogicalOperator

EXACT = {
    "id": "opaque_id",
    "externalid": "directory__external_id",
    "name.givenname": "given_name__iexact",
    "name.familyname": "family_name__iexact",
}


def users(tree: Any) -> Q | None:
    """What the database can say of a filter on users; None: nothing."""
    return _Users().visit(tree)


class _Users(FilterVisitor[Q | None]):
    def visit_comparison(self, node: Any) -> Q | None:
        if node.op != CompareOperator.eq or not isinstance(node.value, str):
            return None
        path = ".".join(part for part in (node.attr_path.attr, node.attr_path.sub_attr) if part).lower()
        return self._equal(path, node.value)

    def _equal(self, path: str, value: str) -> Q | None:
        if path == "username":
            named = Q(directory__user_name__iexact=value)
            return named | Q(email__iexact=value) | Q(hr_number__iexact=value) | self._id(value)
        if path == "id":
            return self._id(value)
        if path == "employeenumber":
            return Q(hr_number__iexact=value)
        return Q(**{EXACT[path]: value}) if path in EXACT else None

    def _id(self, value: str) -> Q:
        try:
            return Q(opaque_id=UUID(value))
        except ValueError:
            return Q(pk=None)

    def visit_present(self, node: Any) -> Q | None:
        return None

    def visit_not(self, node: Any) -> Q | None:
        return None

    def visit_value_path(self, node: Any) -> Q | None:
        return None

    def visit_logical_expr(self, node: Any) -> Q | None:
        parts = [self.visit(term) for term in node.terms]
        if node.op == LogicalOperator.and_:
            known = [part for part in parts if part is not None]
            found: Q | None = known[0] if known else None
            for part in known[1:]:
                found = found & part if found is not None else part
            return found
        if any(part is None for part in parts):
            return None
        return reduce(or_, (part for part in parts if part is not None), Q(pk=None))
