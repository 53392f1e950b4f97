using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Agents.Hosting;
using Agents.Tools;
using Agents.Workspaces;

namespace Agents.Executor.Chains;

/// <summary>Asks whether a call may be made, makes it, and records it.</summary>
internal delegate Task<JsonObject> ToolGate(string tool, JsonObject args, CancellationToken cancellationToken);

/// <summary>Runs chains. Everything that can be known to be wrong before the first step is found before the first step.</summary>
internal sealed partial class ChainRunner(ToolRegistry tools, TimeProvider time)
{
    /// <summary>Runs one.</summary>
    /// <param name="input">The steps.</param>
    /// <param name="gate">Makes every call.</param>
    /// <param name="progress">Told before each step: fraction and what is done now.</param>
    /// <param name="cancellationToken">Stops the running tool.</param>
    /// <exception cref="ToolException">INVALID_INPUT: the chain itself is wrong; nothing was run.</exception>
    public async Task<ChainOutput> RunAsync(ChainInput input, ToolGate gate, Func<double, string, Task> progress, CancellationToken cancellationToken)
    {
        var ids = Check(input);
        var outcomes = new List<StepOutcome>();
        var known = new Dictionary<string, JsonObject>();
        string? stoppedBy = null;
        for (var i = 0; i < ids.Count; i++)
        {
            var step = input.Steps[i];
            cancellationToken.ThrowIfCancellationRequested();
            if (stoppedBy is not null)
            {
                outcomes.Add(new StepOutcome(ids[i], step.Tool, false, 0, null, new StepError("NOT_RUN", $"Not run: step '{stoppedBy}' failed.")));
                continue;
            }

            await progress((double)i / ids.Count, $"{i + 1} of {ids.Count}: {step.Tool} ({ids[i]})");
            var outcome = await RunStepAsync(ids[i], step, gate, known, cancellationToken);
            outcomes.Add(outcome);
            known[ids[i]] = new JsonObject { ["ok"] = outcome.Ok, ["output"] = outcome.Output?.DeepClone(), ["error"] = outcome.Error?.Message };
            if (!outcome.Ok && !step.ContinueOnError)
                stoppedBy = ids[i];
        }

        return new ChainOutput(outcomes.All(outcome => outcome.Ok), outcomes);
    }

    private async Task<StepOutcome> RunStepAsync(string id, ChainStep step, ToolGate gate, Dictionary<string, JsonObject> known, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        StepOutcome Ended(bool ok, JsonNode? output, StepError? error) => new(id, step.Tool, ok, (long)time.GetElapsedTime(started).TotalMilliseconds, output, error);
        try
        {
            var args = (JsonObject)StepReferences.Fill(step.Args ?? [], known)!;
            var output = await gate(step.Tool, args, cancellationToken);
            return Ended(true, output, null);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (ToolException exception)
        {
            return Ended(false, exception.Output, new StepError(exception.Code, exception.Message));
        }
        catch (WorkspaceException exception)
        {
            return Ended(false, null, new StepError(exception.Code, exception.Message));
        }
        catch (TaskFailedException exception)
        {
            return Ended(false, null, new StepError(exception.Code, exception.Message));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or RegexMatchTimeoutException)
        {
            return Ended(false, null, new StepError(ToolException.Failed, exception.Message));
        }
    }

    private List<string> Check(ChainInput input)
    {
        if (input.Steps.Count is < 1 or > 100)
            throw ToolException.Invalid("steps", $"{input.Steps.Count}", "must be 1 to 100 steps");
        var ids = new List<string>();
        for (var i = 0; i < input.Steps.Count; i++)
        {
            var step = input.Steps[i];
            var where = $"steps[{i}]";
            var id = string.IsNullOrEmpty(step.Id) ? $"step{i + 1}" : step.Id;
            if (!StepId().IsMatch(id))
                throw ToolException.Invalid($"{where}.id", id, "must be 1 to 64 letters, digits, _ and -");
            if (ids.Contains(id))
                throw ToolException.Invalid($"{where}.id", id, "is used twice");
            if (tools.Find(step.Tool) is not { } tool)
                throw ToolException.Invalid($"{where}.tool", step.Tool, $"is not a tool; there are {string.Join(", ", tools.Names)}");
            // Tools of others may take arguments that they do not name.
            var schema = tool.Declaration.InputSchema;
            var known = schema["properties"] as JsonObject ?? [];
            var isOpen = schema["additionalProperties"] is not JsonValue more || !more.TryGetValue<bool>(out var others) || others;
            foreach (var (name, _) in step.Args ?? [])
            {
                if (!isOpen && !known.ContainsKey(name))
                    throw ToolException.Invalid($"{where}.args", name, $"is not an argument of {step.Tool}; there are {string.Join(", ", known.Select(argument => argument.Key))}");
            }

            foreach (var (target, reference) in StepReferences.In(step.Args))
            {
                if (!ids.Contains(target))
                    throw ToolException.Invalid($"{where}.args", reference, "does not refer to an earlier step");
            }

            ids.Add(id);
        }

        return ids;
    }

    [GeneratedRegex("^[A-Za-z0-9_-]{1,64}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StepId();
}
