"""The superior's door: districts side by side."""

from services.city import bureaus, compare, leaks, reveals, waivers

routes = [*compare.routes, *bureaus.routes, *reveals.routes, *leaks.routes, *waivers.routes]
