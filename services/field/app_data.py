"""What the field app asks for: whose session this is, and the person's own open tasks to take along."""

from typing import Any

from litestar import Request, get

from policies.visiting.visits import FENCE_METRES, RESULTS
from services.geo import to_gcj02, to_wgs84
from services.usecases.my_tasks import MyTask, my_tasks
from services.views.record_form import given_of
from services.visiting.task_form import TaskForm, form_of_draw
from services.web.depends import InWork
from services.web.form_token import owner_of
from services.web.pages import place_of
from services.web.state import principal_of, session_of, web_of

AnyRequest = Request[Any, Any, Any]
FILES = "/tasks/{slot:int}/attachments/{sha256:str}"
SITE = ("code", "name", "credit_code", "address", "site_address", "contact", "phone", "industry")


@get("/field/app/state", action="task.read_own")
async def state(request: AnyRequest) -> dict[str, Any]:
    """Whose session it is, the token its acts carry, and the moment by the deployment's clock.

    `owner` names a person acting for one bureau without naming either: what a phone keeps is bound to it.
    """
    session, principal, app = session_of(request), principal_of(request), web_of(request).app
    return {
        "owner": owner_of(principal.subject, principal.bureau),
        "name": principal.name,
        "certificate": principal.certificate,
        "place": place_of(request),
        "bureau": principal.bureau,
        "csrf": session.csrf if session else "",
        "now": app.clock.now().isoformat(),
        "simulated": app.clock.simulated,
        "files": takes_files(request),
    }


def takes_files(request: AnyRequest) -> bool:
    """True when this deployment keeps photos and signatures of a task; until then they stay on the phone."""
    return any(str(route.path).endswith(FILES) for route in request.app.routes)


@get("/field/app/tasks", action="task.read_own")
async def tasks(request: AnyRequest, work: InWork) -> dict[str, Any]:
    """The person's own open tasks with the forms they need, and nothing of anybody else's."""
    principal = principal_of(request)
    found = await my_tasks(work)
    forms = {
        str(no): form_out(await form_of_draw(work, no)) for no in dict.fromkeys(t.draw_no for t in found)
    }
    return {
        "owner": owner_of(principal.subject, principal.bureau),
        "at": work.now.isoformat(),
        "today": work.today.isoformat(),
        "tasks": [task_out(one) for one in found],
        "forms": forms,
    }


def task_out(task: MyTask) -> dict[str, Any]:
    """One task as the phone keeps it."""
    team = [{"certificate": o.certificate, "name": o.name} for o in task.team]
    other = task.partner
    return {
        "bureau": task.bureau,
        "draw_no": task.draw_no,
        "slot": task.slot,
        "visit_on": task.visit_on.isoformat() if task.visit_on else "",
        "lead": task.lead,
        "site": {name: str(task.site[name]) for name in SITE if task.site.get(name)},
        "point": point_of(task.site),
        "fence_m": FENCE_METRES,
        "team": team,
        "partner": {
            "bureau": other.bureau,
            "team": [{"certificate": o.certificate, "name": o.name} for o in other.team],
        }
        if other
        else None,
        "missing": task.missing,
        "declared": task.declared,
        "returned": task.returned
        and {"note": task.returned.review_note, "given": given_of(task.returned.form)},
    }


def point_of(site: Any) -> dict[str, Any] | None:
    """Where the site lies: WGS84 for the fence, GCJ-02 for the map apps; degrees, longitude first."""
    try:
        lon, lat = to_wgs84(float(site["lon"]), float(site["lat"]), str(site.get("datum") or "CGCS2000"))
    except (KeyError, TypeError, ValueError):
        return None
    return {"wgs84": [round(lon, 6), round(lat, 6)], "gcj02": [round(x, 6) for x in to_gcj02(lon, lat)]}


def form_out(form: TaskForm) -> dict[str, Any]:
    """The bureau's form in both languages."""
    return {
        "name": form.name,
        "version": form.version,
        "officers": form.officers,
        "officer": form.labels.officer,
        "groups": [
            {
                "id": group,
                "words": {"zh": names[0], "en": names[1]},
                "items": [
                    {"id": item.id, "words": {"zh": item.zh, "en": item.en}}
                    for item in form.checklist.items
                    if item.group == group
                ],
            }
            for group, names in form.checklist.groups.items()
        ],
        "results": [{"code": code, "words": {"zh": zh, "en": en}} for code, (zh, en) in RESULTS.items()],
    }


routes = [state, tasks]
