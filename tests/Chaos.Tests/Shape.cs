using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Chaos.Tests;

/// <summary>A kind of run: how it is asked for, and how it must end.</summary>
/// <param name="Playbook">Its playbook.</param>
/// <param name="Status">How it ends.</param>
/// <param name="Output">What it yields for an input, by name; null values are those of parts that were left out.</param>
internal sealed record Shape(string Playbook, State Status, Func<int, Dictionary<string, object?>> Output)
{
    public static readonly IReadOnlyList<Shape> All =
    [
        new("sequence", State.Completed, n => new() { ["value"] = n + 2 }),
        new("fan", State.Completed, n => new() { ["value"] = (8 * n) + 28 }),
        new("each", State.Completed, n => new() { ["value"] = Enumerable.Range(1, n).Sum(i => i * i) }),
        new("branch", State.Completed, n => new() { ["large"] = n > 50 ? n + 1000 : null, ["small"] = n > 50 ? null : n + 1 }),
        new("review", State.Completed, n => new() { ["value"] = n + 1 }),
        new("retry", State.Completed, n => new() { ["value"] = n + 7 }),
        new("decision", State.Completed, n => new() { ["approved"] = n % 2 == 0, ["value"] = n % 2 == 0 ? n + 100 : null }),
        new("pause", State.Completed, n => new() { ["value"] = n + 5 }),
        new("nested", State.Completed, n => new() { ["value"] = n + 2 + 1000 }),
        new("failing", State.Failed, _ => []),
        new("cancelled", State.Cancelled, _ => []),
    ];

    /// <summary>Which number a run of this shape is given.</summary>
    public int Input(Random random) => Playbook switch
    {
        "each" => random.Next(3, 12),
        _ => random.Next(1, 100),
    };

    /// <summary>What is wrong with the end of a run; null: nothing.</summary>
    public string? Wrong(int input, RunEvent end)
    {
        if (end.BodyCase is not (RunEvent.BodyOneofCase.RunCompleted or RunEvent.BodyOneofCase.RunFailed or RunEvent.BodyOneofCase.RunCancelled))
        {
            return $"does not end with an end but with {end.BodyCase}";
        }

        var status = end.BodyCase == RunEvent.BodyOneofCase.RunCompleted ? State.Completed
            : end.BodyCase == RunEvent.BodyOneofCase.RunFailed ? State.Failed : State.Cancelled;
        if (status != Status)
        {
            return $"ended {status}, not {Status}: {end.RunFailed}";
        }

        if (status == State.Failed && end.RunFailed.Failure.Code != "NEVER")
        {
            return $"failed with {end.RunFailed.Failure.Code}, not NEVER: {end.RunFailed.Failure.Message}";
        }

        foreach (var (name, expected) in status == State.Completed ? Output(input) : [])
        {
            var actual = end.RunCompleted.Output?.Fields.GetValueOrDefault(name);
            if (!(actual ?? Value.ForNull()).Equals(Of(expected)))
            {
                return $"yields {name} = {actual}, not {Of(expected)}";
            }
        }

        return null;
    }

    private static Value Of(object? value) => value switch
    {
        null => Value.ForNull(),
        bool flag => Value.ForBool(flag),
        _ => Value.ForNumber(Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture)),
    };
}
