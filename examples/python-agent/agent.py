#!/usr/bin/python3
"""An agent in Python, with nothing but stock gRPC: role `wordsmith`, task types `count` and `countdown`.

It speaks the same contract as agents made with the .NET SDK (Protos/agents/v1/agent.proto and registry.proto):
describes itself, joins the orchestrator and joins again when the connection breaks, runs attempts and streams what they
report, keeps results until they are acknowledged, lets the orchestrator attach to an attempt again, cancels, drains.

    python3 agent.py --orchestrator 127.0.0.1:5081
"""
import argparse
import collections
import concurrent.futures
import hmac
import os
import pathlib
import random
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid


def generate(protos):
    """Python code of the contracts, made from the .proto files at every start."""
    folder = tempfile.TemporaryDirectory(prefix="wordsmith-")
    names = sorted(str(path.relative_to(protos)) for path in pathlib.Path(protos, "agents", "v1").glob("*.proto"))
    subprocess.check_call([sys.executable, "-m", "grpc_tools.protoc", "-I", protos, "-I", "/usr/include",
                           "--python_out", folder.name, "--grpc_python_out", folder.name, *names])
    sys.path.insert(0, folder.name)
    return folder


parser = argparse.ArgumentParser(description="An agent of the role wordsmith.")
parser.add_argument("--orchestrator", default="127.0.0.1:5081", help="host and port of its gRPC endpoint")
parser.add_argument("--protos", default=str(pathlib.Path(__file__).resolve().parents[2] / "Protos"), help="folder of agents/v1/*.proto")
arguments = parser.parse_args()
generated = generate(arguments.protos)

import grpc  # noqa: E402
from google.protobuf import json_format, struct_pb2  # noqa: E402
from agents.v1 import agent_pb2, agent_pb2_grpc, common_pb2, registry_pb2, registry_pb2_grpc  # noqa: E402

INPUT = '{"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"], "additionalProperties": false}'
OUTPUT = ('{"type": "object", "properties": {"words": {"type": "integer"}, "most_common": {"type": "string"}},'
          ' "required": ["words", "most_common"]}')
COUNTDOWN_INPUT = '{"type": "object", "properties": {"from": {"type": "integer", "minimum": 1, "maximum": 600}}, "required": ["from"]}'
COUNTDOWN_OUTPUT = '{"type": "object", "properties": {"counted": {"type": "integer"}}, "required": ["counted"]}'
CONTRACT = agent_pb2.AgentContract(
    role="wordsmith", name="Wordsmith", version="1.0.0", description="Counts words.",
    capabilities=[
        agent_pb2.Capability(task_type="count", description="Counts the words of a text.", input_schema=INPUT, output_schema=OUTPUT),
        agent_pb2.Capability(task_type="countdown", description="Counts down, five numbers a second.",
                             input_schema=COUNTDOWN_INPUT, output_schema=COUNTDOWN_OUTPUT),
    ],
    limits=agent_pb2.AgentLimits(max_parallel=4, default_time_limit=600))
KEPT = 1000  # finished attempts, and marks of attempts that must not start again


# What the agent can do. Each takes the input and a reporter, and gives the output.

def count(data, report):
    words = re.findall(r"\w+", data["text"].lower())
    for done in range(0, len(words), 100):
        report.progress(done / len(words), f"{done} of {len(words)} words")
    ranked = collections.Counter(words).most_common(1)
    return {"words": len(words), "most_common": ranked[0][0] if ranked else ""}


def countdown(data, report):
    start = int(data["from"])
    for done in range(start):
        report.progress(done / start, f"{start - done} to go")
        report.sleep(0.2)
    return {"counted": start}


WORK = {"count": count, "countdown": countdown}


class Cancelled(Exception):
    pass


