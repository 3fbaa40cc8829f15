"""A small OpenID Connect provider on Keycloak's paths, for demonstrations and tests on this machine."""
