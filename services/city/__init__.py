"""The superior's door: districts side by side."""

from services.city import bureaus, compare

routes = [*compare.routes, *bureaus.routes]
