using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>
/// Holds an output against <see cref="ExpectedOutput"/>: <c>files</c> must be keys, texts or <c>name</c>/<c>file</c> fields
/// in <c>output.files</c>; for <c>tests: all passing</c> the output's <c>tests</c> must have <c>failed</c> 0 and
/// <c>passed</c> above 0; <c>coverage: "&gt;80%"</c> is held against the number in <c>output.coverage</c> (percent).
/// </summary>
internal static class ExpectedOutputs
{
    /// <summary>What the output misses, in words; empty: nothing.</summary>
    public static IReadOnlyList<string> Violations(ExpectedOutput? expected, Struct output, IEnumerable<ArtifactRef> artifacts)
    {
        if (expected is null)
        {
            return [];
        }

        var violations = new List<string>();
        if (expected.Files.Count > 0)
        {
            var have = Files(output).Concat(artifacts.Select(artifact => artifact.Name)).ToHashSet(StringComparer.Ordinal);
            violations.AddRange(expected.Files.Where(file => !have.Contains(file)).Select(file => $"expected_output.files: '{file}' is missing."));
        }

        if (expected.Tests.Length > 0)
        {
            CheckTests(expected.Tests, output, violations);
        }

        if (expected.Coverage.Length > 0)
        {
            CheckCoverage(expected.Coverage, output, violations);
        }

        return violations;
    }

    private static IEnumerable<string> Files(Struct output)
    {
        if (!output.Fields.TryGetValue("files", out var files))
        {
            return [];
        }

        return files.KindCase switch
        {
            Value.KindOneofCase.StructValue => files.StructValue.Fields.Keys,
            Value.KindOneofCase.ListValue => files.ListValue.Values.Select(file => file.KindCase == Value.KindOneofCase.StructValue
                ? Values.Text(file.StructValue, "name") is { Length: > 0 } name ? name : Values.Text(file.StructValue, "file")
                : Values.ToText(file)),
            _ => [],
        };
    }

    private static void CheckTests(string rule, Struct output, List<string> violations)
    {
        var tests = output.Fields.TryGetValue("tests", out var value) && value.KindCase == Value.KindOneofCase.StructValue ? value.StructValue : new Struct();
        if (Values.Number(tests, "failed") is not 0 || Values.Number(tests, "passed") is not > 0)
        {
            violations.Add($"expected_output.tests: '{rule}' is wanted; the output's tests are {tests}.");
        }
    }

    private static void CheckCoverage(string rule, Struct output, List<string> violations)
    {
        var sign = rule.TrimStart().TrimStart('=');
        var atLeast = sign.StartsWith(">=", StringComparison.Ordinal) || !sign.StartsWith('>');
        var text = sign.Trim('>', '=', ' ', '%');
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var wanted))
        {
            violations.Add($"expected_output.coverage: '{rule}' is no rule like '>80%'.");
        }
        else if (Values.Number(output, "coverage") is not { } has || (atLeast ? has < wanted : has <= wanted))
        {
            violations.Add($"expected_output.coverage: '{rule}' is wanted; the output's coverage is {Values.Number(output, "coverage")?.ToString(CultureInfo.InvariantCulture) ?? "missing"}.");
        }
    }
}
