"""Clients (康复对象): list, file, form."""
