"""Every base. A new rule shape is one new file beside this one, and its name in `_ALL`."""

from policies.rulebook.bases.base import Base, BaseForm
from policies.rulebook.bases.census import Census
from policies.rulebook.bases.larger import Larger
from policies.rulebook.bases.number import Number
from policies.rulebook.bases.pool import Pool
from policies.rulebook.bases.share import Share
from policies.rulebook.bases.smaller import Smaller
from policies.rulebook.bases.staff import Staff
from policies.rulebook.bases.staff_group import StaffGroup

_ALL: tuple[Base, ...] = (Staff(), StaffGroup(), Pool(), Share(), Census(), Number(), Larger(), Smaller())

BASES: dict[str, Base] = {base.name: base for base in _ALL}
FORM: tuple[BaseForm, ...] = tuple(base.form for base in BASES.values())
