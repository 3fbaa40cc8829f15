"""Second chapter: four draws, each with its secrets, escrow, witness and spoken beacon.

Secrets and witness keys lie on devices outside the deployment (folders under `outside/`); the server sees
commitments and sealed copies before the beacon, and the secrets only after it.
"""

from datetime import timedelta

from policies.errors import Missing
from services.demo.cast import SUPERIOR, Act, device
from services.demo.stage import Stage
from services.outside.secret import make_secret, read_secret, spoken_digits
from services.outside.witness import attest, card, cosign_checkpoint, seen_size
from services.usecases.attest_escrow import attest_escrow, escrow_of, escrow_pack
from services.usecases.commit_secret import commit_secret
from services.usecases.enter_beacon import enter_beacon
from services.usecases.freeze_draw import FreezeDraw, Frozen, freeze_draw
from services.usecases.prepare_draw import PrepareDraw, prepare_draw
from services.usecases.reveal_secret import reveal_secret
from services.usecases.run_draw import finish_draw
from services.usecases.show_difference import show_difference
from services.work import Work
from tenants.rows import Draw
from tenants.stores import draws

STEP = timedelta(minutes=10)


async def hold(stage: Stage, act: Act, period: str) -> Draw:
    """One draw from preparation to result; a resumed story goes on at the step that is missing."""
    draw = await find(stage, act, period)
    if draw is None:
        stage.at(act.prepared)
        order = PrepareDraw(act.subject, period, act.beacon, kind=act.kind)
        await stage.do(act.bureau, "drawer", prepare_draw, order)
        draw = await known(stage, act, period)
    if draw.state == "prepared":
        await _commit(stage, act, draw.draw_no)
        stage.at(act.prepared + STEP)
        frozen = await stage.do(act.bureau, "drawer", freeze_seen, draw.draw_no)
        stage.say(f"  {act.name}：名单已冻结，指纹 M = {frozen.m[:16]}…")
        draw = await known(stage, act, period)
    if draw.state == "frozen":
        await _prove(stage, act, draw)
        await _run(stage, act, draw)
    return await known(stage, act, period)


async def freeze_seen(
    work: Work,
    draw_no: int,
    *,
    beacon: str | None = None,
    crews: int | None = None,
    sources: tuple[tuple[str, str], ...] = (),
) -> Frozen:
    """See the roster's difference, then freeze exactly those lists; for stories without a person between."""
    seen = (await show_difference(work, draw_no)).row.h
    return await freeze_draw(work, FreezeDraw(draw_no, seen, beacon, crews, sources))


async def find(stage: Stage, act: Act, period: str) -> Draw | None:
    """The draw of this act that is not void, if it was prepared."""
    async with stage.acts(act.bureau, "drawer") as work:
        for draw in await draws.of_period(work.db, work.scope, act.bureau, period):
            if (draw.subject, draw.kind) == (act.subject, act.kind) and draw.state != "void":
                return draw
    return None


async def known(stage: Stage, act: Act, period: str) -> Draw:
    """The draw of this act; it exists."""
    draw = await find(stage, act, period)
    if draw is None:
        raise Missing(act.name, what="抽取")
    return draw


async def cosign(stage: Stage, superior: str) -> None:
    """The superior's witness checks that the log only grew, and signs its head on its own device."""
    log, own = stage.app.log, device(stage.app.settings, superior, "witness")
    head = await log.latest()
    if head is None:
        raise Missing(log.origin, what="日志检查点")
    old = seen_size(own)
    proof = await log.consistency(old, head.size) if old else []
    signed = cosign_checkpoint(own, log.vkey, await log.note(head.size), proof, stage.clock.now())
    await log.accept(signed)


async def _commit(stage: Stage, act: Act, draw_no: int) -> None:
    above = SUPERIOR[act.bureau]
    public = card(device(stage.app.settings, above, "witness")).escrow_public
    for role, who, post in (("bureau", act.bureau, "drawer"), ("witness", above, "witness")):
        own = device(stage.app.settings, who, "secrets")
        made = make_secret(own, bureau=act.bureau, draw_no=draw_no, role=role, escrow_public=public)
        async with stage.acts(who, post, within=act.bureau) as work:
            await commit_secret(work, draw_no, role, made.c, made.escrow_copy)


async def _prove(stage: Stage, act: Act, draw: Draw) -> None:
    """Escrow attested and the log cosigned, both before the beacon."""
    above = SUPERIOR[act.bureau]
    async with stage.acts(above, "witness", within=act.bureau) as work:
        proven = await escrow_of(work, draw.m or "")
        pack = await escrow_pack(work, draw.draw_no)
    if proven is None:
        stage.at(act.prepared + 2 * STEP)
        word = attest(device(stage.app.settings, above, "witness"), pack.manifest, pack.copies)
        async with stage.acts(above, "witness", within=act.bureau) as work:
            await attest_escrow(work, draw.draw_no, word.by, word.sig)
    stage.at(act.prepared + 3 * STEP)
    await cosign(stage, above)


async def _run(stage: Stage, act: Act, draw: Draw) -> None:
    """The witness calls the digits, the drawer enters them; then each tells its own secret."""
    above, bureau = SUPERIOR[act.bureau], act.bureau
    digits = _called(stage, above, draw)
    stage.at(act.beacon + timedelta(minutes=2))
    await stage.do(bureau, "drawer", enter_beacon, draw.draw_no, {"digits": digits})
    for role, who, post in (("bureau", bureau, "drawer"), ("witness", above, "witness")):
        own = device(stage.app.settings, who, "secrets")
        key = read_secret(own, bureau=bureau, draw_no=draw.draw_no, role=role)
        async with stage.acts(who, post, within=bureau) as work:
            await reveal_secret(work, draw.draw_no, role, key, digits if role == "witness" else None)
    ran = await finish_draw(stage.app, stage.desk(bureau, "drawer"), draw.draw_no)
    stage.say(f"  {act.name}：信标数字 {digits}，结果根 Z = {ran.z[:16]}…")
    await cosign(stage, above)


def _called(stage: Stage, above: str, draw: Draw) -> str:
    """The digits of the draw, as the witness minuted them; a resumed story reads the minutes."""
    minutes, name = device(stage.app.settings, above, "secrets"), f"digits-{draw.bureau}-{draw.draw_no}.json"
    if not minutes.has(name):
        minutes.keep_once(name, {"digits": spoken_digits()})
    return str(minutes.read(name)["digits"])
