using Google.Protobuf.WellKnownTypes;
using Orchestrator.Processing;
using Orchestrator.Runs;
using Protos.V1;

namespace Orchestrator.Dispatch;

/// <summary>What a closed attempt tells its run, and what that says of the instance.</summary>
internal static class AttemptOutcome
{
    /// <summary>Checks and reports a result, now or in a while, then leaves.</summary>
    public static void Succeed(AttemptRun attempt, long seq, TaskResult result)
    {
        var output = result.Output ?? new Struct();
        var isSmall = attempt.Inline || output.CalculateSize() <= attempt.Services.Options.InlineBytes;
        if (isSmall && OutputRules.OutputIsFine(attempt.Assignment, attempt.Instance!, output))
        {
            Succeeded(attempt, seq, result, output, null);
        }
        else
        {
            // The whole check, and storing, take far longer than the rest, and other attempts of the stream wait for this method.
            _ = CheckAsync(attempt, seq, result, output, isSmall);
        }
    }

    /// <summary>Reports a failure.</summary>
    /// <param name="health">What a health check of the instance found; empty: none was made.</param>
    public static void Fail(AttemptRun attempt, Failure failure, string health = "")
    {
        var (services, instance) = (attempt.Services, attempt.Instance);
        attempt.MarkFailed(failure);
        DispatchLog.AttemptFailed(services.Logger, attempt.RunId, attempt.TaskId, attempt.Attempt, attempt.InstanceName, failure.Code, failure.Message);
        if (failure.Code == FailureCodes.InstanceLost && health.Length == 0)
        {
            health = instance is null || instance.IsGone ? "gone from the registry" : "still in the registry";
        }

        if (failure.Code is FailureCodes.InstanceFull or FailureCodes.InstanceRefused)
        {
            DispatchMeters.Refused(attempt.Assignment.ToAgent, failure.Code);
        }

        if (failure.Code == FailureCodes.InstanceFull)
        {
            instance!.Use.MarkFull();
        }
        else if (instance is not null)
        {
            services.Registry.Failed(instance, failure.Code);
        }

        attempt.Run.Post(new RunInput.Fail(attempt.TaskId, attempt.Attempt, failure, health));
    }

    private static async Task CheckAsync(AttemptRun attempt, long seq, TaskResult result, Struct output, bool isSmall)
    {
        await Task.Yield();
        var services = attempt.Services;
        try
        {
            if (OutputRules.OutputViolations(attempt.Assignment, attempt.Instance!, output, result.Artifacts) is { Count: > 0 } violations)
            {
                Fail(attempt, OutputRules.Invalid(violations));
                attempt.Leave();
                return;
            }

            ArtifactRef? reference = null;
            var (extract, tokens) = ("", 0);
            if (!isSmall)
            {
                if (attempt.HasWindows)
                {
                    (extract, tokens) = Runs.Windows.Keep(output, attempt.Assignment.Task?.Description ?? "");
                }

                await services.Quota.LeftAsync(attempt.Tenant, output.CalculateSize(), CancellationToken.None);
                reference = await OutputRules.StoreAsync(services.Artifacts, attempt.Tenant, $"{attempt.TaskId}.json", output, CancellationToken.None);
                services.Quota.Added(attempt.Tenant, reference.Size);
                output = OutputRules.Keep(output, attempt.NeededFields);
            }

            Succeeded(attempt, seq, result, output, reference, extract, tokens);
        }
        catch (RequestRefusedException full)
        {
            Fail(attempt, AttemptFailures.NoRoom(full));
            attempt.Leave();
        }
        catch (Exception e)
        {
            DispatchLog.RunnerBroke(services.Logger, attempt.RunId, attempt.TaskId, e);
            Fail(attempt, AttemptFailures.Internal(e));
            attempt.Leave();
        }
    }

    private static void Succeeded(AttemptRun attempt, long seq, TaskResult result, Struct output, ArtifactRef? reference, string extract = "", int tokens = 0)
    {
        attempt.Run.Post(new RunInput.Succeed(attempt.TaskId, attempt.Attempt, output, reference, result.Artifacts, result.Usage, seq)
        {
            ModelParts = result.ModelParts,
            Skills = result.Skills,
            Contested = result.Contested,
            Extract = extract,
            Tokens = tokens,
        });
        attempt.Services.Registry.Proved(attempt.Instance!);
        attempt.Leave();
    }
}
