"""Template filters that turn facts into words."""

from django import template

register = template.Library()
