using System.CommandLine;
using System.Text.Json;
using Cli.Display;
using Cli.Reports;
using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Cli.Commands;

/// <summary><c>agents run "REQUEST"</c>: submits, follows, and writes what came of it.</summary>
internal static class RunCommand
{
    public static Command Create(CommonOptions common)
    {
        var request = new Argument<string>("request") { Description = "What is wanted, in words." };
        var playbook = new Option<string?>("--playbook") { Description = "The playbook to use. Default: chosen by the request and the workspace." };
        var workspace = new Option<string?>("--workspace") { Description = "The folder to work on." };
        var input = new Option<string[]>("--input") { Description = "An input of the playbook, K=V; V is JSON or text. May stand several times.", Arity = ArgumentArity.ZeroOrMore };
        var output = new Option<string?>("--out") { Description = "Where report.md, report.json and report.sarif go. Default: ./out/<run id>." };
        var priority = new Option<string?>("--priority") { Description = "low, normal, high, critical, or 0 to 9." };
        var timeLimit = new Option<int>("--time-limit") { Description = "Seconds for the whole run." };
        var requestId = new Option<string?>("--request-id") { Description = "The same id is the same run." };
        var detach = new Option<bool>("--detach") { Description = "Only submit, and print the run's id." };
        var command = new Command("run", "Starts a run and follows it to its end.")
        {
            request, playbook, workspace, input, output, priority, timeLimit, requestId, detach,
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
            var problem = ReadInputs(parsed.GetValue(input) ?? [], submit) ?? ReadWorkspace(parsed.GetValue(workspace), submit)
                ?? ReportFiles.CheckFolder(parsed.GetValue(output));
            if (problem is not null)
            {
                await session.Error.WriteLineAsync(problem);
                return ExitCodes.BadUsage;
            }

            var run = await session.Client.SubmitRunAsync(submit, cancellationToken: ct);
            if (parsed.GetValue(detach))
            {
                await session.Output.WriteLineAsync(session.Json ? Session.ToJson(run) : run.RunId);
                return ExitCodes.Completed;
            }

            return await FollowAsync(session, run.RunId, parsed.GetValue(output), ct);
        }));
        return command;
    }

    private static async Task<int> FollowAsync(Session session, string runId, string? folder, CancellationToken ct)
    {
        // The first Ctrl+C asks the server to stop the run and goes on watching; the second one ends this program.
        using var stop = new CancellationTokenSource();
        await using var interrupted = ct.Register(() => _ = CancelAsync(session, runId, stop));
        await using (var display = RunDisplay.For(session))
        {
            await foreach (var e in RunFollower.FollowAsync(session, runId, 0, stop.Token))
            {
                display.Show(e);
            }
        }

        var response = await session.Client.GetRunResultAsync(new GetRunResultRequest { RunId = runId }, cancellationToken: stop.Token);
        var files = ReportFiles.Write(response.Result, folder ?? Path.Combine("out", runId));
        if (session.Json)
        {
            session.WriteJson(response.Result);
        }
        else
        {
            RunSummaryText.Write(session.Output, response.Result, files);
        }

        return response.Result.Status == State.Completed ? ExitCodes.Completed : ExitCodes.Failed;
    }

    private static async Task CancelAsync(Session session, string runId, CancellationTokenSource stop)
    {
        stop.CancelAfter(TimeSpan.FromSeconds(10));
        await session.Error.WriteLineAsync("Cancelling the run …");
        try
        {
            await session.Client.CancelRunAsync(new CancelRunRequest { RunId = runId, Reason = "interrupted at the command line" }, cancellationToken: stop.Token);
        }
        catch (Grpc.Core.RpcException e)
        {
            await session.Error.WriteLineAsync($"It could not be cancelled: {e.Status.Detail}");
            await stop.CancelAsync();
        }
    }

    private static string? ReadInputs(string[] inputs, SubmitRunRequest submit)
    {
        submit.Inputs = new Struct();
        foreach (var text in inputs)
        {
            var equals = text.IndexOf('=');
            if (equals < 1)
            {
                return $"--input: '{text}' is not K=V.";
            }

            submit.Inputs.Fields[text[..equals]] = ReadValue(text[(equals + 1)..]);
        }

        return null;
    }

    private static Value ReadValue(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.String ? Value.ForString(document.RootElement.GetString()!) : Value.Parser.ParseJson(text);
        }
        catch (JsonException)
        {
            return Value.ForString(text);
        }
    }

    private static string? ReadWorkspace(string? folder, SubmitRunRequest submit)
    {
        if (folder is null)
        {
            return null;
        }

        if (!Directory.Exists(folder))
        {
            return $"--workspace: '{folder}' is no folder.";
        }

        try
        {
            _ = Directory.EnumerateFileSystemEntries(folder).FirstOrDefault();
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            return $"--workspace: '{folder}' cannot be read: {e.Message}";
        }

        submit.Workspace = new Workspace { Path = Path.GetFullPath(folder) };
        return null;
    }
}
