"""After a reset of a login in a real Keycloak its weighty roles rest until a second person restores them."""

import pytest

from policies.terms import Principal
from services.clock import today
from services.identity.directory import TenantDirectory
from services.identity.login_errors import NobodyRestores
from services.identity.logins import Logins
from services.usecases.manage_login import NewLogin, create_login, require_second_factor, reset_login
from services.usecases.restore_roles import restore_roles

from .test_identity_logins import Whole, whole

__all__ = ["whole"]
pytestmark = [pytest.mark.timeout(600)]


@pytest.mark.keycloak
async def test_weighty_roles_rest_after_a_reset_of_the_login(whole: Whole) -> None:
    """An administrator with the new password in hand would otherwise act as the drawer."""
    issued = await whole.do(create_login, NewLogin("draws", "抽取人", "publisher"))
    subject = issued.login.subject
    await whole.grant("411721", subject, "drawer")
    with pytest.raises(NobodyRestores):
        await whole.do(reset_login, subject)
    await whole.grant("411721", "the-head", "bureau_head")
    directory = TenantDirectory(whole.app.database)
    for act in (reset_login, require_second_factor):
        await whole.do(act, subject)
        held = await directory.of_subject(subject, today(whole.app.clock))
        assert [one.role for one in held] == ["publisher"]
        now = int(whole.app.clock.now().timestamp())
        head = Principal("the-head", "负责人", "411721", frozenset({"bureau_head"}), 2, now)
        async with whole.app.work(head) as work:
            assert [one.role for one in await restore_roles(work, subject)] == ["drawer"]
        held = await directory.of_subject(subject, today(whole.app.clock))
        assert {one.role for one in held} == {"drawer", "publisher"}


@pytest.mark.keycloak
async def test_a_cut_amid_a_reset_leaves_no_power_behind_a_new_password(
    whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The identity service has given the new password, and our side never comes to its end."""
    subject = (await whole.do(create_login, NewLogin("cutoff", "抽取人", "publisher"))).login.subject
    await whole.grant("411721", subject, "drawer")
    await whole.grant("411721", "the-head", "bureau_head")
    given = Logins.reset

    async def reset(self: Logins, who: str) -> str:
        await given(self, who)
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(Logins, "reset", reset)
        with pytest.raises(ConnectionError):
            await whole.do(reset_login, subject)
    directory = TenantDirectory(whole.app.database)
    held = await directory.of_subject(subject, today(whole.app.clock))
    assert [one.role for one in held] == ["publisher"]
    await whole.do(reset_login, subject)  # asked again it comes to an end
