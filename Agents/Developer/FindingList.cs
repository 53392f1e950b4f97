using System.Text.Json;
using Agents.Hosting;
using Agents.Rules;

namespace Agents.Developer;

/// <summary>Reads findings from what a plan hands on: a list, lists in lists, reviewers' outputs, and null where a part is missing.</summary>
internal static class FindingList
{
    private const int MostFindings = 10_000;

    /// <exception cref="TaskFailedException">INVALID_INPUT: something in it is not a finding.</exception>
    public static IReadOnlyList<Finding> Read(JsonElement value)
    {
        var findings = new List<Finding>();
        Read(value, "findings", findings);
        return findings;
    }

    private static void Read(JsonElement value, string where, List<Finding> findings)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Null or JsonValueKind.Undefined:
                return;
            case JsonValueKind.Array:
                var i = 0;
                foreach (var item in value.EnumerateArray())
                {
                    Read(item, $"{where}[{i++}]", findings);
                }

                return;
            case JsonValueKind.Object when value.TryGetProperty("findings", out var inner):
                Read(inner, $"{where}.findings", findings);
                return;
            case JsonValueKind.Object when findings.Count < MostFindings:
                findings.Add(One(value, where));
                return;
            case JsonValueKind.Object:
                throw new TaskFailedException(FailureCodes.InvalidInput, $"findings: more than {MostFindings}.");
            default:
                throw new TaskFailedException(FailureCodes.InvalidInput, $"{where}: {value.ValueKind} is not a finding.");
        }
    }

    private static Finding One(JsonElement value, string where)
    {
        try
        {
            return value.Deserialize<Finding>(AgentJson.Options)!;
        }
        catch (JsonException e)
        {
            throw new TaskFailedException(FailureCodes.InvalidInput, $"{where} is not a finding: {e.Message}", innerException: e);
        }
    }
}
