# Made by tools/make_sync.py from the asynchronous module of the same name: change that one.
"""The synchronous client."""
