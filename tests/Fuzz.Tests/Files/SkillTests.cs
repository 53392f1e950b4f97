using Agents.Skills;
using Fuzz.Tests.Engine;
using Xunit.Abstractions;

namespace Fuzz.Tests.Files;

/// <summary>Whatever a SKILL.md holds, it is a skill or an error.</summary>
public sealed class SkillTests(ITestOutputHelper output)
{
    private static readonly string[] s_samples =
    [
        "---\nname: house-style\ndescription: How we write.\n---\n\n# House style\nShort sentences.\n",
        "---\nname: house-style\ndescription: >\n  How we write,\n  in two lines.\nmetadata:\n  tags: [a, b]\n  more: {c: d}\n---\nShort sentences.\n",
    ];

    [Fact]
    public Task Skill_Damaged_IsReadOrAnError() => new FuzzRun(output).RunAsync("skill", input =>
    {
        var random = input.Random;
        var text = PlaybookTests.Any(random, s_samples);
        if (random.Next(6) == 0)
            text = $"---\nname: house-style\ndescription: {Texts.Nested(random)}\n---\nx\n";
        Read(input.Note("skill", text));
        return Task.CompletedTask;
    });

    [Theory]
    [MemberData(nameof(Found))]
    public void Skill_Found_IsReadOrAnError(string name) => Read(System.Text.Encoding.UTF8.GetString(FoundFiles.Read(name)));

    public static TheoryData<string> Found() => FoundFiles.Of("skill");

    private static void Read(string text)
    {
        try
        {
            SkillFile.Parse("house-style", text, []).Name.ShouldBe("house-style");
        }
        catch (FormatException wrong)
        {
            wrong.Message.ShouldNotBeNullOrWhiteSpace();
        }
    }
}
