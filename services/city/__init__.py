"""The superior's door: districts side by side."""

from services.city import bureaus, compare, leaks, reveals

routes = [*compare.routes, *bureaus.routes, *reveals.routes, *leaks.routes]
