using System.Text.Json.Nodes;
using Agents.Executor.Processes;
using Agents.Workspaces;

namespace Agents.Executor.Tools;

/// <summary>
/// <c>shell.run {command, args?, folder?, time_limit?, max_output?}</c> → <c>{exit_code, stdout, stderr, truncated}</c>: one
/// program of the allow-list, with its arguments as they are. There is no shell: no pipes, no variables, no wildcards.
/// </summary>
internal sealed class ShellRun(ProcessRunner processes, ExecutorOptions options) : ITool
{
    public string Name => "shell.run";

    public IReadOnlyList<string> Arguments { get; } = ["command", "args", "folder", "time_limit", "max_output"];

    public async Task<JsonObject> RunAsync(ToolArguments args, Workspace workspace, CancellationToken cancellationToken)
    {
        var command = args.RequiredText("command");
        var arguments = args.Texts("args");
        if (!options.Allows(command, arguments))
            throw new ToolException(ToolException.Denied, $"args.command: '{command}' with these arguments is not allowed; Executor:AllowedCommands allows {string.Join(", ", options.AllowedCommands.Select(allowed => $"'{allowed}'"))}.");
        if (arguments.Any(argument => argument.Contains('\0')))
            throw ToolException.Invalid("args.args", "\\0", "must not hold a NUL");
        var folder = workspace.Resolve(args.Text("folder") is { Length: > 0 } given ? given : ".", "args.folder");
        if (!Directory.Exists(folder))
            throw ToolException.Invalid("args.folder", args.Text("folder"), "is not a folder");

        var seconds = args.Whole("time_limit", Math.Min(60, options.MaxSeconds), 1, options.MaxSeconds);
        var outcome = await processes.RunAsync(
            new ProcessRequest(command, arguments, folder)
            {
                TimeLimit = TimeSpan.FromSeconds(seconds),
                MaxOutputBytes = args.Whole("max_output", Math.Min(256 * 1024, options.MaxOutputBytes), 1, options.MaxOutputBytes),
            },
            cancellationToken);
        var output = new JsonObject { ["exit_code"] = outcome.TimedOut ? null : outcome.ExitCode, ["stdout"] = outcome.Output, ["stderr"] = outcome.Error, ["truncated"] = outcome.Truncated };
        if (outcome.TimedOut)
            throw new ToolException(ToolException.TimedOut, $"'{command}' was killed after its time limit of {seconds} s.", output);
        return outcome.ExitCode == 0 ? output : throw new ToolException(ToolException.Failed, $"'{command}' ended with exit code {outcome.ExitCode}.", output);
    }
}