class Attempt:
    """One attempt: its events so far, and those who wait for the next."""

    def __init__(self, assignment):
        self.assignment = assignment
        self.events = []
        self.ended = False
        self.cancelled = threading.Event()
        self.changed = threading.Condition()

    def add(self, **what):
        with self.changed:
            event = agent_pb2.TaskEvent(seq=len(self.events) + 1, **what)
            event.time.GetCurrentTime()
            self.events.append(event)
            self.ended = "result" in what or "failure" in what
            self.changed.notify_all()

    def progress(self, fraction, message):
        self.add(progress=agent_pb2.TaskProgress(fraction=fraction, message=message))

    def sleep(self, seconds):
        if self.cancelled.wait(seconds):
            raise Cancelled

    def run(self):
        """Does the work; whatever happens, the last event is a result or a failure."""
        deadline = self.assignment.deadline
        timer = None
        if deadline.seconds:
            timer = threading.Timer(max(0, deadline.ToNanoseconds() / 1e9 - time.time()), self.cancelled.set)
            timer.daemon = True
            timer.start()
        try:
            output = WORK[self.assignment.task_type](json_format.MessageToDict(self.assignment.task.input_data), self)
            result = struct_pb2.Struct()
            result.update(output)
            self.add(result=agent_pb2.TaskResult(output=result))
        except Cancelled:
            self.add(failure=common_pb2.Failure(code="CANCELLED", message="Asked to stop, or out of time."))
        except Exception as error:  # travels as data, as any failure does
            self.add(failure=common_pb2.Failure(code="INTERNAL", message=f"{type(error).__name__}: {error}"))
        finally:
            if timer:
                timer.cancel()

    def follow(self, after, context):
        """Every event after one, until the last."""
        with self.changed:
            context.add_callback(self.wake)
            while True:
                while after < len(self.events):
                    yield self.events[after]
                    after += 1
                if self.ended or not context.is_active():
                    return
                self.changed.wait()

    def wake(self):
        with self.changed:
            self.changed.notify_all()


class Agent(agent_pb2_grpc.AgentServiceServicer):
    def __init__(self):
        self.lock = threading.Lock()
        self.attempts = collections.OrderedDict()  # (run, task, attempt) → Attempt
        self.newest = collections.OrderedDict()    # (run, task) → number of the newest attempt that was started or given up
        self.epochs = collections.OrderedDict()    # run → newest epoch that was seen
        self.draining = False

    def running(self):
        with self.lock:
            return sum(not attempt.ended for attempt in self.attempts.values())

    def Describe(self, request, context):
        return agent_pb2.DescribeResponse(contract=CONTRACT)

    def Execute(self, request, context):
        attempt = self.admit(request.assignment, context)
        threading.Thread(target=attempt.run, daemon=True).start()
        yield from attempt.follow(0, context)

    def admit(self, assignment, context):
        shown = assignment.credential
        with self.lock:
            self.check_epoch(shown.run_id, shown.epoch, context)
            if (shown.run_id, shown.task_id, shown.attempt) in self.attempts:
                context.abort(grpc.StatusCode.ALREADY_EXISTS, "The attempt is known here: attach to it.")
            if shown.attempt <= self.newest.get((shown.run_id, shown.task_id), 0):
                context.abort(grpc.StatusCode.FAILED_PRECONDITION, "A newer attempt is known here, or this one was given up.")
            if self.draining or sum(not one.ended for one in self.attempts.values()) >= CONTRACT.limits.max_parallel:
                context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "No room.")
            self.mark(shown)
            attempt = self.attempts[(shown.run_id, shown.task_id, shown.attempt)] = Attempt(assignment)
            for key in [key for key, kept in self.attempts.items() if kept.ended][:-KEPT]:
                del self.attempts[key]
        attempt.add(accepted=agent_pb2.TaskAccepted())
        return attempt

    def Attach(self, request, context):
        shown = request.credential
        with self.lock:
            self.check_epoch(shown.run_id, request.epoch, context)
            attempt = self.attempts.get((shown.run_id, shown.task_id, shown.attempt))
            if attempt is None:
                self.mark(shown)  # the tombstone: it must never start here later
                context.abort(grpc.StatusCode.NOT_FOUND, "The attempt is not known here.")
        yield from attempt.follow(request.after_seq, context)

    def Acknowledge(self, request, context):
        with self.lock:
            for key in request.attempts:
                if not 0 < key.epoch < self.epochs.get(key.run_id, 0):
                    self.attempts.pop((key.run_id, key.task_id, key.attempt), None)
        return agent_pb2.AcknowledgeResponse()

    def Cancel(self, request, context):
        shown = request.credential
        with self.lock:
            self.check_epoch(shown.run_id, request.epoch, context)
            attempt = self.attempts.get((shown.run_id, shown.task_id, shown.attempt))
        was_running = attempt is not None and not attempt.ended
        if was_running:
            attempt.cancelled.set()
        return agent_pb2.CancelResponse(was_running=was_running)

    def check_epoch(self, run, epoch, context):
        if 0 < epoch < self.epochs.get(run, 0):
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, f"Epoch {epoch} of run {run} is over.")
        self.remember(self.epochs, run, epoch)

    def mark(self, shown):
        self.remember(self.newest, (shown.run_id, shown.task_id), shown.attempt)

    @staticmethod
    def remember(marks, key, value):
        marks[key] = max(value, marks.get(key, 0))
        while len(marks) > KEPT:
            marks.popitem(last=False)


