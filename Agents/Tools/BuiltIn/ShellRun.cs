using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Agents.Tools.Processes;

namespace Agents.Tools.BuiltIn;

/// <summary>
/// shell.run: one program of the allow-list, with its arguments as they are. There is no shell: no pipes, no variables,
/// no wildcards. It runs in the attempt's copy of the workspace, in the sandbox of <see cref="Sandbox"/>.
/// </summary>
internal sealed class ShellRun(AllowedProgram program)
{
    [Tool("shell.run", Description = "Runs an allowed program without a shell, in a copy of the workspace: {exit_code, stdout, stderr, truncated}; not_copied: files that the program could not see.", Risk = ToolRisk.High)]
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
        var asked = new AllowedCall(command, args ?? [], folder, timeLimit, 60, maxOutput, network);
        var outcome = await program.RunAsync(asked, call, cancellationToken);
        var output = new JsonObject { ["exit_code"] = outcome.TimedOut ? null : outcome.ExitCode, ["stdout"] = outcome.Output, ["stderr"] = outcome.Error, ["truncated"] = outcome.Truncated };
        AllowedProgram.Tell(call.Folder, output);
        if (outcome.TimedOut)
            throw new ToolException(ToolException.TimedOut, $"'{command}' was killed after its time limit of {program.Seconds(asked)} s.", output);
        return outcome.ExitCode == 0 ? output : throw new ToolException(ToolException.Failed, $"'{command}' ended with exit code {outcome.ExitCode}.", output);
    }
}
