"""Dashboards for bureaus: figures of the city, a district, an industry or a complex, drawn from their own tables."""
