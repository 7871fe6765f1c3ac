"""Beacon's web application: models, services, providers, pages and the JSON API."""
