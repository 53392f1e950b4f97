using Fuzz.Tests.Engine;
using Orchestrator.Policy.Rules;
using Xunit.Abstractions;

namespace Fuzz.Tests.Files;

/// <summary>Whatever a policy file holds, it is a policy or an error with its place.</summary>
public sealed class PolicyTests(ITestOutputHelper output)
{
    private static readonly string[] s_shipped = [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "policies"), "*.json").Order(StringComparer.Ordinal).Select(File.ReadAllText)];

    [Fact]
    public Task Policy_Damaged_IsReadOrAnError() => new FuzzRun(output).RunAsync("policy", input =>
    {
        try
        {
            PolicyReader.Read(input.Note("policy", PlaybookTests.Any(input.Random, s_shipped))).ShouldNotBeNull();
        }
        catch (PolicyFileException wrong)
        {
            wrong.Message.ShouldNotBeNullOrWhiteSpace();
        }

        return Task.CompletedTask;
    });
}
