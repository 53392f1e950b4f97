using System.Text.Json.Nodes;
using Agents.Hosting;
using Agents.Tools.Processes;

namespace Agents.Tools.BuiltIn;

/// <summary>Runs a program of the allow-list in the attempt's copy of the workspace, in the sandbox: what shell.run and test.run share.</summary>
internal sealed class AllowedProgram(ProcessRunner processes, ToolOptions options)
{
    private const int MostTold = 20;

    /// <summary>Runs it to its end.</summary>
    /// <exception cref="ToolException">It may not be run, or cannot be started.</exception>
    public async Task<ProcessOutcome> RunAsync(AllowedCall call, ToolCallContext context, CancellationToken cancellationToken)
    {
        if (!options.Allows(call.Command, call.Arguments))
            throw new ToolException(ToolException.Denied, $"args.command: '{call.Command}' with these arguments is not allowed; Tools:AllowedCommands allows {string.Join(", ", options.AllowedCommands.Select(allowed => $"'{allowed}'"))}.");
        if (call.Arguments.Any(argument => argument.Contains('\0')))
            throw ToolException.Invalid("args.args", "\\0", "must not hold a NUL");
        var seconds = Seconds(call);
        var bytes = AtMost("max_output", call.MaxOutput ?? Math.Min(256 * 1024, options.MaxOutputBytes), options.MaxOutputBytes);
        if (call.Network && !context.Grant.Has(ToolGrant.Network))
            throw new ToolException(ToolException.Denied, "args.network: 'true' needs a rule of the policy that grants \"network\" to this call.");

        var folder = call.Folder is { Length: > 0 } ? call.Folder : ".";
        context.Folder.Files.Resolve(folder, "args.folder");
        var inside = context.Folder.Writable(cancellationToken).Resolve(folder, "args.folder");
        if (!Directory.Exists(inside))
            throw ToolException.Invalid("args.folder", folder, "is not a folder");

        return await processes.RunAsync(
            new ProcessRequest(call.Command, call.Arguments, inside)
            {
                TimeLimit = TimeSpan.FromSeconds(seconds),
                MaxOutputBytes = bytes,
                Limits = options.Limits,
                Network = call.Network ? ProcessNetwork.Shared : context.Grant.Has(ToolGrant.Network) ? ProcessNetwork.NoneIfPossible : ProcessNetwork.None,
            },
            cancellationToken);
    }

    /// <summary>How long it may take.</summary>
    public int Seconds(AllowedCall call) => AtMost("time_limit", call.TimeLimit ?? Math.Min(call.UsualSeconds, options.MaxSeconds), options.MaxSeconds);

    /// <summary>Adds what the program could not see, so that nobody wonders.</summary>
    public static void Tell(ToolFolder folder, JsonObject output)
    {
        if (folder.LeftOut.Count > 0)
            output["not_copied"] = new JsonArray([.. folder.LeftOut.Take(MostTold).Select(file => new JsonObject { ["path"] = file.Path, ["reason"] = file.Reason })]);
    }

    private static int AtMost(string name, int value, int most) =>
        value <= most ? value : throw ToolException.Invalid($"args.{name}", $"{value}", $"must be a whole number from 1 to {most}");
}

/// <summary>What is to be run.</summary>
/// <param name="Command">The bare name of a program.</param>
/// <param name="Arguments">Given as they are.</param>
/// <param name="Folder">Where, relative to the workspace. Null: its root.</param>
/// <param name="TimeLimit">Seconds. Null: <paramref name="UsualSeconds"/>.</param>
/// <param name="UsualSeconds">How long it may take when nothing is said.</param>
/// <param name="MaxOutput">Bytes kept of each stream. Null: 256 KiB.</param>
/// <param name="Network">Whether it may reach the network.</param>
internal sealed record AllowedCall(string Command, IReadOnlyList<string> Arguments, string? Folder, int? TimeLimit, int UsualSeconds, int? MaxOutput, bool Network);
