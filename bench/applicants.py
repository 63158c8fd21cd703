"""Many people about to send one and the same application: logins, links, finished drafts, sessions.

`applicants(ground, name, count)` prepares a database. One draft is answered page by page through the house's own
actions; the others are copies of it with the name of each person. Table `bench_applicant` tells who they are,
`bench_send` what the house hands to SQL `cases_open` for each, so that pgbench can hand over the same.
"""

from __future__ import annotations

import json
import os
import random
import secrets
import subprocess
import sys
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import yaml

from bench.ground import ROOT, Ground
from jichi.kernel.receipt_number import new_number

if TYPE_CHECKING:
    from jichi.engines.forms.queries import DraftView

SLUG: Final = "coming-of-age"
SOURCE: Final = ROOT / "src/jichi/services/front/applications/procedures" / f"{SLUG}.yaml"

_PEOPLE: Final = """
CREATE TABLE bench_applicant AS
    SELECT (row_number() OVER (ORDER BY r.addressee_no) - 1)::int AS n, r.addressee_no,
        gen_random_uuid() AS account_id, gen_random_uuid() AS draft_id, r.name, r.kana
    FROM eng_registry_resident r
    WHERE r.is_current AND r.state = 'resident' AND r.kind <> 'foreign' AND r.kana <> ''
        AND NOT r.birth_unknown AND r.birth_date_rule = ''
        AND NOT EXISTS (SELECT FROM eng_accounts_personlink l WHERE l.addressee_no = r.addressee_no)
        AND NOT EXISTS (SELECT FROM eng_cases_case c WHERE c.subject_no = r.addressee_no)
    LIMIT {count};
ALTER TABLE bench_applicant ADD PRIMARY KEY (n);
GRANT SELECT ON bench_applicant TO jichi_app;
UPDATE eng_registry_resident r SET birth_date = '{born}', birth_text = '{born}'
    FROM bench_applicant a WHERE r.addressee_no = a.addressee_no;
INSERT INTO eng_accounts_account (id, password, kind, email, name, language, is_active, created_at, totp_last_step,
        enrolment_code, session_generation)
    SELECT account_id, '!', 'resident', 'bench' || n || '@midori.example', '', 'ja', true, now(), 0, '', 0
    FROM bench_applicant;
INSERT INTO eng_accounts_personlink (account_id, addressee_no, state, how, linked_at)
    SELECT account_id, addressee_no, 'active', 'sample', now() FROM bench_applicant;
"""
_DRAFTS: Final = """
INSERT INTO eng_forms_draft
    SELECT (jsonb_populate_record(d, jsonb_build_object('id', a.draft_id, 'account_id', a.account_id,
        'subject_no', a.addressee_no, 'answers', bench_answers.answers))).*
    FROM bench_applicant a JOIN bench_answers USING (n), eng_forms_draft d WHERE d.id = %s AND a.n > 0;
"""
_SEND: Final = """
CREATE TABLE bench_send (n int, account uuid, draft uuid, revision int, answers text, hash text, language text,
    number text, applicant text, name text, kana text, folded text, due date, once text, checks text, title text,
    texts text, permission text);
"""
_FUNCTION: Final = """
ALTER TABLE bench_send ADD PRIMARY KEY (n);
GRANT SELECT ON bench_send TO jichi_app;
CREATE SEQUENCE bench_next MINVALUE 0;
GRANT USAGE, UPDATE ON SEQUENCE bench_next TO jichi_app;
CREATE FUNCTION bench_submit() RETURNS text LANGUAGE plpgsql AS $$
DECLARE s bench_send; v text; v_next int := nextval('bench_next');
BEGIN
    SELECT * INTO STRICT s FROM bench_send WHERE n = v_next;
    PERFORM set_config('jichi.actor_kind', 'resident', true), set_config('jichi.actor_id', s.account::text, true),
        set_config('jichi.divisions', '{}', true), set_config('jichi.purpose', 'bench', true),
        set_config('jichi.request_id', 'bench', true), set_config('jichi.permissions', '[]', true);
    SELECT o.number INTO v FROM cases_open(s.draft, s.revision, s.answers::jsonb, s.hash, s.language, now(), s.number,
        s.applicant, s.name, s.kana, s.folded, s.due, s.once, s.checks::jsonb, s.title::jsonb, s.texts::jsonb,
        s.permission) o;
    RETURN v;
END $$;
ALTER FUNCTION bench_submit() OWNER TO jichi_owner;
GRANT EXECUTE ON FUNCTION bench_submit() TO jichi_app;
"""


