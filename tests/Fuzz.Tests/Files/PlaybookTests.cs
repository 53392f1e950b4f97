using Fuzz.Tests.Engine;
using Orchestrator.Planning;
using Orchestrator.Tests;
using Xunit.Abstractions;

namespace Fuzz.Tests.Files;

/// <summary>Whatever a playbook file holds, it is a playbook or has errors, each with its place.</summary>
public sealed class PlaybookTests(ITestOutputHelper output)
{
    private static readonly string[] s_shipped = [.. Directory.EnumerateFiles(Path.Combine(RepositoryFolder.Path, "playbooks"), "*.yaml").Order(StringComparer.Ordinal).Select(File.ReadAllText)];

    [Fact]
    public Task Playbook_Damaged_IsReadOrHasErrors() => new FuzzRun(output).RunAsync("playbook", input =>
    {
        var text = input.Note("playbook", Any(input.Random, s_shipped));
        var (playbook, errors) = PlaybookParser.Parse("fuzzed.yaml", text);
        (playbook is null).ShouldBe(errors.Count > 0);
        foreach (var error in errors)
        {
            error.Line.ShouldBeGreaterThan(0);
            error.Reason.ShouldNotBeNullOrWhiteSpace();
        }

        PlaybookParser.NameIn(text).ShouldNotBeNullOrEmpty();
        return Task.CompletedTask;
    });

    internal static string Any(Random random, string[] samples)
    {
        var text = samples[random.Next(samples.Length)];
        return random.Next(8) switch
        {
            0 => System.Text.Encoding.UTF8.GetString(Bytes.Mutate(random, System.Text.Encoding.UTF8.GetBytes(text), System.Text.Encoding.UTF8.GetBytes(samples[random.Next(samples.Length)]))),
            1 => Texts.Nested(random),
            _ => Texts.Mutate(random, text, samples[random.Next(samples.Length)]),
        };
    }
}
