using System.CommandLine;
using Cli.Display;
using Cli.Reports;
using Grpc.Core;
using Protos.V1;

namespace Cli.Commands;

/// <summary><c>agents run "REQUEST"</c>: submits, follows, and writes what came of it.</summary>
internal static class RunCommand
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    public static Command Create(CommonOptions common)
    {
        var request = new Argument<string>("request") { Description = "What is wanted, in words." };
        var playbook = new Option<string?>("--playbook") { Description = "The playbook to use. Default: chosen by the request and the workspace." };
        var workspace = new Option<string?>("--workspace") { Description = "The folder to work on: read where it is when the server can, else packed and uploaded." };
        var upload = new Option<bool>("--upload") { Description = "Pack and upload the workspace in any case. What .gitignore names and files that usually hold secrets stay here." };
        var input = new Option<string[]>("--input") { Description = "An input of the playbook, K=V; V is JSON or text. May stand several times.", Arity = ArgumentArity.ZeroOrMore };
        var output = new Option<string?>("--out") { Description = "Where report.md, report.json and report.sarif go. Default: ./out/<run id>." };
        var priority = new Option<string?>("--priority") { Description = "low, normal, high, critical, or 0 to 9." };
        var timeLimit = new Option<int>("--time-limit") { Description = "Seconds for the whole run." };
        var budget = new Option<string[]>("--budget")
        {
            Description = "What the run may use: tokens=N, cost=AMOUNT, seconds=N, attempts=N; and when_short=stop|degrade|cheaper. May stand several times.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var requestId = new Option<string?>("--request-id") { Description = "The same id is the same run." };
        var detach = new Option<bool>("--detach") { Description = "Only submit, and print the run's id." };
        var preview = new Option<bool>("--preview") { Description = "Only show the plan; nothing is started." };
        var command = new Command("run", "Starts a run and follows it to its end.")
        {
            request, playbook, workspace, upload, input, output, priority, timeLimit, budget, requestId, detach, preview,
        };
        command.SetAction((parsed, ct) => common.WithSession(parsed, async session =>
        {
            var submit = new SubmitRunRequest
            {
                Request = parsed.GetValue(request)!,
                Playbook = parsed.GetValue(playbook) ?? "",
                Priority = parsed.GetValue(priority) ?? "",
                TimeLimit = parsed.GetValue(timeLimit),
                RequestId = parsed.GetValue(requestId) ?? Guid.NewGuid().ToString("N"),
            };
            var problem = Submission.ReadInputs(parsed.GetValue(input) ?? [], submit) ?? Submission.ReadWorkspace(parsed.GetValue(workspace), submit)
                ?? Submission.ReadBudget(parsed.GetValue(budget) ?? [], submit)
                ?? ReportFiles.CheckFolder(parsed.GetValue(output), parsed.GetValue(detach));
            if (problem is null && parsed.GetValue(upload) && submit.Workspace is null)
            {
                problem = "--upload: there is nothing to upload without --workspace.";
            }

            if (problem is not null)
            {
                await session.Error.WriteLineAsync(problem);
                return ExitCodes.BadUsage;
            }

            if (parsed.GetValue(preview))
            {
                return await PreviewAsync(session, submit, parsed.GetValue(upload), ct);
            }

            var run = await WorkspaceUpload.CallAsync(session, submit, parsed.GetValue(upload), () => session.Client.SubmitRunAsync(submit, cancellationToken: ct).ResponseAsync, ct);
            if (parsed.GetValue(detach))
            {
                await session.Output.WriteLineAsync(session.Json ? Session.ToJson(run) : run.RunId);
                return ExitCodes.Completed;
            }

            return await FollowAsync(session, run.RunId, parsed.GetValue(output) ?? Path.Combine(ReportFiles.DefaultFolder, Path.GetFileName(run.RunId)), ct);
        }));
        return command;
    }

    private static async Task<int> FollowAsync(Session session, string runId, string folder, CancellationToken ct)
    {
        // The first Ctrl+C asks the server to stop the run and goes on watching for a while; the second ends this program.
        using var stop = new CancellationTokenSource();
        await using var interrupted = ct.Register(() => _ = StopAsync(session, runId, stop));
        RunResult result;
        try
        {
            result = await RunEnding.FollowAsync(session, runId, 0, asks: true, stop.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or RpcException && stop.IsCancellationRequested)
        {
            await session.Error.WriteLineAsync($"The run has not ended yet; `agents watch {runId}` follows it.");
            return ExitCodes.Failed;
        }

        var files = ReportFiles.Write(result, folder);
        return RunEnding.Tell(session, result, files);
    }

    private static async Task<int> PreviewAsync(Session session, SubmitRunRequest submit, bool upload, CancellationToken ct)
    {
        var response = await WorkspaceUpload.CallAsync(
            session, submit, upload, () => session.Insight.PreviewPlanAsync(new PreviewPlanRequest { Run = submit }, cancellationToken: ct).ResponseAsync, ct);
        if (session.Json)
        {
            session.WriteJson(response);
            return ExitCodes.Completed;
        }

        await session.Output.WriteLineAsync($"{(response.Playbook.Length > 0 ? $"playbook {response.Playbook}" : "a single task")}: {Words.Printable(response.Reason)}");
        TextTable.Write(session.Output, ["TASK", "WHO", ""], PlanTree.Rows(response.Plan));
        if (response.PlannedByAgent)
        {
            await session.Output.WriteLineAsync("A planner expands this over the workspace.");
        }

        if (response.MissingRoles.Count > 0)
        {
            await session.Output.WriteLineAsync($"Nobody is there of: {string.Join(", ", response.MissingRoles)}");
        }

        return ExitCodes.Completed;
    }

    private static async Task StopAsync(Session session, string runId, CancellationTokenSource stop)
    {
        stop.CancelAfter(s_patience);
        if (!await RunEnding.CancelAsync(session, runId, stop.Token))
        {
            await stop.CancelAsync();
        }
    }
}
