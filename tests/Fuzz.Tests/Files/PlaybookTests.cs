using System.Text;
using Fuzz.Tests.Engine;
using Orchestrator.Planning;
using Xunit.Abstractions;

namespace Fuzz.Tests.Files;

/// <summary>Whatever a playbook file holds, it is a playbook or has errors, each with its place.</summary>
public sealed class PlaybookTests(ITestOutputHelper output)
{
    private static readonly string[] s_shipped = [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "playbooks"), "*.yaml").Order(StringComparer.Ordinal).Select(File.ReadAllText)];

    [Fact]
    public Task Playbook_Damaged_IsReadOrHasErrors() => new FuzzRun(output).RunAsync("playbook", input =>
    {
        Read(input.Note("playbook", Any(input.Random, s_shipped)));
        return Task.CompletedTask;
    });

    [Theory]
    [MemberData(nameof(Found))]
    public void Playbook_Found_IsReadOrHasErrors(string name) => Read(Encoding.UTF8.GetString(FoundFiles.Read(name)));

    public static TheoryData<string> Found() => FoundFiles.Of("playbook");

    private static void Read(string text)
    {
        var (playbook, errors) = PlaybookParser.Parse("fuzzed.yaml", text);
        (playbook is null).ShouldBe(errors.Count > 0);
        foreach (var error in errors)
        {
            error.Line.ShouldBeGreaterThan(0);
            error.Reason.ShouldNotBeNullOrWhiteSpace();
        }

        PlaybookParser.NameIn(text).ShouldNotBeNullOrEmpty();
    }

    /// <summary>A damaged one of some samples, as it comes from a file or over the wire: in UTF-8, which has no half characters.</summary>
    internal static string Any(Random random, string[] samples) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(Damaged(random, samples)));

    private static string Damaged(Random random, string[] samples)
    {
        var text = samples[random.Next(samples.Length)];
        return random.Next(8) switch
        {
            0 => Encoding.UTF8.GetString(Bytes.Mutate(random, Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(samples[random.Next(samples.Length)]))),
            1 => Texts.Nested(random),
            _ => Texts.Mutate(random, text, samples[random.Next(samples.Length)]),
        };
    }
}
