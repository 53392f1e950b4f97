using System.CommandLine;
using Agents.Workspaces;
using Cli.Commands;
using Grpc.Core;
using Transport;

namespace Cli;

/// <summary>The <c>agents</c> command.</summary>
public static class CommandLine
{
    /// <summary>Runs one command.</summary>
    /// <param name="args">What stands behind <c>agents</c>.</param>
    /// <param name="server">gRPC address to ask unless <c>--server</c> names one; null: <c>AGENTS_SERVER</c>, or http://localhost:5081.</param>
    /// <param name="cancellationToken">Stops the command.</param>
    /// <returns>See <see cref="ExitCodes"/>.</returns>
    public static Task<int> InvokeAsync(string[] args, Uri? server, CancellationToken cancellationToken) =>
        InvokeAsync(args, server, Console.Out, Console.Error, cancellationToken);

    internal static async Task<int> InvokeAsync(string[] args, Uri? server, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var common = new CommonOptions(server, output, error);
        var root = CreateRoot(common);
        var parsed = root.Parse(args);
        // What a shell asks to complete is never whole.
        if (parsed.Errors.Count > 0 && args is not [['[', 's', 'u', 'g', 'g', 'e', 's', 't', ..], ..])
        {
            foreach (var wrong in parsed.Errors)
            {
                await error.WriteLineAsync(wrong.Message);
            }

            var path = CommandTree.PathOf(parsed.CommandResult.Command);
            if (parsed.UnmatchedTokens.Count > 0 && CommandTree.Nearest(parsed.CommandResult.Command, parsed.UnmatchedTokens[0]) is { } meant)
            {
                await error.WriteLineAsync($"Did you mean `{path} {meant}`?");
            }

            await error.WriteLineAsync($"`{path} --help` shows what there is.");
            return ExitCodes.BadUsage;
        }

        return await parsed.InvokeAsync(
            new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
            cancellationToken);
    }

    /// <summary>All there is.</summary>
    internal static RootCommand CreateRoot(CommonOptions common)
    {
        var root = new RootCommand("Gives work to agents, and shows how it goes.")
        {
            RunCommand.Create(common),
            ListCommands.Runs(common),
            ShowCommand.Create(common),
            CostCommand.Create(common),
            WatchCommand.Create(common),
            CancelCommand.Create(common),
            ControlCommands.Pause(common),
            ControlCommands.Resume(common),
            ControlCommands.Guide(common),
            ControlCommands.Retry(common),
            ControlCommands.Delete(common),
            ApprovalCommands.List(common),
            ApprovalCommands.Approve(common),
            ApprovalCommands.Reject(common),
            ScheduleCommands.Create(common),
            ListCommands.Queue(common),
            MetricsCommand.Create(common),
            ListCommands.Agents(common),
            ListCommands.Tools(common),
            AuditCommands.Create(common),
            ListCommands.Playbooks(common),
            PlaybookCommands.Create(common),
            PolicyCommands.Create(common),
            KeyCommands.Create(common),
            KeyCommands.WhoAmI(common),
            LogsCommand.Create(common),
            DoctorCommand.Create(common),
            CompletionCommand.Create(common),
        };
        root.Add(common.Server);
        root.Add(common.Json);
        root.Add(common.KeyFile);
        foreach (var option in common.Transport.All)
        {
            root.Add(option);
        }

        return root;
    }
}

/// <summary>What every command has.</summary>
internal sealed class CommonOptions(Uri? server, TextWriter output, TextWriter error)
{
    public Option<string?> Server { get; } = new("--server")
    {
        Description = $"gRPC address of the orchestrator. Default: AGENTS_SERVER, or {Session.DefaultServer}.",
        Recursive = true,
    };

    public Option<bool> Json { get; } = new("--json") { Description = "Print JSON only.", Recursive = true };

    public Option<string?> KeyFile { get; } = new("--key-file")
    {
        Description = "A file with the API key. Default: AGENTS_API_KEY, or the file that AGENTS_API_KEY_FILE names.",
        Recursive = true,
    };

    /// <summary>For servers with TLS.</summary>
    public TransportOptions Transport { get; } = new();

    public TextWriter Output => output;

    public TextWriter Error => error;

    /// <summary>Does something with the server; what it refuses is explained.</summary>
    public async Task<int> WithSession(ParseResult parsed, Func<Session, Task<int>> work)
    {
        var text = parsed.GetValue(Server) ?? server?.ToString() ?? Environment.GetEnvironmentVariable("AGENTS_SERVER");
        if (!Uri.TryCreate(string.IsNullOrEmpty(text) ? Session.DefaultServer : text, UriKind.Absolute, out var address)
            || address.Scheme is not ("http" or "https"))
        {
            await error.WriteLineAsync($"--server: '{text}' is no http or https address.");
            return ExitCodes.BadUsage;
        }

        if (!TryReadKey(parsed, out var key, out var problem))
        {
            await error.WriteLineAsync(problem);
            return ExitCodes.BadUsage;
        }

        TransportCredentials credentials;
        try
        {
            credentials = new TransportCredentials(Transport.Read(parsed), TimeProvider.System);
        }
        catch (TransportException e)
        {
            await error.WriteLineAsync(e.Message);
            return ExitCodes.BadUsage;
        }

        using var session = new Session(address, credentials, parsed.GetValue(Json), output, error, key);
        try
        {
            return await work(session);
        }
        catch (RpcException e)
        {
            return session.Explain(e);
        }
        catch (WorkspaceException e)
        {
            await error.WriteLineAsync($"--workspace: {e.Message}");
            return ExitCodes.BadUsage;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Failed;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The report could not be written, or nobody reads our output any more.
            await error.WriteLineAsync(e.Message);
            return ExitCodes.Failed;
        }
    }

    private bool TryReadKey(ParseResult parsed, out string? key, out string? problem)
    {
        (key, problem) = (null, null);
        var given = parsed.GetValue(KeyFile);
        if (given is null && Environment.GetEnvironmentVariable("AGENTS_API_KEY") is { Length: > 0 } text)
        {
            key = text.Trim();
            return true;
        }

        var source = given is null ? "AGENTS_API_KEY_FILE" : "--key-file";
        if ((given ?? Environment.GetEnvironmentVariable("AGENTS_API_KEY_FILE")) is not { Length: > 0 } file)
        {
            return true;
        }

        try
        {
            key = File.ReadAllText(file).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = $"{source}: {e.Message}";
        }

        return problem is null;
    }
}
