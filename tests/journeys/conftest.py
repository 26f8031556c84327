"""A real PostgreSQL for journeys that have a headquarters."""

from tests.hq.conftest import new_postgres_url, postgres_server, postgres_url

__all__ = ["new_postgres_url", "postgres_server", "postgres_url"]
