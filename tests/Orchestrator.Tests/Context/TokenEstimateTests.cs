using Newtonsoft.Json.Linq;
using Orchestrator.Context;

namespace Orchestrator.Tests.Context;

/// <summary>The estimate against the counts of cl100k_base, taken once with the npm package gpt-tokenizer.</summary>
public class TokenEstimateTests
{
    private static readonly JObject s_samples = JObject.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests", "Orchestrator.Tests", "Context", "token-samples.json")));

    public static TheoryData<string> Names => [.. s_samples.Properties().Select(sample => sample.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Of_Sample_IsWithin15PercentOfTheTokenizer(string name)
    {
        var tokens = (double)s_samples[name]!["tokens"]!;

        Math.Abs((TokenEstimate.Of((string)s_samples[name]!["text"]!) / tokens) - 1).ShouldBeLessThan(0.15);
    }

    [Fact]
    public void Of_Nothing_IsNothing() => TokenEstimate.Of("").ShouldBe(0);
}
