"""One question about one instance, answered in a process of its own: the core, what if, or a peer's matching."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from jichi.services.family.nursery.rules.instance import Instance

LIMIT: Final = 120.0
PEER: Final = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
from matching.games import HospitalResident
given = json.load(open(sys.argv[1]))
began = time.process_time()
game = HospitalResident.create_from_dictionaries(given["children"], given["slots"], given["seats"])
found = game.solve(optimal="resident")
seconds = time.process_time() - began
print(json.dumps({"seconds": seconds, "held": {str(h): [str(r) for r in rs] for h, rs in found.items()}}))
"""


def instance_of(inputs: Path) -> Instance:
    """The instance of a folder of tables."""
    from jichi.services.family.nursery.rules.instance import build
    from jichi.services.family.nursery.rules.reading import read

    tables, problems = read({path.name: path.read_bytes() for path in inputs.iterdir()})
    instance, ties = build(tables) if tables else (None, [])
    if instance is None:
        raise RuntimeError([*problems, *ties][:3])
    return instance


def inside(inputs: Path, outputs: Path) -> dict[str, float | None]:
    """CPU seconds of the core, and of one change after the run whose result lies in `outputs`."""
    from jichi.services.family.nursery.rules.deferred import deferred_acceptance
    from jichi.services.family.nursery.rules.matching import Changes, what_if
    from jichi.services.family.nursery.rules.reading import read

    instance = instance_of(inputs)
    began = time.process_time()
    deferred_acceptance(instance)
    core = time.process_time() - began
    if not outputs.exists() or len(instance.stay) > 10_000:
        return {"core": core, "what_if": None}
    run = json.loads((outputs / "run.json").read_text(encoding="utf-8"))
    began = time.process_time()
    tables, _ = read({path.name: path.read_bytes() for path in inputs.iterdir()})
    assert tables is not None
    slot = int((tables.slot_class == tables.classes.index("1")).nonzero()[0][0])
    name = tables.facilities[tables.slot_facility[slot]], "1"
    left = [(one["unit_id"], one["option_rank"]) for one in run["blocking"]]
    what_if(tables, Changes({name: int(tables.vacancy[slot]) + 2}), left=left)
    return {"core": core, "what_if": time.process_time() - began}


def lists(instance: Instance) -> dict[int, list[int]]:
    """Unit of one child → its entries, best first, its own seat last."""
    found = {}
    for unit in range(len(instance.unit_size)):
        count = int(instance.option_at[unit + 1] - instance.option_at[unit])
        found[unit] = [entry for option in range(count + 1) for entry in instance.option(unit, option) if entry >= 0]
    return found


def matching(inputs: Path, python: Path) -> dict[str, Any]:
    """The package's hospital-resident game: children as residents, slots as hospitals."""
    from jichi.services.family.nursery.rules.blocking import held_entries
    from jichi.services.family.nursery.rules.deferred import deferred_acceptance

    instance = instance_of(inputs)
    slot, wishes = instance.entry_slot.tolist(), lists(instance)
    owner = instance.child_unit[instance.entry_child].tolist()
    open_slots = {one for one, seats in enumerate(instance.capacity.tolist()) if seats > 0}
    children = {str(unit): [f"s{slot[e]}" for e in mine if slot[e] in open_slots] for unit, mine in wishes.items()}
    slots: dict[str, list[str]] = {}
    for entry, unit in enumerate(owner):
        if slot[entry] in open_slots:
            slots.setdefault(f"s{slot[entry]}", []).append(str(unit))
    given = {
        "children": {unit: mine for unit, mine in children.items() if mine}, "slots": slots,
        "seats": {name: int(instance.capacity[int(name[1:])]) for name in slots},
    }  # fmt: skip
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(given, file)
        file.flush()
        try:
            done = subprocess.run(
                [python, "-c", PEER, file.name], check=True, capture_output=True, text=True, timeout=LIMIT
            )
        except subprocess.TimeoutExpired:
            return {"seconds": None}
        except subprocess.CalledProcessError as failed:
            return {"seconds": None, "why": failed.stderr.strip().splitlines()[-1][:200]}
    theirs = json.loads(done.stdout.splitlines()[-1])
    held = held_entries(instance, deferred_acceptance(instance)).nonzero()[0].tolist()
    mine = {(f"s{slot[entry]}", str(owner[entry])) for entry in held}
    same = mine == {(name, unit) for name, units in theirs["held"].items() for unit in units}
    return {"seconds": theirs["seconds"], "same": same}


def cp_sat(inputs: Path) -> dict[str, Any]:
    """One plain CP-SAT model: a Boolean for each option, capacities, and a row for each option that must not block;
    the least sum of ranks is the child-optimal result.
    """
    from ortools.sat.python import cp_model

    from jichi.services.family.nursery.rules.deferred import deferred_acceptance

    instance = instance_of(inputs)
    began = time.process_time()
    model, wishes = cp_model.CpModel(), lists(instance)
    slot, seats = instance.entry_slot.tolist(), instance.capacity.tolist()
    x = {entry: model.new_bool_var("") for mine in wishes.values() for entry in mine}
    at: dict[int, list[int]] = {}
    for entry in sorted(x):
        at.setdefault(slot[entry], []).append(entry)
    for one, entries in at.items():
        model.add(sum(x[entry] for entry in entries) <= seats[one])
    ranks = []
    for unit, mine in wishes.items():
        model.add_at_most_one(x[entry] for entry in mine)
        last = int(instance.option_at[unit + 1] - instance.option_at[unit])
        ranks += [(last - place) * x[entry] for place, entry in enumerate(mine)]
        for place, entry in enumerate(mine):
            room = seats[slot[entry]]
            above = sum(x[other] for other in at[slot[entry]] if other < entry)
            if room > 0:
                model.add(above + room * sum(x[better] for better in mine[: place + 1]) >= room)
    model.maximize(sum(ranks))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers, solver.parameters.max_time_in_seconds = 1, LIMIT
    if solver.solve(model) != cp_model.OPTIMAL:
        return {"seconds": None}
    seconds = time.process_time() - began
    outcome = deferred_acceptance(instance).tolist()
    held = {entry for entry in x if solver.boolean_value(x[entry])}
    same = all(
        held & set(mine) == ({mine[outcome[unit]]} if outcome[unit] < len(mine) else set())
        for unit, mine in wishes.items()
    )
    return {"seconds": seconds, "same": same}


def main() -> None:
    """`inside IN OUT`, `matching IN PYTHON` or `cp-sat IN`: one line of JSON."""
    kind, inputs, *rest = sys.argv[1:]
    if kind == "inside":
        found: dict[str, Any] = inside(Path(inputs), Path(rest[0]))
    else:
        found = matching(Path(inputs), Path(rest[0])) if kind == "matching" else cp_sat(Path(inputs))
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
