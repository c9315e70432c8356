"""Runs in a root: the agent as its own user, until it has served what was asked of it."""

from __future__ import annotations

SERVED = """
import json, os, pwd, signal, subprocess, sys, time, urllib.request

def page():
    return urllib.request.urlopen("http://127.0.0.1:9824/metrics", timeout=5).read().decode()

def until(what, read):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            text = read()
            if what in text:
                return text
        except OSError:
            pass
        time.sleep(0.1)
    raise SystemExit("never seen: " + what)

def told():
    return open("/tmp/log").read()

who = pwd.getpwnam("dcagent")
agent = subprocess.Popen(
    ("/usr/bin/dcagent", "run"),
    user=who.pw_uid, group=who.pw_gid, extra_groups=(),
    env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}, stderr=open("/tmp/log", "w"),
)
began = time.monotonic()
until("dcagent_target_up{", page)
took = time.monotonic() - began
agent.send_signal(signal.SIGHUP)
until("reloaded: 1 targets", told)
after = until("dcagent_config_last_reload_successful 1", page)
with open(f"/proc/{agent.pid}/status") as status:
    resident = next(line.split()[1] for line in status if line.startswith("VmRSS"))
agent.terminate()
agent.wait(30)
seen = {"page": after, "took": took, "resident": int(resident), "log": told()}
json.dump({**seen, "status": agent.returncode}, sys.stdout)
"""
"""Prints JSON: the page, seconds until it was served, KiB resident, the log, the exit status."""
