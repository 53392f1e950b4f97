"""A stock gRPC client: submits a run and watches it to the end. Prints a JSON line for each event's kind and version."""
import json
import os
import subprocess
import sys
import tempfile

protos, server, workspace, request = sys.argv[1:5]
generated = tempfile.mkdtemp()
subprocess.check_call([
    sys.executable, "-m", "grpc_tools.protoc", "-I", protos, "-I", "/usr/include",
    "--python_out", generated, "--grpc_python_out", generated,
    *[os.path.join("agents/v1", name) for name in sorted(os.listdir(os.path.join(protos, "agents/v1")))],
], cwd=protos)
sys.path.insert(0, generated)

import grpc  # noqa: E402
from agents.v1 import common_pb2, orchestrator_pb2, orchestrator_pb2_grpc  # noqa: E402

with grpc.insecure_channel(server) as channel:
    orchestrator = orchestrator_pb2_grpc.OrchestratorServiceStub(channel)
    run = orchestrator.SubmitRun(orchestrator_pb2.SubmitRunRequest(
        request=request, workspace=common_pb2.Workspace(path=workspace)))
    print(json.dumps({"run_id": run.run_id}), flush=True)
    for response in orchestrator.WatchRun(orchestrator_pb2.WatchRunRequest(run_id=run.run_id)):
        event = response.event
        line = {"version": event.version, "kind": event.WhichOneof("body")}
        if line["kind"] == "task_started":
            line.update(task=event.task_started.task_id, instance=event.task_started.instance_name)
        print(json.dumps(line), flush=True)
    result = orchestrator.GetRunResult(orchestrator_pb2.GetRunResultRequest(run_id=run.run_id)).result
    print(json.dumps({"status": common_pb2.State.Name(result.status), "findings": len(result.output["findings"]) if "findings" in result.output.fields else 0}), flush=True)
