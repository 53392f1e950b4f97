using System.Text.Json.Nodes;
using Agents.Hosting;
using Agents.Skills;
using Microsoft.Extensions.Configuration;

namespace Agents.Tools.Tests.Skills;

/// <summary>Skills are folders; what leads out of them is refused, and what is wrong is named.</summary>
public sealed class SkillTests : IDisposable
{
    private const string Good = "---\nname: house-style\ndescription: How release notes are written.\nlicense: MIT\n---\n\nWrite plainly. See resources/words.md.\n";
    private readonly string _root = Directory.CreateTempSubdirectory("skills-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Skill_Folder_IsListedAndRead()
    {
        Write("house-style/SKILL.md", Good);
        Write("house-style/resources/words.md", "- ship");
        Write("house-style/scripts/count.sh", "wc -w");
        using var tools = new ToolFixture(("Skills:Path", _root));

        (await tools.CallAsync("skill.list", "{}")).ToJsonString().ShouldBe(
            """{"skills":[{"name":"house-style","description":"How release notes are written.","files":["resources/words.md","scripts/count.sh"]}]}""");
        (await tools.CallAsync("skill.read", """{"name": "house-style"}"""))["text"]!.GetValue<string>().ShouldBe("Write plainly. See resources/words.md.");
        (await tools.CallAsync("skill.read", """{"name": "house-style", "path": "scripts/count.sh"}"""))["text"]!.GetValue<string>().ShouldBe("wc -w");
        (await tools.FailAsync("skill.read", """{"name": "other"}""")).Message.ShouldBe("args.name: 'other' is not a skill; there are house-style.");
    }

    [Theory]
    [InlineData("../secret.txt")]
    [InlineData("/etc/passwd")]
    [InlineData("link")]
    [InlineData("folder/secret.txt")]
    [InlineData("../other/SKILL.md")]
    public async Task Skill_FileThatLeadsOut_IsRefused(string path)
    {
        Write("house-style/SKILL.md", Good);
        Write("other/SKILL.md", Good.Replace("house-style", "other", StringComparison.Ordinal));
        Write("secret.txt", "secret");
        File.CreateSymbolicLink(Path.Combine(_root, "house-style", "link"), Path.Combine(_root, "secret.txt"));
        Directory.CreateSymbolicLink(Path.Combine(_root, "house-style", "folder"), _root);
        using var tools = new ToolFixture(("Skills:Path", _root));

        (await tools.FailAsync("skill.read", new JsonObject { ["name"] = "house-style", ["path"] = path }.ToJsonString())).ShouldBeOfType<Workspaces.WorkspaceException>().Code.ShouldBe("INVALID_INPUT");
        (await tools.CallAsync("skill.list", "{}"))["skills"]![0]!["files"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public void Skill_NestedToTheEndOfTheStack_IsRefused()
    {
        Write("house-style/SKILL.md", Good.Replace("license: MIT", $"license: {new string('[', 100_000)}", StringComparison.Ordinal));

        Message(_root).ShouldContain("house-style/SKILL.md: front matter, line 3: it is nested deeper than 16 levels");
    }

    [Fact]
    public void Skill_WithAliases_IsRefused()
    {
        Write("house-style/SKILL.md", Good.Replace("license: MIT", "license: &a MIT\nother: [*a, *a]", StringComparison.Ordinal));

        Message(_root).ShouldContain("front matter, line 4: aliases (*name) are not allowed");
    }

    [Fact]
    public void Library_SkillFileThatLeadsOut_IsRefused()
    {
        Write("SKILL.md", Good);
        Directory.CreateDirectory(Path.Combine(_root, "skills", "house-style"));
        File.CreateSymbolicLink(Path.Combine(_root, "skills", "house-style", "SKILL.md"), Path.Combine(_root, "SKILL.md"));

        Message(Path.Combine(_root, "skills")).ShouldContain("house-style/SKILL.md: path: 'SKILL.md' is a link that leads out");
    }

    [Theory]
    [InlineData("Write plainly.", "must begin with a front matter")]
    [InlineData("---\nname: other\ndescription: d\n---\nx", "name is 'other'; it must be the folder's name, 'house-style'")]
    [InlineData("---\nname: house-style\n---\nx", "description has 0 characters; it must have 1 to 1024")]
    [InlineData("---\nname: house-style\ndescription: d\n---\n", "has no instructions after its front matter")]
    [InlineData("---\nname: [\n---\nx", "front matter, line ")]
    public void Library_BadSkill_NamesTheFileAndTheRule(string text, string rule)
    {
        Write("house-style/SKILL.md", text);

        Message(_root).ShouldStartWith($"Skills:Path, house-style/SKILL.md: {rule}");
    }

    [Fact]
    public void Library_NoFolder_NamesTheSetting() => Message("/no/such/folder").ShouldStartWith("Setting Skills:Path is \"/no/such/folder\"");

    private static string Message(string path) => Should.Throw<AgentDefinitionException>(() => SkillLibrary.Read(new ConfigurationBuilder().AddInMemoryCollection([new("Skills:Path", path)]).Build())).Message;

    private void Write(string path, string text)
    {
        var full = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }
}
