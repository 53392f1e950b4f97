using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Text;

namespace AppHost;

/// <summary>What the user asked for.</summary>
internal sealed record Arguments
{
    /// <summary>What a request may have at most, in bytes of UTF-8.</summary>
    private const int LongestRequest = 64 * 1024;

    /// <summary>The command line's arguments, where a request is to be run; null to stay up.</summary>
    public string[]? Client { get; private init; }

    /// <summary>The builder's arguments, where the application is to be written down for a cluster; null to run it.</summary>
    public string[]? Publish { get; private init; }

    /// <summary>The folder that runs may work on.</summary>
    public required string Workspace { get; init; }

    /// <summary>embedded or redis; null decides by what is there.</summary>
    public string? Store { get; private init; }

    /// <summary>The port of REST and console; null is 5080, or a free one where a request is run.</summary>
    public int? HttpPort { get; private init; }

    /// <summary>The port of gRPC; null is 5081, or a free one where a request is run.</summary>
    public int? GrpcPort { get; private init; }

    /// <summary>Whether there is a dashboard, where the application stays up.</summary>
    public bool Dashboard { get; private init; }

    /// <summary>The port of the dashboard; null is 18888, or a free one where that is taken.</summary>
    public int? DashboardPort { get; private init; }

    /// <summary>The number of running copies of every agent.</summary>
    public int Instances { get; private init; } = 1;

    /// <summary>The folder of data and logs.</summary>
    public required string Data { get; init; }

    /// <summary>Reads the arguments. Says on standard error what is wrong with them, or helps on standard output.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="exitCode">The exit code, where there is nothing to start.</param>
    /// <returns>What was asked for; null where there is nothing to start.</returns>
    public static Arguments? Parse(string[] args, out int exitCode)
    {
        // The official form, with whatever else the official tools say.
        if (Array.IndexOf(args, "--operation") is >= 0 and var at && at + 1 < args.Length && args[at + 1] == "publish")
        {
            exitCode = 0;
            return new Arguments { Publish = args, Workspace = "", Data = "" };
        }

        var options = new Options();
        // A request may begin with @: it names no file.
        var result = options.Root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        exitCode = 0;
        if (result.Action is HelpAction)
        {
            exitCode = result.Invoke();
            return null;
        }

        if (result.Errors.Count > 0)
        {
            foreach (var error in result.Errors)
                Console.Error.WriteLine($"error: {error.Message}");
            Console.Error.WriteLine("Try --help.");
            exitCode = 2;
            return null;
        }

        if (result.CommandResult.Command == options.Publish)
            return new Arguments { Publish = ["--operation", "publish", "--step", "publish", "--output-path", Path.GetFullPath(result.GetValue(options.OutputPath)!)], Workspace = "", Data = "" };

        var running = result.CommandResult.Command == options.Run;
        var workspace = Path.GetFullPath(result.GetValue(options.Workspace) ?? ".");
        return new Arguments
        {
            Client = running ? options.ForClient(result) : null,
            Workspace = workspace,
            Store = result.GetValue(options.Store),
            HttpPort = result.GetValue(options.HttpPort),
            GrpcPort = result.GetValue(options.GrpcPort),
            Dashboard = !result.GetValue(options.NoDashboard),
            DashboardPort = result.GetValue(options.DashboardPort),
            Instances = result.GetValue(options.Instances),
            Data = Path.GetFullPath(result.GetValue(options.Data)!),
        };
    }

    private sealed class Options
    {
        public Options()
        {
            Store.AcceptOnlyFromAmong("embedded", "redis");
            foreach (var port in (Option<int?>[])[HttpPort, GrpcPort, DashboardPort])
                port.Validators.Add(r => Check(r, r.GetValueOrDefault<int?>() is null or (>= 1 and <= 65535), $"{port.Name} is a number from 1 to 65535"));
            Instances.Validators.Add(r => Check(r, r.GetValueOrDefault<int>() is >= 1 and <= 16, "--instances is a number from 1 to 16"));
            Workspace.Validators.Add(r => Check(r, IsReadable(r.Tokens[^1].Value, out var why), $"--workspace {r.Tokens[^1].Value}: {why}"));
            Inputs.Validators.Add(r =>
            {
                foreach (var token in r.Tokens)
                    Check(r, token.Value.IndexOf('=', StringComparison.Ordinal) > 0, $"--input {token.Value} is not KEY=VALUE");
            });
            Request.Validators.Add(r =>
            {
                var text = r.Tokens.Count == 0 ? "" : r.Tokens[0].Value;
                Check(r, !string.IsNullOrWhiteSpace(text), "REQUEST is empty: say what is wanted");
                Check(r, Encoding.UTF8.GetByteCount(text) <= LongestRequest, $"REQUEST is longer than {LongestRequest} bytes: put long material into the workspace");
            });
            Run.Arguments.Add(Request);
            foreach (var option in (Option[])[Playbook, Inputs, Output, Json])
                Run.Options.Add(option);
            foreach (var option in (Option[])[Workspace, Store, HttpPort, GrpcPort, Instances, Data, DashboardPort, NoDashboard])
                Root.Options.Add(option);
            Root.Options.Remove(Root.Options.OfType<VersionOption>().Single());
            Publish.Options.Add(OutputPath);
            Root.Subcommands.Add(Run);
            Root.Subcommands.Add(Publish);
            Root.SetAction(_ => 0);
            Run.SetAction(_ => 0);
            Publish.SetAction(_ => 0);
        }

