"""A visit no draw chose: campaign, case, follow-up, complaint, re-visit. Basis: obligation 4.

It never counts toward a ratio and always enters the cap ledger; two officers and the form are the same. It is
approved beforehand, or, where it could not wait, filed in the same act for somebody else to decide.
"""

from uuid import uuid4

from policies.planning.result_clocks import result_clocks
from policies.rulebook.labels import labels_of
from policies.rulebook.rules import Value
from policies.terms import Officer, Period, Site
from policies.visiting.checklist import checklist_of
from policies.visiting.requests import Made
from policies.visiting.visit_errors import RecordRefused
from policies.visiting.visits import Present, team_present
from services.clock import CHINA
from services.ruling.calendars import calendar_for
from services.ruling.ruleset import rules_for
from services.usecases.ask_visit import keep_request
from services.usecases.my_tasks import certificate_of
from services.usecases.record_visit import Recorded
from services.visiting.approval import NOTHING, Backing, covering, file_urgent, in_record, use, used_of
from services.visiting.kinds import types_of
from services.visiting.records import Facts, Place, check_present, finding_rows, make_record, visit_row
from services.visiting.tasksheet import SITE_FIELDS
from services.visiting.visit_forms import VisitForm
from services.work import Work
from tenants import journal
from tenants.records import VisitType
from tenants.stores import officers, sites, visits


async def record_other_visit(
    work: Work, site_code: str, visit_type: VisitType, form: VisitForm, backing: Backing = NOTHING
) -> Recorded:
    """Keep such a visit to a site of the own roster; sent again unchanged, the first one answers.

    Raises:
        RecordRefused: not one of the bureau's types (`types_of`), or the form. Missing: no such site.
        NotYours: the person is no officer. TooFewOfficers: too few valid certificates on site.
        NotApproved: no approval covers it, or it was used. RequestRefused: an urgent one without reasons.
    """
    own = await certificate_of(work)
    work.require("visit.record", assigned=own in form.present)
    bureau = work.scope.bureau
    rules = await rules_for(work, bureau, on=form.started_at.astimezone(CHINA).date())
    named = types_of(rules)
    if visit_type not in named:
        told = "、".join(f"{code} {words}" for code, words in named.items())
        raise RecordRefused(visit_type, need=f"检查类型为其中之一：{told}")
    made = Made(visit_type, site_code, form.present, form.started_at.astimezone(CHINA).date())
    approved = await covering(work, rules, made, backing)
    site = await sites.one(work.db, work.scope, bureau, site_code)
    least = rules.value("record.officers")
    facts = Facts(
        places=(Place(bureau, bureau),),
        visit_type=visit_type,
        site=site_fields(site),
        point=(site.lon, site.lat, site.datum),
        stratum=site.stratum.value,
        item=visit_type,
        period=str(period_of(form)),
        officers=tuple((bureau, o, o.certificate == own) for o in await _present(work, form, own, least)),
        form_name=rules.text("record.form"),
        basis=rules.texts("legal.bases"),
        checklist=checklist_of(rules),
        least=rules.integer("record.officers"),
        labels=labels_of(rules),
        recorded_by=work.principal.subject,
        simulated=work.app.clock.simulated,
        approval=in_record(approved, backing),
    )
    sealed = make_record(form, facts, work.now)
    end = form.ended_at.astimezone(CHINA).date()
    calendar = await calendar_for(work)
    upload, publish = result_clocks(rules, end, ordered=bool(form.orders), calendar=calendar)
    same = [
        v
        for v in await visits.of_period(work.db, work.scope, bureau, period_of(form))
        if v.record_sha256 == sealed.sha256
    ]
    visit_id = same[0].id if same else uuid4()
    if not same:
        row = visit_row(sealed, form, facts, facts.places[0], (visit_id, work.now), (upload.day, publish.day))
        await visits.keep(work.db, work.scope, row, finding_rows(sealed, bureau, visit_id, form))
        if approved is not None:
            await use(work, approved, visit_id)
        elif backing.urgent:
            await keep_request(work, await file_urgent(work, rules, made, backing, visit_id))
        await journal.note(
            work.db,
            work.scope,
            actor=work.principal,
            action="visit.record",
            target=f"visit/{bureau}/{visit_id}",
            before=used_of(approved),
            after={"type": visit_type, "sha256": sealed.sha256, "result": form.result},
            at=work.now,
        )
    orders = tuple(dict.fromkeys(one["order_no"] for one in sealed.findings))
    return Recorded(
        visit_id, sealed.sha256, (bureau,), len(sealed.findings), orders, upload, publish, bool(same)
    )


def site_fields(site: Site) -> dict[str, object]:
    """The fields of a kept site that may stand in a record."""
    values = {name: getattr(site, name) for name in SITE_FIELDS}
    return {k: list(v) if isinstance(v, tuple) else str(v) for k, v in values.items() if v}


def period_of(form: VisitForm) -> Period:
    """The quarter in which the visit began, in China."""
    day = form.started_at.astimezone(CHINA).date()
    return Period(day.year, (day.month + 2) // 3)


async def _present(work: Work, form: VisitForm, own: str, least: Value) -> tuple[Officer, ...]:
    every = await officers.all_of(work.db, work.scope, work.scope.bureau)
    known = {o.certificate for o in every}
    check_present(form.present, known, own, "到场人员均为本单位名录中的执法人员")
    there = tuple(o for o in every if o.certificate in form.present)
    day = form.started_at.astimezone(CHINA).date()
    team_present([Present(o.certificate, o.valid_until, False) for o in there], form.present, day, least)
    return there
