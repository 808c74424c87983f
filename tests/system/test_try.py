import time
from connectors.sandbox.files import load_world
from connectors.sandbox.truth import Provider
from gateway.tenant import Mode
from tests.system.canaries import Canaries
from tests.system.canary_world import CanaryWorld
from tests.system.consumer import consumer_of
from tests.system.house import House, Choice
from tests.system.standins import WatchedSandbox, Talkative
async def test_x(tmp_path):
    t=time.monotonic()
    def lap(what):
        nonlocal t
        print(what, round(time.monotonic()-t,2)); t=time.monotonic()
    canaries = Canaries()
    world = CanaryWorld(canaries)
    world.write(tmp_path/"world", {"north": Provider.MICROSOFT, "south": Provider.MICROSOFT, "east": Provider.GOOGLE})
    lap("written")
    talk = Talkative(canaries)
    async with WatchedSandbox(load_world(tmp_path/"world"), talk) as sandbox:
        lap("sandbox")
        (tmp_path / "house").mkdir()
        house = House.build(sandbox, tmp_path/"house")
        a,b,c = house.companies
        tenants, token = await house.onboard(Choice(a,"widest"), Choice(b,"widest",Mode.DELTA), Choice(c,"widest"))
        lap("onboard")
        done = await house.call("sync", "--once")
        lap("sync")
        print(done)
        done = await house.call("status")
        print(done)
        lap("status")
        gw = house.start("serve")
        async with consumer_of(await gw.port(), token) as c:
            lap("serve")
            print(len(await c.read_on()))
            lap("read")
        by_ref = {}
        refs = {}
        for v in c.backend.tenants.values():
            refs |= {r["id"]: r["external_ref"] for r in v.resources.values()}
            for b in v.bookings.values():
                by_ref[b["resource"]] = by_ref.get(b["resource"],0)+1
        for r,n in by_ref.items(): print(canaries.planted[refs[r]].where, n, world.bookings.get(refs[r]))
        print(set(world.bookings)-set(refs.values()), len(canaries.planted))
        print(await gw.stop())
        lap("stop")
    assert 0
