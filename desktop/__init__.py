"""Kangyi (康驿): the files of a community rehabilitation station for people with mental disorders."""

__version__ = "0.1.0"
