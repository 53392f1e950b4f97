using System.Text.Json;

namespace Agents.Reviewer.Outputs;

/// <summary>Do the tests that the output tells of pass?</summary>
internal static class TestResults
{
    private const double Weight = 0.4;

    /// <summary>Null when the output tells of no tests.</summary>
    public static ReviewCriterion? Judge(OutputText output, List<ReviewFinding> findings)
    {
        if (output.Root.ValueKind != JsonValueKind.Object || !output.Root.TryGetProperty("tests", out var tests) || tests.ValueKind != JsonValueKind.Object
            || OutputText.Number(tests, "failed") is not { } failed || OutputText.Number(tests, "passed") is not { } passed)
        {
            return null;
        }

        if (failed > 0)
        {
            findings.Add(new ReviewFinding("HIGH", "Tests fail", $"{failed} of {passed + failed} tests fail.", Remedy: "Make them pass without weakening them."));
        }
        else if (passed == 0)
        {
            findings.Add(new ReviewFinding("MEDIUM", "No test was run", "The output tells of a run of tests in which there was none.", Remedy: "Write tests, or name the right command."));
        }

        return new ReviewCriterion("tests", passed + failed == 0 ? 0 : (int)Math.Floor(100.0 * passed / (passed + failed)), Weight, $"{passed} passed, {failed} failed.");
    }
}