class OnlyTheOrchestrator(grpc.ServerInterceptor):
    """Refuses whoever does not show the token that this process told the orchestrator when it joined."""

    def __init__(self, token):
        self.expected = f"Bearer {token}"
        self.refusal = grpc.unary_unary_rpc_method_handler(
            lambda _, context: context.abort(grpc.StatusCode.UNAUTHENTICATED, "Only the orchestrator that this agent has joined may call it."))

    def intercept_service(self, continuation, details):
        shown = dict(details.invocation_metadata).get("authorization", "")
        return continuation(details) if hmac.compare_digest(shown.encode(), self.expected.encode()) else self.refusal


def api_key():
    """The key with which this process joins, where the orchestrator demands one."""
    if os.environ.get("AGENTS_API_KEY"):
        return os.environ["AGENTS_API_KEY"].strip()
    if os.environ.get("AGENTS_API_KEY_FILE"):
        with open(os.environ["AGENTS_API_KEY_FILE"], encoding="ascii") as file:
            return file.read().strip()
    return None


class Membership:
    """Stays joined: one stream at a time, and a new one, after a pause, whenever it breaks."""

    def __init__(self, agent, url, token):
        self.agent = agent
        key = api_key()
        self.metadata = [("authorization", f"Bearer {key}")] if key else []
        self.registration = registry_pb2.Registration(
            incarnation_id=uuid.uuid4().hex, instance_name=f"wordsmith-{os.getpid()}", url=url, contract=CONTRACT, call_token=token)
        self.leave = threading.Event()
        self.interval = 1.0

    def run(self):
        pause = 0.2
        while not self.leave.is_set():
            try:
                with grpc.insecure_channel(arguments.orchestrator) as channel:
                    for response in registry_pb2_grpc.RegistryServiceStub(channel).Join(self.messages(), metadata=self.metadata):
                        self.interval = response.registered.heartbeat_interval.ToNanoseconds() / 1e9
                        pause = 0.2
                        print(f"Joined {arguments.orchestrator} as {self.registration.instance_name}, reachable at {self.registration.url}", flush=True)
            except grpc.RpcError as error:
                if error.code() in (grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED):
                    print(f"Refused: {error.details()}", file=sys.stderr, flush=True)
            self.leave.wait(pause * random.uniform(0.5, 1))
            pause = min(5, pause * 2)

    def messages(self):
        yield registry_pb2.JoinRequest(registration=self.registration)
        while not self.leave.wait(self.interval):
            yield registry_pb2.JoinRequest(heartbeat=registry_pb2.Heartbeat(
                running=self.agent.running(), capacity=CONTRACT.limits.max_parallel, healthy=True))
        yield registry_pb2.JoinRequest(leaving=registry_pb2.Leaving(reason="asked to stop"))


def main():
    agent = Agent()
    token = secrets.token_hex(32)
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(32), interceptors=[OnlyTheOrchestrator(token)])
    agent_pb2_grpc.add_AgentServiceServicer_to_server(agent, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    membership = Membership(agent, f"http://127.0.0.1:{port}", token)
    member = threading.Thread(target=membership.run, daemon=True)
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    member.start()
    stop.wait()

    # No new attempts; what runs may finish, and its results be fetched.
    agent.draining = True
    membership.leave.set()
    end = time.monotonic() + 30
    while agent.running() and time.monotonic() < end:
        time.sleep(0.1)
    server.stop(grace=2).wait()


main()
