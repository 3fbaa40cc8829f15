"""Other systems, reached by file: one interface, profiles as data, room for an API later."""

from services.connectors.base import Connector, OutFile
from services.connectors.files import FileConnector
from services.connectors.profiles import Profile, profile_for, profiles, telling

__all__ = ["Connector", "FileConnector", "OutFile", "Profile", "profile_for", "profiles", "telling"]