def applicants(ground: Ground, name: str, count: int) -> None:
    """Prepare `count` people in this database; number 0 is the pattern and is never sent."""
    first_day = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))["eligibility"]["rules"][0]["when"]["between"][0]
    with ground.connect(name, quiet=True) as connection:
        connection.execute(_PEOPLE.format(count=count, born=first_day))
    environ = ground.environ(ground.url(name))
    done = subprocess.run(
        [sys.executable, "-m", "bench.applicants"], env=environ, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    found = json.loads(done.stdout)
    sent = found["sent"]
    with ground.connect(name, quiet=True) as connection:
        connection.execute("CREATE TABLE bench_answers (n int PRIMARY KEY, answers jsonb)")
        with connection.cursor().copy("COPY bench_answers FROM STDIN") as copy:
            for n, answers in enumerate(found["answers"]):
                copy.write_row((n, json.dumps(answers)))
        connection.execute(_DRAFTS, (UUID(found["draft"]),))
        connection.execute("UPDATE bench_applicant SET draft_id = %s WHERE n = 0", (UUID(found["draft"]),))
        connection.execute(_SEND)
        people = connection.execute("SELECT * FROM bench_applicant ORDER BY n").fetchall()
        with connection.cursor().copy("COPY bench_send FROM STDIN") as copy:
            for n, addressee_no, account_id, draft_id, person, kana in people:
                declared = {**found["answers"][n], "_declared": found["declared"]}
                copy.write_row((
                    n, account_id, draft_id, sent[1], json.dumps(declared), secrets.token_hex(32), sent[4],
                    new_number(secrets.token_bytes(16)), addressee_no, person, kana, f"{person} {kana}", sent[11],
                    sent[12].replace(found["addressee_no"], addressee_no), sent[13], sent[14], sent[15], sent[16],
                ))  # fmt: skip
        connection.execute(_FUNCTION)
        connection.execute(f"SELECT setval('bench_next', {1}, false)")
        connection.execute("VACUUM ANALYZE")


def session_keys(ground: Ground, name: str) -> list[tuple[int, str, str]]:
    """(number, session key, draft id) of everybody prepared, each with a session of their own."""
    with ground.connect(name) as connection:
        rows = connection.execute(
            "SELECT a.n, s.session_key, a.draft_id::text FROM bench_applicant a "
            "JOIN eng_accounts_session s ON s.account_id = a.account_id ORDER BY a.n"
        ).fetchall()
    return [(n, key, draft) for n, key, draft in rows]


def make_session_in(ground: Ground, name: str, login: str, count: int) -> list[str]:
    """So many sessions of one official, each as after signing in; their keys."""
    environ = ground.environ(ground.url(name))
    command = [sys.executable, "-m", "bench.applicants", login, str(count)]
    done = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    keys: list[str] = json.loads(done.stdout)
    return keys


# -- inside the house (a process of its own, on the prepared database) ---------------------------------------------


def _inside() -> None:
    import django

    django.setup()
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT addressee_no, account_id, kana FROM bench_applicant ORDER BY n")
        people = cursor.fetchall()
    _open_procedure()
    draft, sent = _pattern(people[0][1], people[0][0])
    answers = _answers(draft, people)
    _sessions([account_id for _, account_id, _ in people])
    declared = [d.id for d in draft.definition.declarations]
    found = {
        "draft": str(draft.id),
        "addressee_no": people[0][0],
        "sent": sent,
        "answers": answers,
        "declared": declared,
    }
    sys.stdout.write(json.dumps(found))


def _open_procedure() -> None:
    """The sample's procedure has its days; on any other day a version that is open now takes its place."""
    from jichi.engines.audit.context import system_actor
    from jichi.engines.forms import actions, queries
    from jichi.kernel import clock

    if queries.procedure(SLUG).open_state().state == "open":
        return
    today = clock.today()
    lines = []
    for line in SOURCE.read_text(encoding="utf-8").splitlines():
        changed = {
            "version": "version: 1000",
            "opens_on": f'opens_on: "{today - timedelta(days=30)}"',
            "closes_on": f'closes_on: "{today + timedelta(days=60)} 24:00"',
        }
        lines.append(changed.get(line.partition(":")[0], line))
    actions.publish_definition(actor=system_actor("bench"), source="\n".join(lines))


def _answers(draft: DraftView, people: list[tuple[str, UUID, str]]) -> list[dict[str, Any]]:
    """The pattern's answers as each of these people would have given them."""
    from jichi.engines.audit.context import system_actor, unit
    from jichi.engines.forms.register import register_facts
    from jichi.engines.forms.rules.values import shown_facts
    from jichi.kernel import clock

    today = clock.today()
    confirmed = [field for field in draft.definition.fields.values() if field.kind == "confirm"]
    made = []
    with unit(system_actor("bench")):
        for addressee_no, _, kana in people:
            facts = register_facts(applicant_no=addressee_no, subject_no=addressee_no, today=today)
            own = {**draft.answers, "name_kana": kana}
            for field in confirmed:
                own[field.id] = {**own[field.id], "shown": shown_facts(field, facts)}
            made.append(own)
    return made


def _pattern(account_id: UUID, addressee_no: str) -> tuple[DraftView, list[Any]]:
    """A draft answered to its end, and what sending it would hand to SQL `cases_open` (rolled back)."""
    from django.db import connection, transaction

    from jichi.engines.accounts.queries import signed_in
    from jichi.engines.audit.context import unit
    from jichi.engines.forms import actions as forms
    from jichi.services.front.applications.actions import submit_application
    from jichi.services.front.applications.sample import fill_draft

    person = signed_in(account_id=account_id)
    if person is None:
        raise RuntimeError("no such account")
    actor = person.actor("bench", "bench")
    with unit(actor):
        draft = forms.start_draft(actor=actor, slug=SLUG, applicant_no=addressee_no, subject_no=addressee_no)
        draft = fill_draft(random.Random(7), actor, draft, addressee_no)
    caught: list[Any] = []

    def catch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "cases_open(" in sql:
            caught.extend(params)
        return execute(sql, params, many, context)

    declared = [d.id for d in draft.definition.declarations]
    with unit(actor), connection.execute_wrapper(catch):
        submit_application(actor=actor, draft_id=draft.id, declared=declared, applicant_no=addressee_no)
        transaction.set_rollback(True)
    return draft, [value if isinstance(value, int) else str(value) for value in caught]


def _sessions(accounts: list[UUID]) -> None:
    from jichi.engines.audit.context import system_actor, unit

    with unit(system_actor("bench")):
        for account_id in accounts:
            make_session(account_id)


def _official(login: str, count: int) -> None:
    import django

    django.setup()
    from jichi.engines.accounts.queries import staff_account_id
    from jichi.engines.audit.context import system_actor, unit

    account_id = staff_account_id(login)
    if account_id is None:
        raise RuntimeError(f"the sample ward has no {login}")
    with unit(system_actor("bench")):
        sys.stdout.write(json.dumps([make_session(account_id, staff=True) for _ in range(count)]))


def make_session(account_id: UUID, *, staff: bool = False) -> str:
    """A session as signing in makes it; its key."""
    from django.contrib.auth import BACKEND_SESSION_KEY, SESSION_KEY

    from jichi.engines.accounts import middleware as accounts
    from jichi.engines.accounts.sessions import SessionStore

    now = int(time.time())
    store = SessionStore()
    store[SESSION_KEY] = str(account_id)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[accounts.GENERATION] = 0
    store[accounts.SEEN] = store[accounts.PROVED_AT] = now
    store[accounts.MFA] = staff
    store.create()
    return str(store.session_key)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jichi.config.settings")
    if len(sys.argv) > 1:
        _official(sys.argv[1], int(sys.argv[2]))
    else:
        _inside()
