"""Offices' project sheets read into plain values (项目表识读); tables are in ``web.projects``."""
