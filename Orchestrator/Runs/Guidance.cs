using Orchestrator.Context;
using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>What a person told a run while it went on.</summary>
/// <param name="Given">The words, and whose they are.</param>
/// <param name="At">When.</param>
/// <param name="RequestId">The request that it came by.</param>
internal sealed record Guided(GuidanceGiven Given, DateTimeOffset At, string RequestId);

/// <summary>Guidance: a context entry that attempts which begin later are told of, after their inputs and before all else.</summary>
internal static class Guidance
{
    /// <summary>Keys of entries that only people write.</summary>
    public const string KeyPrefix = "guidance/";

    /// <summary>Most that one run can be told.</summary>
    public const int MaxCount = 100;

    /// <summary>Tokens of guidance that an attempt is told; what is older is left out, and named.</summary>
    public const int MaxTokens = 4000;

    public static Refusal? OnGuide(RunState state, RunInput.Guide guide, List<RunEvent> events)
    {
        if (state.Guidance.Count >= MaxCount)
        {
            return new Refusal("TOO_MUCH_GUIDANCE", $"The run was told {state.Guidance.Count} things already; at most {MaxCount} are allowed.");
        }

        var number = state.Guidance.Count + 1;
        events.Add(new RunEvent { GuidanceGiven = new GuidanceGiven { Number = number, Key = $"{KeyPrefix}{number}", Text = guide.Text, By = guide.Principal } });
        return null;
    }

    /// <summary>Puts what people said into a window: whole, oldest first, and of more than there is room for the newest.</summary>
    /// <param name="count">So much of it was there when the attempt began.</param>
    public static void Add(TaskWindow window, RunState state, int count)
    {
        var left = MaxTokens;
        for (var i = count - 1; i >= 0; i--)
        {
            var given = state.Guidance[i].Given;
            var tokens = TokenEstimate.Of(given.Text);
            left = tokens > left ? 0 : left - tokens;
            if (left == 0)
            {
                window.LeftOut.Add(new LeftOut { Source = given.Key, Tokens = tokens, Reason = "no room" });
                continue;
            }

            window.Parts.Insert(0, new WindowPart { Source = given.Key, Text = given.Text, Tokens = tokens, Whole = tokens });
            window.Used += tokens;
        }
    }
}
