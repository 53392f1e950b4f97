using Google.Protobuf.Reflection;
using Protos.V1;

namespace Cli.Display;

/// <summary>How things are said.</summary>
internal static class Words
{
    private static readonly EnumDescriptor s_states = CommonReflection.Descriptor.EnumTypes.First(type => type.Name == nameof(State));

    /// <summary>Every state, for messages.</summary>
    public static string AllStates => string.Join(", ", s_states.Values.Skip(1).Select(value => value.Name));

    /// <summary>E.g. <c>IN_PROGRESS</c>.</summary>
    public static string Of(State state) => s_states.FindValueByNumber((int)state)?.Name ?? state.ToString();

    /// <summary>E.g. <c>plan asked gpt-4.1 (openai) for plan: ok, 1200 + 310 tokens, 0.0049, 2.1s</c>.</summary>
    public static string Of(ModelCalled call)
    {
        var tries = call.Tries > 1 ? $" after {call.Tries} requests" : "";
        var cost = call.CostMicros > 0 ? $", {(call.CostMicros / 1e6).ToString("0.0000##", System.Globalization.CultureInfo.InvariantCulture)}" : "";
        var skills = call.Skills.Count > 0 ? $" with {string.Join(", ", call.Skills)}" : "";
        return Printable($"{call.TaskId} asked {call.Model} ({call.Provider}) for {call.Purpose}{skills}: {call.Outcome}{tries}, ")
            + $"{call.InputTokens} + {call.OutputTokens} tokens{cost}, {Duration(TimeSpan.FromMilliseconds(call.DurationMs))}";
    }

    public static bool TryState(string word, out State state)
    {
        var found = s_states.Values.Skip(1).FirstOrDefault(value => value.Name.Equals(word.Replace('-', '_'), StringComparison.OrdinalIgnoreCase));
        state = (State)(found?.Number ?? 0);
        return found is not null;
    }

    /// <summary>E.g. <c>0.4s</c>, <c>12s</c>, <c>3m 05s</c>, <c>2h 04m</c>, <c>3d 02h</c>.</summary>
    public static string Duration(TimeSpan time) => time switch
    {
        { TotalSeconds: < 0 } => "0s",
        { TotalSeconds: < 10 } => $"{time.TotalSeconds:0.0}s",
        { TotalMinutes: < 1 } => $"{time.TotalSeconds:0}s",
        { TotalHours: < 1 } => $"{time.Minutes}m {time.Seconds:00}s",
        { TotalDays: < 1 } => $"{time.Hours}h {time.Minutes:00}m",
        _ => $"{(int)time.TotalDays}d {time.Hours:00}h",
    };

    /// <summary>What was used, e.g. <c>0.0049</c> in the currency of the price table, or <c>1,510 tokens</c> without prices; empty: nothing.</summary>
    public static string Spent(long costMicros, long tokens) =>
        costMicros > 0 ? (costMicros / 1e6).ToString("0.0000", System.Globalization.CultureInfo.InvariantCulture)
        : tokens > 0 ? $"{tokens.ToString("N0", System.Globalization.CultureInfo.InvariantCulture)} tokens" : "";

    /// <summary>A moment, e.g. <c>2026-11-21 14:05:00 UTC</c>.</summary>
    public static string When(DateTimeOffset moment) => $"{moment.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC";

    /// <summary>Text that cannot steer a terminal: names and quotes come out of files that others wrote.</summary>
    public static string Printable(string text) => string.Concat(text.Where(c => !char.IsControl(c)));

    /// <summary>Text without line breaks and control characters, cut at a length.</summary>
    public static string OneLine(string text, int length)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        line = Printable(line);
        return line.Length <= length ? line : line[..(length - 1)] + "…";
    }
}
