using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;

namespace Agents.Tools.BuiltIn;

/// <summary>test.run: a program of the allow-list that runs tests; tells what it counted.</summary>
internal sealed class TestTools(AllowedProgram program, TimeProvider time)
{
    private const int UsualSeconds = 300;
    private const int MostOutput = 8_000;

    // Tests that fail are an answer, not a failure of the tool.
    [Tool("test.run", Description = "Runs tests with an allowed program, in a copy of the workspace, and counts: {passed, failed, skipped, coverage, seconds, exit_code, output}. Output without counts is one test. Tests that fail are an answer.", Risk = ToolRisk.High)]
    public async Task<JsonObject> RunAsync(
        [Description("Bare name of the program.")] string command,
        ToolCallContext call,
        CancellationToken cancellationToken,
        [Description("Given as they are.")] IReadOnlyList<string>? args = null,
        [Description("Where it runs, relative to the workspace.")] string? folder = null,
        [Description("Seconds. Default: 300."), Range(1, 86_400)] int? timeLimit = null,
        [Description("Whether it may reach the network; policy must grant it.")] bool network = false)
    {
        var asked = new AllowedCall(command, args ?? [], folder, timeLimit, UsualSeconds, null, network);
        var started = time.GetTimestamp();
        var outcome = await program.RunAsync(asked, call, cancellationToken);
        var said = $"{outcome.Output}\n{outcome.Error}";
        var report = TestReport.Read(said);
        var isWell = !outcome.TimedOut && outcome.ExitCode == 0;
        var ending = outcome.TimedOut ? $"'{command}' was killed after its time limit of {program.Seconds(asked)} s." : isWell ? "" : $"'{command}' ended with exit code {outcome.ExitCode}.";
        var output = new JsonObject
        {
            ["passed"] = report.Passed ?? (isWell ? 1 : 0),
            // It did not end well, whatever it counted.
            ["failed"] = isWell ? report.Failed : Math.Max(1, report.Failed),
            ["skipped"] = report.Skipped,
            ["coverage"] = report.Coverage,
            ["seconds"] = Math.Round(time.GetElapsedTime(started).TotalSeconds, 2),
            ["exit_code"] = outcome.TimedOut ? null : outcome.ExitCode,
            ["output"] = End($"{ending}\n{said.Trim()}".Trim()),
        };
        AllowedProgram.Tell(call.Folder, output);
        return outcome.TimedOut ? throw new ToolException(ToolException.TimedOut, ending, output) : output;
    }

    private static string End(string text) => text.Length <= MostOutput ? text : string.Concat("…", text.AsSpan(text.Length - MostOutput));
}