        public RootCommand Root { get; } = new("Starts the orchestrator and its agents, and stays up until Ctrl+C.");

        public Command Run { get; } = new("run", "Starts everything, runs one request, stops everything. Exit code: 0 completed, 1 failed, 2 bad usage.");

        public Command Publish { get; } = new("publish", "Writes the Helm chart of the application for Kubernetes, and starts nothing.");

        public Option<string?> OutputPath { get; } = new("--output-path", "-o") { Description = "The folder of the chart.", HelpName = "DIR", DefaultValueFactory = _ => "deploy" };

        public Option<string?> Workspace { get; } = new("--workspace") { Description = "The folder to work on. Without it a run works on no files; runs of other clients may use the current folder.", HelpName = "DIR", Recursive = true };

        public Option<string?> Store { get; } = new("--store") { Description = "embedded or redis. Default: redis where redis-server or a container engine is there.", Recursive = true };

        public Option<int?> HttpPort { get; } = new("--http-port") { Description = "The port of REST and console. Default: 5080, or a free one for a run.", HelpName = "PORT", Recursive = true };

        public Option<int?> GrpcPort { get; } = new("--grpc-port") { Description = "The port of gRPC. Default: 5081, or a free one for a run.", HelpName = "PORT", Recursive = true };

        public Option<int?> DashboardPort { get; } = new("--dashboard-port") { Description = "The port of the dashboard: resources, logs, traces. Default: 18888, or a free one where that is taken.", HelpName = "PORT" };

        public Option<bool> NoDashboard { get; } = new("--no-dashboard") { Description = "No dashboard, and nothing is traced." };

        public Option<int> Instances { get; } = new("--instances") { Description = "Running copies of every agent.", HelpName = "N", DefaultValueFactory = _ => 1, Recursive = true };

        public Option<string?> Data { get; } = new("--data") { Description = "The folder of data and logs.", HelpName = "DIR", DefaultValueFactory = _ => ".agents", Recursive = true };

        private Argument<string> Request { get; } = new("REQUEST") { Description = "What is wanted, in words." };

        private Option<string?> Playbook { get; } = new("--playbook") { Description = "The playbook. Default: chosen by the request.", HelpName = "NAME" };

        private Option<string[]> Inputs { get; } = new("--input") { Description = "An input of the playbook; may be repeated.", HelpName = "KEY=VALUE" };

        private Option<string?> Output { get; } = new("--out") { Description = "The folder of the report. Default: ./out/RUN.", HelpName = "DIR" };

        private Option<bool> Json { get; } = new("--json") { Description = "Says what happens as JSON lines." };

        /// <summary>The same for the command line's own parser.</summary>
        public string[] ForClient(ParseResult result)
        {
            List<string> args = ["run"];
            if (result.GetValue(Workspace) is { } workspace)
                args.AddRange(["--workspace", Path.GetFullPath(workspace)]);
            if (result.GetValue(Playbook) is { } playbook)
                args.AddRange(["--playbook", playbook]);
            foreach (var input in result.GetValue(Inputs) ?? [])
                args.AddRange(["--input", input]);
            if (result.GetValue(Output) is { } output)
                args.AddRange(["--out", Path.GetFullPath(output)]);
            if (result.GetValue(Json))
                args.Add("--json");
            // Last and after --, so that a request may begin with a hyphen.
            return [.. args, "--", result.GetRequiredValue(Request)];
        }

        private static void Check(SymbolResult result, bool holds, string rule)
        {
            if (!holds)
                result.AddError($"{rule}.");
        }

        private static bool IsReadable(string folder, out string why)
        {
            why = File.Exists(folder) ? "this is a file, not a folder" : "there is no such folder";
            if (!Directory.Exists(folder))
                return false;
            try
            {
                using var entries = Directory.EnumerateFileSystemEntries(folder).GetEnumerator();
                _ = entries.MoveNext();
                return true;
            }
            catch (Exception error) when (error is UnauthorizedAccessException or IOException)
            {
                why = "this folder cannot be read";
                return false;
            }
        }
    }
}
