using System.Text.Json.Nodes;
using Agents.Hosting;
using Agents.Tools;

namespace Agents.Developer.Implementing;

/// <summary>Runs the declared command on the copy, and counts.</summary>
internal sealed class TestRunner(WorkingCopy copy, IReadOnlyList<string> command, int seconds, TimeProvider time)
{
    private const int MostOutput = 8_000;

    /// <exception cref="TaskFailedException">TOOL_DENIED: it may not be run here; the message names the setting or the rule.</exception>
    public async Task<(TestRun Tests, double? Coverage)> RunAsync(CancellationToken cancellationToken)
    {
        var arguments = new JsonObject
        {
            ["command"] = command[0],
            ["args"] = new JsonArray([.. command.Skip(1).Select(word => JsonValue.Create(word))]),
            ["time_limit"] = seconds,
        };
        var started = time.GetTimestamp();
        JsonObject? output;
        var failure = "";
        try
        {
            output = await copy.CallAsync("shell.run", arguments, cancellationToken);
        }
        catch (ToolException exception) when (exception.Code is ToolException.Failed or ToolException.TimedOut && exception.Output is JsonObject)
        {
            (output, failure) = ((JsonObject)exception.Output!, exception.Message);
        }
        catch (ToolException exception)
        {
            throw new TaskFailedException(exception.Code, $"The tests cannot be run: {exception.Message}", innerException: exception);
        }

        var said = $"{output["stdout"]?.GetValue<string>()}\n{output["stderr"]?.GetValue<string>()}";
        var report = TestReport.Read(said);
        var (passed, failed) = failure.Length == 0
            ? (report.Passed ?? 1, report.Failed)
            : (report.Passed ?? 0, Math.Max(1, report.Failed)); // it did not end well, whatever it counted
        var tests = new TestRun(
            string.Join(' ', command), passed, failed, report.Skipped, Math.Round(time.GetElapsedTime(started).TotalSeconds, 2), failed == 0 ? "" : $"{failure}\n{End(said.Trim())}".Trim());
        return (tests, report.Coverage);
    }

    private static string End(string text) => text.Length <= MostOutput ? text : string.Concat("…", text.AsSpan(text.Length - MostOutput));
}
