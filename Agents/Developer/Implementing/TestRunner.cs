using System.Text.Json.Nodes;
using Agents.Hosting;
using Agents.Tools;

namespace Agents.Developer.Implementing;

/// <summary>Runs the declared command on the copy by the tool test.run.</summary>
internal sealed class TestRunner(WorkingCopy copy, IReadOnlyList<string> command, int seconds)
{
    /// <exception cref="TaskFailedException">TOOL_DENIED: it may not be run here; the message names the setting or the rule.</exception>
    public async Task<(TestRun Tests, double? Coverage)> RunAsync(CancellationToken cancellationToken)
    {
        var arguments = new JsonObject
        {
            ["command"] = command[0],
            ["args"] = new JsonArray([.. command.Skip(1).Select(word => JsonValue.Create(word))]),
            ["time_limit"] = seconds,
        };
        JsonObject output;
        try
        {
            output = await copy.CallAsync("test.run", arguments, cancellationToken);
        }
        catch (ToolException exception) when (exception is { Code: ToolException.TimedOut, Output: JsonObject counted })
        {
            output = counted;
        }
        catch (ToolException exception)
        {
            throw new TaskFailedException(exception.Code, $"The tests cannot be run: {exception.Message}", innerException: exception);
        }

        int Of(string count) => output[count]!.GetValue<int>();
        var tests = new TestRun(
            string.Join(' ', command), Of("passed"), Of("failed"), Of("skipped"), output["seconds"]!.GetValue<double>(), Of("failed") == 0 ? "" : output["output"]!.GetValue<string>());
        return (tests, output["coverage"]?.GetValue<double>());
    }
}
