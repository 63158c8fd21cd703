"""What this room announces to the house."""

from jichi.kernel.manifest import Command, Loop, Manifest, Periodic, Permission

MANIFEST = Manifest(
    label="eng_jobs",
    path="jichi.engines.jobs",
    title={"ja": "処理", "en": "Jobs"},
    permissions=(
        Permission(
            key="eng_jobs.view", title={"ja": "処理の状況の閲覧", "en": "See jobs"}, roles=frozenset({"administrator"})
        ),
        Permission(
            key="eng_jobs.manage",
            title={"ja": "処理のやり直しと停止", "en": "Retry and stop jobs"},
            roles=frozenset({"administrator"}),
        ),
    ),
    commands=(
        Command(
            name="worker",
            function="jichi.engines.jobs.commands.worker",
            help="take background jobs and send what waits to be sent",
        ),
    ),
    periodic=(Periodic(name="jobs.sweep", cron="40 3 * * *", function="jichi.engines.jobs.upkeep.sweep"),),
    loops=(
        Loop(name="jobs.periodic", function="jichi.engines.jobs.periodic.plan_due", every=5),
        Loop(name="jobs.reaper", function="jichi.engines.jobs.reaper.reap_round", every=10),
    ),
    doctor=("jichi.engines.jobs.queries.findings",),
)
