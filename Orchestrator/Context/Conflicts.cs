using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Context;

/// <summary>Two tasks have written one entry from the same version: what was declared for that happens.</summary>
internal static class Conflicts
{
    public const string Retry = "retry";
    public const string First = "first";
    public const string Merge = "merge";
    public const string Both = "both";
    public const string Ask = "ask";

    /// <summary>What can be declared.</summary>
    public static IReadOnlyList<string> All { get; } = [Retry, First, Merge, Both, Ask];

    /// <summary>What is declared for a key; the first rule that fits. <c>retry</c> when none does.</summary>
    public static string Of(Plan? plan, string key) => plan?.Conflicts.FirstOrDefault(rule => Fits(rule.Keys, key))?.Resolve ?? Retry;

    /// <summary>Resolves a conflict as declared, without either task doing anything.</summary>
    /// <param name="resolve"><c>first</c>, <c>merge</c> or <c>both</c>.</param>
    /// <param name="found">What the first has written.</param>
    /// <param name="staged">What the second wanted to write, and what it had read.</param>
    /// <returns>What is recorded, and the write that takes the place of the second's; null: none.</returns>
    public static (ContextResolved Record, ContextWrite? Write) Resolve(string resolve, ContextRecord found, StageCommand staged)
    {
        var first = ContextEntry.Parser.ParseFrom(found.Value.Span);
        var second = ContextEntry.Parser.ParseFrom(staged.Value);
        var record = new ContextResolved
        {
            TaskId = staged.TaskId,
            Attempt = staged.Attempt,
            Key = staged.Key,
            Resolution = resolve,
            FirstTask = first.TaskId,
            ReadVersion = staged.ExpectedVersion,
            FoundVersion = found.Version,
            StoredAs = staged.Key,
        };
        switch (resolve)
        {
            case Merge:
                var before = staged.Base.IsEmpty ? Value.ForStruct(new Struct()) : ContextEntry.Parser.ParseFrom(staged.Base).Value;
                var overlaps = new List<string>();
                second.Value = MergePatch.Merge(before, first.Value, second.Value, overlaps);
                second.Version = found.Version + 1;
                record.Overlaps.Add(overlaps);
                record.Ruling = overlaps.Count == 0
                    ? $"Both changes stand, merged field by field."
                    : $"Merged field by field; where both changed the same ({string.Join(", ", overlaps.Select(path => path.Length == 0 ? "the whole value" : path))}), '{first.TaskId}' was first and stands.";
                return (record, new ContextWrite(found.Scope, found.Key, found.Version, second.ToByteArray()));
            case Both:
                record.StoredAs = $"{staged.Key}~{staged.TaskId}";
                second.Key = record.StoredAs;
                second.Version = 1;
                record.Ruling = $"'{first.TaskId}' was first and stands; what '{staged.TaskId}' wrote is kept as '{record.StoredAs}'.";
                return (record, new ContextWrite(found.Scope, record.StoredAs, null, second.ToByteArray()));
            default:
                record.StoredAs = "";
                record.Dropped = second.Value;
                record.Ruling = $"'{first.TaskId}' was first and stands; what '{staged.TaskId}' wrote is only here.";
                return (record, null);
        }
    }

    private static bool Fits(string keys, string key) => keys.EndsWith('*') ? key.StartsWith(keys.AsSpan(0, keys.Length - 1), StringComparison.Ordinal) : keys == key;
}
