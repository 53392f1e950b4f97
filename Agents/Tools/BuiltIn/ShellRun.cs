using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Agents.Hosting;
using Agents.Tools.Processes;

namespace Agents.Tools.BuiltIn;

/// <summary>
/// shell.run: one program of the allow-list, with its arguments as they are. There is no shell: no pipes, no variables,
/// no wildcards. It runs in the attempt's copy of the workspace, in the sandbox of <see cref="Sandbox"/>.
/// </summary>
internal sealed class ShellRun(ProcessRunner processes, ToolOptions options)
{
    [Tool("shell.run", Description = "Runs an allowed program without a shell, in a copy of the workspace: {exit_code, stdout, stderr, truncated}.", Risk = ToolRisk.High)]
    public async Task<JsonObject> RunAsync(
        [Description("Bare name of the program.")] string command,
        ToolCallContext call,
        CancellationToken cancellationToken,
        [Description("Given as they are.")] IReadOnlyList<string>? args = null,
        [Description("Where it runs, relative to the workspace.")] string? folder = null,
        [Description("Seconds. Default: 60."), Range(1, 86_400)] int? timeLimit = null,
        [Description("Bytes kept of each output stream."), Range(1, 4 * 1024 * 1024)] int? maxOutput = null,
        [Description("Whether it may reach the network; policy must grant it.")] bool network = false)
    {
        var arguments = args ?? [];
        if (!options.Allows(command, arguments))
            throw new ToolException(ToolException.Denied, $"args.command: '{command}' with these arguments is not allowed; Tools:AllowedCommands allows {string.Join(", ", options.AllowedCommands.Select(allowed => $"'{allowed}'"))}.");
        if (arguments.Any(argument => argument.Contains('\0')))
            throw ToolException.Invalid("args.args", "\\0", "must not hold a NUL");
        var seconds = AtMost("time_limit", timeLimit ?? Math.Min(60, options.MaxSeconds), options.MaxSeconds);
        var bytes = AtMost("max_output", maxOutput ?? Math.Min(256 * 1024, options.MaxOutputBytes), options.MaxOutputBytes);
        if (network && !call.Grant.Has(ToolGrant.Network))
            throw new ToolException(ToolException.Denied, "args.network: 'true' needs a rule of the policy that grants \"network\" to this call.");

        call.Folder.Files.Resolve(folder is { Length: > 0 } ? folder : ".", "args.folder");
        var inside = call.Folder.Writable(cancellationToken).Resolve(folder is { Length: > 0 } ? folder : ".", "args.folder");
        if (!Directory.Exists(inside))
            throw ToolException.Invalid("args.folder", folder, "is not a folder");

        var outcome = await processes.RunAsync(
            new ProcessRequest(command, arguments, inside)
            {
                TimeLimit = TimeSpan.FromSeconds(seconds),
                MaxOutputBytes = bytes,
                Limits = options.Limits,
                Network = network ? ProcessNetwork.Shared : call.Grant.Has(ToolGrant.Network) ? ProcessNetwork.NoneIfPossible : ProcessNetwork.None,
            },
            cancellationToken);
        var output = new JsonObject { ["exit_code"] = outcome.TimedOut ? null : outcome.ExitCode, ["stdout"] = outcome.Output, ["stderr"] = outcome.Error, ["truncated"] = outcome.Truncated };
        if (outcome.TimedOut)
            throw new ToolException(ToolException.TimedOut, $"'{command}' was killed after its time limit of {seconds} s.", output);
        return outcome.ExitCode == 0 ? output : throw new ToolException(ToolException.Failed, $"'{command}' ended with exit code {outcome.ExitCode}.", output);
    }

    private static int AtMost(string name, int value, int most) =>
        value <= most ? value : throw ToolException.Invalid($"args.{name}", $"{value}", $"must be a whole number from 1 to {most}");
}
